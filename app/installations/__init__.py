"""The terminals on which licences run: their seats, and what has been seen of them."""
