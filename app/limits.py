"""How often each action may be done, by one person and from one address: the one table of quotas.

Generous for people, hopeless for floods. The figures of a line can be set by DESK_QUOTA_<NAME>_PERSON and
DESK_QUOTA_<NAME>_ADDRESS, as `40/60,1000/86400` (times/seconds) or `none`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.i18n.message import Message, say

MINUTE, DAY = 60, 86_400

LARGEST_BODY = 64 * 1024
"""Bytes of a request: the longest form is a broadcast of 500 characters, or 200 selected codes."""


@dataclass(frozen=True)
class Limit:
    """`times` at once; what is used comes back evenly, all of it within `seconds`."""

    times: int
    seconds: int

    @property
    def share(self) -> float:
        """Seconds in which one use comes back."""
        return self.seconds / self.times

    @property
    def period(self) -> Message:
        return _PERIODS.get(self.seconds) or say("in {seconds} seconds", seconds=self.seconds)


_PERIODS = {MINUTE: say("a minute"), 3600: say("an hour"), DAY: say("a day")}

Limits = tuple[Limit, ...]


@dataclass(frozen=True)
class Quota:
    action: Message
    """In the plural, as people read it: `generated codes`."""
    person: Limits
    """Of each person who is signed in."""
    address: Limits
    """Of each address (IPv6: each /64), whoever acts from there: an office, or a whole village behind one."""


def _quota(action: Message, minute: int, day: int, *, of_address: tuple[int, int]) -> Quota:
    return Quota(
        action,
        (Limit(minute, MINUTE), Limit(day, DAY)) if minute else (),
        (Limit(of_address[0], MINUTE), Limit(of_address[1], DAY)),
    )


QUOTAS: Mapping[str, Quota] = {
    # Whatever is asked for, counted by each process in memory (web/request_rate.py); of a session instead of a person.
    "request": Quota(say("requests"), (Limit(600, MINUTE),), (Limit(6_000, MINUTE),)),
    # Of a licence instead of a person, in memory too: a seat in a terminal asks four times a day.
    "check": Quota(say("licence checks"), (Limit(60, MINUTE),), (Limit(600, MINUTE),)),
    # What strangers do has an address only.
    "register": _quota(say("registrations"), 0, 0, of_address=(30, 300)),
    "sign_in": _quota(say("sign-ins"), 0, 0, of_address=(200, 10_000)),
    "sign_out": _quota(say("sign-outs"), 60, 1_000, of_address=(200, 10_000)),
    # What everybody does.
    "choose": _quota(say("changes of language and time zone"), 30, 300, of_address=(150, 3_000)),
    # What clients do.
    "generate": _quota(say("generated codes"), 40, 1_000, of_address=(200, 5_000)),
    "change_codes": _quota(say("changes of pending codes"), 30, 300, of_address=(150, 3_000)),
    "ask": _quota(say("requests for an extension"), 30, 300, of_address=(150, 3_000)),
    "withdraw": _quota(say("withdrawn requests"), 30, 300, of_address=(150, 3_000)),
    "free_seats": _quota(say("freed seats"), 30, 300, of_address=(150, 3_000)),
    "export": _quota(say("lists as files"), 10, 300, of_address=(40, 1_000)),
    "write": _quota(say("messages"), 20, 300, of_address=(100, 3_000)),
    "see": _quota(say("notifications marked as read"), 60, 5_000, of_address=(600, 50_000)),
    # What admins do, all day, with several at once in one press.
    "select": _quota(say("selections"), 600, 50_000, of_address=(3_000, 300_000)),
    "pin": _quota(say("changes of pinned views"), 60, 1_000, of_address=(200, 5_000)),
    "act_on_codes": _quota(say("actions on codes"), 240, 20_000, of_address=(1_000, 100_000)),
    "decide": _quota(say("decisions"), 240, 20_000, of_address=(1_000, 100_000)),
    "extend": _quota(say("extensions by hand"), 240, 20_000, of_address=(1_000, 100_000)),
    "act_on_accounts": _quota(say("actions on accounts"), 240, 20_000, of_address=(1_000, 100_000)),
    "undo": _quota(say("actions that were undone"), 120, 5_000, of_address=(500, 20_000)),
    "create_account": _quota(say("accounts created by hand"), 120, 5_000, of_address=(500, 20_000)),
    "import": _quota(say("files of accounts"), 20, 200, of_address=(60, 600)),
    "act_on_people": _quota(say("actions on people"), 60, 2_000, of_address=(200, 10_000)),
    "invite": _quota(say("invitations and links"), 30, 500, of_address=(100, 2_000)),
    "products": _quota(say("changes of products"), 60, 1_000, of_address=(200, 5_000)),
    "broadcast": _quota(say("broadcasts"), 20, 300, of_address=(60, 1_000)),
}


def in_words_of(name: str, limit: Limit) -> Message:
    """`40 generated codes a minute`, of the quota of that name."""
    action = QUOTAS[name].action if name in QUOTAS else name
    return say("{times} {action} {period}", times=limit.times, action=action, period=limit.period)


def setting_names() -> list[str]:
    return [f"DESK_QUOTA_{name.upper()}_{scope}" for name in QUOTAS for scope in ("PERSON", "ADDRESS")]


def parse_limits(value: str) -> Limits:
    """`40/60,1000/86400`, or `none`. Raises ValueError with what is expected."""
    if value == "none":
        return ()
    limits = []
    for part in value.split(","):
        times, _, seconds = part.strip().partition("/")
        if not (_is_count(times) and _is_count(seconds)):
            raise ValueError("must be times/seconds such as 40/60,1000/86400, or none")
        limits.append(Limit(int(times), int(seconds)))
    return tuple(limits)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) > 0


def quotas_with(given: Mapping[str, str]) -> Mapping[str, Quota]:
    """The table with what the settings say instead. Raises ValueError that names the setting."""
    quotas = {}
    for name, quota in QUOTAS.items():
        scopes = {}
        for scope in ("person", "address"):
            setting = f"DESK_QUOTA_{name.upper()}_{scope.upper()}"
            try:
                scopes[scope] = parse_limits(given[setting]) if setting in given else getattr(quota, scope)
            except ValueError as error:
                raise ValueError(f"{setting} {error}, not {given[setting]!r}") from None
        quotas[name] = Quota(quota.action, **scopes)
    return quotas
