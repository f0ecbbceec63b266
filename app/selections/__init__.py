"""What somebody has selected in a list: kept with their session, over pages and Back."""
