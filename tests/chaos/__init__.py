"""Chaos: people act, pages are held open, everything that can fail is made to fail, and then the books are balanced."""
