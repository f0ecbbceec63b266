from __future__ import annotations

from typing import Any

from app.events import Audience, DeskEvent, Words
from app.installations.refusals import why
from app.topics import ACCOUNTS_UPDATED, ADMIN_NOTIFICATION, AUDIT_ONLY, CLIENT_NOTIFICATION, ROBOTS_UPDATED

# A robot that comes or goes is its client's news; the admins see it where they look.
COMES_OR_GOES = Audience(
    admin=(AUDIT_ONLY, ACCOUNTS_UPDATED, ROBOTS_UPDATED), client=(ACCOUNTS_UPDATED, CLIENT_NOTIFICATION)
)
BOTH_SIDES = Audience(
    admin=(ADMIN_NOTIFICATION, ACCOUNTS_UPDATED, ROBOTS_UPDATED), client=(ACCOUNTS_UPDATED, CLIENT_NOTIFICATION)
)


class RobotStarted(DeskEvent, frozen=True, kw_only=True):
    """The first of an account."""

    account: int
    installation: int
    server: str

    audience = COMES_OR_GOES
    words = Words(
        "The robot of {owner} on {where} runs for the first time, on {server}",
        "Your robot runs for the first time: {where}, on {server}", level="success",
    )  # fmt: skip


class TerminalAdded(DeskEvent, frozen=True, kw_only=True):
    """One more, or one that has had no seat for a while."""

    account: int
    installation: int
    server: str
    terminal: str

    audience = COMES_OR_GOES
    words = Words(
        "Another terminal of {owner} runs the licence for {where}: {terminal}",
        "Another terminal runs your licence for {where}: {terminal}",
    )  # fmt: skip


class ServerBound(DeskEvent, frozen=True, kw_only=True):
    """Another broker's server than before."""

    account: int
    server: str

    audience = COMES_OR_GOES
    words = Words(
        "The account of {owner} on {where} is bound to {server}", "Your account on {where} is bound to {server}"
    )


class ServerReleased(DeskEvent, frozen=True, kw_only=True):
    account: int
    server: str

    audience = BOTH_SIDES
    words = Words(
        "{by} released the account of {owner} on {where} from {server}",
        "Your account on {where} is no longer bound to {server}",
    )  # fmt: skip


class RobotRefused(DeskEvent, frozen=True, kw_only=True):
    """Once an hour at most for each reason, and the same terminal once a day (refusals.py)."""

    account: int
    verdict: str
    number: str
    """The account number that it said."""
    expected: str = ""
    """What it should have been, where the reason names it."""

    audience = BOTH_SIDES
    words = Words(
        "A terminal with a licence of {owner}, on account {number}, was refused: {why}",
        "A terminal on account {number} was refused: {why}",
        many="{count} terminals with licences of {owner} were refused", client_level="warning",
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "why": why(self.verdict, self.expected)}


class RobotWentQuiet(DeskEvent, frozen=True, kw_only=True):
    account: int
    installation: int
    server: str

    audience = COMES_OR_GOES
    words = Words(
        "The robot of {owner} on {where} has gone quiet", "Your robot on {where}, on {server}, has gone quiet",
        client_level="warning",
    )  # fmt: skip


class RobotIsBack(DeskEvent, frozen=True, kw_only=True):
    account: int
    installation: int
    server: str

    audience = COMES_OR_GOES
    words = Words(
        "The robot of {owner} on {where} is back", "Your robot on {where}, on {server}, is back", level="success"
    )


class SeatFreed(DeskEvent, frozen=True, kw_only=True):
    account: int
    installation: int
    terminal: str

    audience = COMES_OR_GOES
    words = Words(
        "A seat of {owner} for {where} is free ({by}): {terminal}",
        "A seat of your licence for {where} is free ({by}): {terminal}", client_level="info",
    )  # fmt: skip
