"""Codedesk: a live desk for trading codes."""
