"""What admins and a client write to one another, and what admins note for themselves: kept in the log alone."""
