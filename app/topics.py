"""The topics on which events are published: the six event names on the wire (`data-event`), and the page's own."""

from __future__ import annotations

ADMIN_NOTIFICATION = "admin-notification"
REQUESTS_UPDATED = "extension-request-updated"
CODES_UPDATED = "codes-updated"
ACCOUNTS_UPDATED = "customer-account-updated"
CLIENT_NOTIFICATION = "client-notification"
BROADCAST = "broadcast-notification"

WIRE_NAMES = (
    ADMIN_NOTIFICATION, REQUESTS_UPDATED, CODES_UPDATED, ACCOUNTS_UPDATED, CLIENT_NOTIFICATION, BROADCAST,
)  # fmt: skip
"""The six of the contract."""


def wire_name(topic: str) -> str | None:
    """As which it goes over the wire; None for what is the page's own bookkeeping."""
    return topic if topic in WIRE_NAMES else None


AUDIT_ONLY = "audit-only"
"""Only the audit trail shows it."""
PEOPLE_UPDATED = "people-updated"
"""Who there is, and what they may."""
PRODUCTS_UPDATED = "products-updated"
"""What is sold, and on which terms."""
ROBOTS_UPDATED = "robots-updated"
"""A robot has come, gone, or been refused."""
SEEN = "seen"
"""A person has read their notifications, perhaps in another tab."""
NEW_DAY = "new-day"
"""Midnight: what is counted in days changes."""
PINS_UPDATED = "pins-updated"
"""A person has pinned a view, perhaps in another tab."""
