"""What states, actions, levels, roles and groups of events are called: said here once, so that the catalogues know
them."""

from __future__ import annotations

from functools import cache

from app.i18n.message import Message, say

LABELS = {
    "pending": say("Pending"), "activated": say("Activated"), "completed": say("Completed"),
    "cancelled": say("Cancelled"), "expired": say("Expired"), "valid": say("Valid"), "suspended": say("Suspended"),
    "approved": say("Approved"), "rejected": say("Rejected"), "withdrawn": say("Withdrawn"),
    "activate": say("Activate"), "complete": say("Complete"), "cancel": say("Cancel"), "expire": say("Expire"),
    "suspend": say("Suspend"), "restore": say("Restore"), "approve": say("Approve"), "reject": say("Reject"),
    "info": say("Info"), "success": say("Success"), "warning": say("Warning"), "error": say("Error"),
    "admin": say("Admin"), "client": say("Client"),
    "codes": say("Codes"), "accounts": say("Accounts"), "extensions": say("Extensions"), "people": say("People"),
    "notifications": say("Broadcasts"), "quotas": say("Limits"), "requests": say("Requests"),
    "unread": say("Unread"),
    "products": say("Products"), "installations": say("Robots"), "messages": say("Messages"),
    "blocked": say("Suspended"), "make-admin": say("Make an admin"), "make-client": say("Make a client"),
    "remove-factor": say("Remove the second factor"), "second_factor": say("Second factor"), "rules": say("Rules"),
    "sign-out": say("Sign out everywhere"), "invitations": say("Invitations"),
    "active": say("On sale"), "retired": say("Retired"), "retire": say("Retire"),
    "running": say("Running"), "quiet": say("Quiet"), "free": say("Free"),
    "real": say("Real"), "demo": say("Demo"), "contest": say("Contest"),
    "release": say("Release the server"),
}  # fmt: skip


STATES = {
    "pending": say("pending"), "activated": say("activated"), "completed": say("completed"),
    "cancelled": say("cancelled"), "expired": say("expired"), "valid": say("valid"), "suspended": say("suspended"),
    "approved": say("approved"), "rejected": say("rejected"), "withdrawn": say("withdrawn"),
    "restored": say("restored"), "moved": say("moved"), "active": say("on sale"), "retired": say("retired"),
    "admin": say("admin"), "client": say("client"),
}  # fmt: skip
"""The same within a sentence."""


def label(name: str) -> Message:
    """With a capital; a name that nobody has put into words yet is said as it is."""
    return LABELS.get(name) or say(name.capitalize())


def state(name: str) -> Message:
    """Within a sentence."""
    return STATES.get(name) or say(name)


KINDS = {
    "AccountExpired": say("Account has ended"), "AccountExpiringSoon": say("Account ends soon"),
    "PersonRegistered": say("Somebody registered"), "PersonSuspended": say("Somebody suspended"),
    "PersonRestored": say("Somebody restored"), "QuotaReached": say("Limit reached"),
}  # fmt: skip
"""Of events, where the name of their class is not what people would say."""

ICONS = {
    "ProductChanged": "done", "TakenBack": "back", "Corrected": "done",
    "Received": "talk", "Written": "talk", "MessageSent": "talk",
    "Generated": "new", "Created": "new", "Activated": "on", "Restored": "on", "Completed": "done", "Approved": "done",
    "Cancelled": "off", "Rejected": "off", "Expired": "time", "Soon": "time", "Extended": "longer",
    "Suspended": "pause", "Requested": "ask", "Withdrawn": "back", "Sent": "say", "Registered": "person",
    "Changed": "person", "Reached": "limit", "Added": "new", "Started": "on", "Back": "on",
    "Bound": "on", "Quiet": "pause", "Refused": "off", "Released": "back", "Freed": "back", "Moved": "longer",
    "Retired": "pause",
}  # fmt: skip
"""By the last word of an event's kind: what has happened; in static/icons.svg."""


@cache
def kind_icon(kind: str) -> str:
    return next((icon for word, icon in ICONS.items() if kind.endswith(word)), "ask")


@cache
def kind_label(kind: str) -> Message:
    """Of an event: `CodeActivated` as "Code activated"."""
    if kind in KINDS:
        return KINDS[kind]
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()
    return say(words.capitalize())
