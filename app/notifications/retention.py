"""How long the log keeps notifications: at least until everyone who gets one has read it."""

from __future__ import annotations

from datetime import datetime

from app.db.fetch import placeholders
from app.live.prune import Condition, Pruned, prune
from app.notifications.notes import admin_kinds, broadcast_kinds, client_kinds


async def prune_log(before: datetime) -> Pruned:
    """Removes what was recorded before then and is unread by nobody."""
    return await prune(before, still_unread())


def still_unread() -> Condition:
    """What an inbox shows as unread, by the rule of the inboxes themselves.

    What many get waits for the last of them who can sign in: a person who never reads keeps those entries for
    ever, until somebody suspends them. What concerns one client waits for that client, suspended or not, as they may
    be restored. What notifies nobody (a sign-out, a new day) waits for nobody.
    """
    to_admins, to_clients, to_everyone = admin_kinds(), client_kinds(), broadcast_kinds()
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
