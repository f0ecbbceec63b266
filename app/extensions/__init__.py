"""Extension requests: a client asks for more days, an admin decides."""
