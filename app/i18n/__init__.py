"""Words and times for each reader: a language, a time zone, and what is said in them. Knows no domain."""
