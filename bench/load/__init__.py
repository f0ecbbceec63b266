"""The load generator: a process of its own that holds the pages, acts, and measures the server from outside."""
