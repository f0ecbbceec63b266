"""How long the log keeps what people were told: at least until everyone it tells has read it."""

from __future__ import annotations

from datetime import datetime

from app.db.fetch import placeholders
from app.live.prune import Condition, Pruned, prune
from app.notifications.notes import broadcast_kinds, telling_admins, telling_clients


async def prune_log(before: datetime) -> Pruned:
    """Removes what was recorded before then and is unread by nobody."""
    return await prune(before, still_unread())


def still_unread() -> Condition:
    """What an inbox shows as unread, by the rule of the inboxes themselves.

    What is told to many waits for the last of them who can sign in: a person who never reads keeps those entries for
    ever, until somebody suspends them. What concerns one client waits for that client, suspended or not, as they may
    be restored. What nobody is told of (a sign-out, a day that began) waits for nobody.
    """
    to_admins, to_clients, to_everyone = telling_admins(), telling_clients(), broadcast_kinds()
    admins, clients = placeholders(len(to_admins)), placeholders(len(to_clients))
    return Condition(
        f"kind IN ({admins}) AND id > {_least_seen('active AND role = {}')} "
        f"OR kind IN ({placeholders(len(to_everyone))}) AND id > {_least_seen('active')} "
        f"OR kind IN ({clients}) AND EXISTS "
        "(SELECT 1 FROM person WHERE person.id = event.client AND person.seen_event < event.id)",
        (*to_admins, "admin", *to_everyone, *to_clients),
    )


def _least_seen(who: str) -> str:
    """Up to where all of them have read; with none of them there is nothing that waits."""
    return f"(SELECT coalesce(min(seen_event), 2147483647) FROM person WHERE {who})"
