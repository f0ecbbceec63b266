"""Live fragments: an event log, a relay that reads it, and a hub that publishes rendered fragments to sockets.

Knows nothing of codes, accounts or people beyond their ids.
"""
