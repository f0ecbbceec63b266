"""Accounts from a file: looked at first, then made all at once."""
