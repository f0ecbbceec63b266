"""One search over all that the desk knows, by the same search as its lists."""
