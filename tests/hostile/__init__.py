"""Hostile: attacks against a server of our own, beside honest people whose waiting is measured and whose work is
checked."""
