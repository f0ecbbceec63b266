"""E-mail addresses: what is taken for one. Whether it is somebody's, only a mail can tell."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.i18n.message import Message, say

MOST_EMAIL = 254
"""Characters of one that can be sent to (RFC 5321, 4.5.3.1.3, without its angle brackets)."""
EXAMPLE = say("Enter an e-mail address such as name@example.com.")
Email = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_EMAIL), EXAMPLE, str.strip]


def problem(email: str) -> Message | None:
    """What is wrong with an address, as a sentence; None when it may be used. One pass, whatever it is given."""
    name, _, host = email.partition("@")
    first, dot, last = host.rpartition(".")
    is_plain = len(email) <= MOST_EMAIL and "@" not in host and not any(sign.isspace() for sign in email)
    return None if is_plain and name and first and dot and last else EXAMPLE
