"""Lists of rows that belong to clients: their filters, as URL, as WHERE and as the test for a push."""
