"""How often a person, and an address, may do each thing: counted in the database, for all processes."""
