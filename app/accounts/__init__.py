"""Customer accounts: the running licences, with their end."""
