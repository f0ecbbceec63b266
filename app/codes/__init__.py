"""Trading codes: licence keys on their way from a client's wish to a running licence."""
