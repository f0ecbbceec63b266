import asyncio

import pytest

from app.db import transaction
from app.errors import NotSignedIn
from app.people.tables import Person, Session
from tests.auth.callers import HOME


async def test_a_session_that_starts_while_the_change_is_not_committed_waits_for_it(bob):
    """Without the lock it would see the person as they were, and be committed after the sessions have been ended."""
    seen, commit = asyncio.Event(), asyncio.Event()

    async def change():
        async with transaction():
            await Person.compare_and_set(Person.id == bob.id, {Person.password_hash: "changed"})
            await Session.delete().where(Session.person == bob.id)
            seen.set()
            await commit.wait()

    changing = asyncio.create_task(change())
    await seen.wait()
    starting = asyncio.create_task(bob.let_in(HOME))
    waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while not starting.done() and not await Person.raw(waiting):  # noqa: ASYNC110 - another process waits
            await asyncio.sleep(0)
    commit.set()
    await changing
    try:
        with pytest.raises(NotSignedIn):
            await starting
        assert await Session.count() == 0
    finally:
        await Person.update({Person.password_hash: bob.password_hash}).where(Person.id == bob.id)
