"""Who may try to sign in: devices that are known, failures that are counted, and one after another."""
