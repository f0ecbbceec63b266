from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """Who stands at the door, as far as can be told before they have signed in."""

    address: str
    network: str
    """The address itself, or of IPv6 its /64 (web/addresses.py)."""
    browser: str = ""
    session: str | None = None
    """The token that the browser has, if it has one; whether it is good for anything is not known yet."""
    device: str | None = None
    """The same of a device."""


@dataclass(frozen=True)
class Known:
    """What of a caller is known to belong to the person whose name was given."""

    device: int = 0
    """Its id; 0: a stranger's."""
    network: bool = False

    def __bool__(self) -> bool:
        return bool(self.device) or self.network

    def sender(self, caller: Caller) -> str:
        """Whose turns these are: a known device waits for itself only, whoever else is on its network."""
        return f"device-{self.device}" if self.device else caller.network
