"""What a test looks at: the log, and every row of the desk."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.live.log import LogEntry
from app.people.tables import Person

TABLES = (
    "person", "trading_code", "customer_account", "extension_request", "session", "event", "day",
    "product", "installation", "refusal", "invitation", "account_import", "pinned_view", "second_factor",
    "recovery_code", "half_sign_in", "desk_rule", "sent_message",
)  # fmt: skip
"""All that an error must leave as it was; failed sign-ins are counted elsewhere."""


class Happened(NamedTuple):
    kind: str
    client: int | None
    by: str


async def happened(since: int = 0) -> list[Happened]:
    """What the log tells after event `since`, oldest first."""
    return [Happened(entry.kind, entry.client, entry.actor_name) for entry in await LogEntry.after(since)]


async def last_event() -> Any:
    """The newest event, as its struct."""
    return (await LogEntry.after(await LogEntry.last_id() - 1))[-1].event


async def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; two of these are equal when nothing has changed in between."""
    return {table: [dict(row) for row in await Person.raw(f"SELECT * FROM {table} ORDER BY id")] for table in TABLES}
