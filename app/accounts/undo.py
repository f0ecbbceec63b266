"""The opposites of what an admin does to an account by hand."""

from __future__ import annotations

from collections.abc import Sequence

from app.accounts.events import AccountExtended, AccountRestored, AccountSuspended
from app.accounts.tables import CustomerAccount
from app.db import transaction
from app.db.fetch import fetch, for_update, placeholders
from app.errors import NotFound
from app.i18n.message import say
from app.live.event import Actor, Event
from app.live.log import LogEntry

UNDONE = (AccountSuspended, AccountRestored, AccountExtended)
"""What has an opposite."""


async def hold(entries: Sequence[LogEntry]) -> None:
    """Within a transaction: nothing happens meanwhile to the accounts of which these tell. In the order in which an
    action on many goes through them, so that of two at once one waits for the other, and never each for the other."""
    keys = [entry.event.account for entry in entries if isinstance(entry.event, UNDONE)]
    await fetch(
        f"SELECT id FROM customer_account WHERE id IN ({placeholders(len(keys))}) ORDER BY id{for_update()}", *keys
    )


async def undo(entry: LogEntry, by: Actor) -> CustomerAccount:
    """The opposite of what an entry of the log tells, if nothing has happened to the account since, which is held.

    Raises Conflict where something has, and for what has no opposite.
    """
    event = entry.event
    assert isinstance(event, UNDONE), f"{entry.kind} has no opposite"
    async with transaction():
        account = await CustomerAccount.by_id(event.account)
        if account is None:
            raise NotFound(say("There is no such account."))
        if account.changed_by != entry.actor_name or account.changed_at > entry.at:
            raise account.changed_since()
        if isinstance(event, AccountSuspended):
            return await account.restore(by)
        if isinstance(event, AccountRestored):
            return await account.suspend(by)
        return await account.take_back(event, by)


def has_opposite(event: Event) -> bool:
    return isinstance(event, UNDONE) and not (isinstance(event, AccountExtended) and event.before is None)
