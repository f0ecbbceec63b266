"""The event names on the wire (`data-event`), and the names by which the page's own bookkeeping moves."""

from __future__ import annotations

ADMINS = "admin-notification"
REQUESTS = "extension-request-updated"
CODES = "codes-updated"
ACCOUNTS = "customer-account-updated"
CLIENTS = "client-notification"
ALL = "broadcast-notification"

WIRE_NAMES = (ADMINS, REQUESTS, CODES, ACCOUNTS, CLIENTS, ALL)
"""The six of the contract."""

LOG = "log"
"""Only the audit trail shows it."""
SEEN = "seen"
"""A person has read their notifications, perhaps in another tab."""
DAY = "day"
"""Midnight: what is told in days is told anew."""
