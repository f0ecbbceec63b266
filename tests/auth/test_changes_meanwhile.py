"""A password is verified for as long as a hash takes; what is changed meanwhile counts."""

import asyncio

import pytest

from app.errors import NotSignedIn
from app.people.tables import Person, Session
from app.signing_in.tables import Device
from tests.auth.callers import HOME, caller
from tests.browser import JSON, Browser

OLD, NEW = "seven-quiet-harbours", "eight-quiet-harbours"


@pytest.fixture
async def mia(desk):
    return await Person.register("mia", "mia@example.com", OLD)


CHANGES = {
    "password": lambda mia, ada: mia.change_password(NEW, by=ada),
    "role": lambda mia, ada: mia.change_role("admin", by=ada),
    "suspension": lambda mia, ada: mia.suspend(by=ada),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_sign_in_under_way_does_not_survive_a_change(mia, ada, change):
    signing_in = await Person.signing_in("mia", OLD, HOME)
    await CHANGES[change](mia, ada)
    with pytest.raises(NotSignedIn, match="User name or password is wrong"):
        await signing_in.let_in(HOME)
    assert (await Session.count(), await Device.count()) == (0, 0)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_registration_under_way_does_not_survive_a_change(mia, ada, change):
    await CHANGES[change](await Person.named("mia"), ada)
    with pytest.raises(NotSignedIn):
        await mia.let_in(HOME)
    assert await Session.count() == 0


async def test_a_suspension_that_was_lifted_again_leaves_the_sign_in_alone(mia, ada):
    signing_in = await Person.signing_in("mia", OLD, HOME)
    await mia.suspend(by=ada)
    await mia.restore(by=ada)
    session, _ = await signing_in.let_in(HOME)
    assert await Session.find(session) is not None


async def signed_in(name, where):
    """Whom the password was verified for, and the token of their session."""
    person = await Person.signing_in(name, OLD, where)
    return person, (await person.let_in(where))[0]


@pytest.mark.parametrize("change", CHANGES)
async def test_of_sign_ins_and_a_change_at_once_no_session_is_left_that_it_should_have_ended(ada, change):
    """Whichever comes first: the session is ended, or is never started."""
    for n in (0, 1, 2, 4, 6):
        mia = await Person.register(f"mia-{n}", "mia@example.com", OLD)

        async def changed(person=mia, turns=n * n):
            for _ in range(turns):
                await asyncio.sleep(0)
            await CHANGES[change](person, ada)

        tries = [signed_in(mia.username, caller(f"192.0.{n}.{k}")) for k in range(3)]
        *results, done = await asyncio.gather(*tries, changed(), return_exceptions=True)
        assert done is None
        assert {type(result) for result in results} <= {tuple, NotSignedIn}
        found = [(person, await Session.find(token)) for person, token in filter(is_pair, results)]
        left = [person for person, session in found if session is not None]
        # Who was verified after the change, as what they are now, may stay: the new role has the same password.
        assert not [person for person in left if change != "role" or person.role != "admin"]
        assert await Session.count().where(Session.person == mia.id) == len(left)


def is_pair(result):
    return isinstance(result, tuple)


async def test_over_http_a_sign_in_that_was_overtaken_is_a_wrong_password(mia, ada, monkeypatch):
    let_in = Person.let_in

    async def overtaken(self, where):
        await mia.change_password(NEW, by=ada)
        return await let_in(self, where)

    monkeypatch.setattr(Person, "let_in", overtaken)
    response = await Browser(JSON).post("/login", data={"username": "mia", "password": OLD})
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
