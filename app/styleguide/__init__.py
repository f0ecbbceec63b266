"""Every control in every state on one page, for those who work on the desk: in development only."""
