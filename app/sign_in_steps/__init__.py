"""Who has given the password, and not yet the code of the second factor."""
