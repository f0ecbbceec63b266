"""Chaos: people act, pages are held open, everything that can fail is made to fail, and then the journal is checked."""
