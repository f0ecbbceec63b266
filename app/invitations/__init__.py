"""Links that work once: to join, and to set a new password."""
