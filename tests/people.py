"""Ada (admin), Bob (client), Eve (another client), and Grace (another admin), with their passwords."""

from __future__ import annotations

import asyncio

PASSWORDS = {
    "ada": "analytical-engine",
    "grace": "first-actual-bug",
    "bob": "robots-never-sleep",
    "eve": "listening-quietly",
}
ROLES = {"ada": "admin", "grace": "admin", "bob": "client", "eve": "client"}


async def invite_everybody() -> None:
    """Into an empty database; the log is empty afterwards, so that a test sees only what it does itself."""
    from app.db.engine import engine
    from app.live.log import LogEntry
    from app.migrate import migrate_database
    from app.people.tables import Person

    await engine().start_connection_pool()
    await migrate_database()
    for name, password in PASSWORDS.items():
        await Person.register(name, f"{name}@example.com", password, ROLES[name])
    await LogEntry.delete(force=True)
    await Person.update({Person.seen_event: 0}, force=True)
    await engine().close_connection_pool()


if __name__ == "__main__":
    asyncio.run(invite_everybody())
