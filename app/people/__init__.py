"""Persons, their passwords and their sessions."""
