"""What is selected in a list, and kept with the session."""
