"""The benchmark: Codedesk beside the stack it replaces, Django Channels and the limit, in one run on one machine."""
