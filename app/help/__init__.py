"""The help page: what a key is, how it gets into a terminal, and the keys of the keyboard."""
