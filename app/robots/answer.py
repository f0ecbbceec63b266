"""The answer: one `name=value` a line, ASCII; the last signs every byte before it. (MQL has no JSON.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.robots.keys import SigningKey

VERSION = "1"
ORDER = (
    "v", "code", "licence", "product", "platform", "account", "server", "mode", "terminal", "now", "expires",
    "valid_until", "check_after", "message", "nonce", "key", "sig",
)  # fmt: skip
NEVER = "never"
"""When a lifetime licence expires."""
PLAIN = bytes(byte for byte in range(0x21, 0x7F) if byte != ord("%"))


def in_ascii(value: bytes) -> str:
    """What a robot sent, in one line of ASCII: every byte outside of 0x21–0x7E, and `%`, as %XX. A robot that writes
    its own value so can compare it, whatever bytes its broker's name has."""
    if not value.translate(None, PLAIN):
        return value.decode("ascii")
    return "".join(chr(byte) if byte in PLAIN else f"%{byte:02X}" for byte in value)


@dataclass(frozen=True, kw_only=True)
class Answer:
    code: str
    """VALID, or why not (verdicts.py)."""
    message: str
    """For a person, in English."""
    asked: Mapping[str, str]
    """What the robot said of itself, in_ascii: licence, product, platform, account, server, mode, terminal, nonce."""
    now: datetime
    expires: datetime | None = None
    """None: never."""
    valid_until: datetime
    """Up to when a robot that reaches nobody may go on by it."""
    check_after: int
    """Seconds until it should ask again."""

    def fields(self, key: SigningKey) -> dict[str, str]:
        """In order, without the signature."""
        values = {
            **self.asked,
            "v": VERSION,
            "code": self.code,
            "now": _seconds(self.now),
            "expires": NEVER if self.expires is None else _seconds(self.expires),
            "valid_until": _seconds(self.valid_until),
            "check_after": str(self.check_after),
            "message": self.message,
            "key": key.id,
        }
        return {name: values[name] for name in ORDER[:-1]}


def text_of(fields: Mapping[str, str]) -> bytes:
    """What is signed. Raises UnicodeEncodeError for what is not ASCII."""
    return "".join(f"{name}={value}\n" for name, value in fields.items()).encode("ascii")


def _seconds(at: datetime) -> str:
    """Since 1970, rounded down: an end is never later than it is."""
    return str(int(at.astimezone(UTC).timestamp()))
