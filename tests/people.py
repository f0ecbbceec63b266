"""Ada (admin), Bob (client), Eve (another client), and Grace (another admin), with their passwords.

What theirs cost to verify is next to nothing, as hundreds of tests sign in to do something else; those about signing in
(tests/auth/) and about attacks (tests/hostile/) have hashes as people have them.
"""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher

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
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for name, password in PASSWORDS.items():
        await Person.register(name, f"{name}@example.com", password, ROLES[name])
        await Person.update({Person.password_hash: cheap.hash(password)}, force=True).where(Person.username == name)
    await LogEntry.delete(force=True)
    await Person.update({Person.seen_event: 0}, force=True)
    await engine().close_connection_pool()


@cache
def dear_hash(name: str) -> str:
    """Of a password, as the desk makes it."""
    from app.people.passwords import _hasher

    return _hasher.hash(PASSWORDS[name])


if __name__ == "__main__":
    asyncio.run(invite_everybody())
