"""The page of one thing, with all that is known of it and all that can be done with it."""
