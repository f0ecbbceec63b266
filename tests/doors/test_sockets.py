"""The door of the live pages: who is greeted, who is sent away, and that a page which was open does not stay so."""

from __future__ import annotations

import pytest

from app.codes.tables import TradingCode
from app.live.relay import Relay
from app.people.tables import Person, Session
from tests.doors.page_socket import PageSocket
from tests.doors.people import Scene, guest
from tests.doors.table import ROLES, SOCKETS
from tests.inspection import everything
from tests.live.conftest import deliver


@pytest.mark.parametrize("view", SOCKETS)
async def test_the_socket_of_a_page_is_for_those_who_may_open_it(knocking: Scene, relay: Relay, view: str) -> None:
    before = await everything()
    for role, code in zip(ROLES, SOCKETS[view], strict=True):
        socket = await PageSocket.open(knocking.tokens.get(role), view)
        if code is None:
            assert socket.closed is None, role
            assert socket.frames, role
            own = knocking.secrets[role]
            others = {secret for secrets in knocking.secrets.values() for secret in secrets} - own
            if role != "ada":
                assert not [secret for secret in others if secret in "".join(socket.frames)], role
            await socket.leave()
        else:
            assert await socket.until_closed() == code, role
            assert socket.frames == [], role
    assert await everything() == before


@pytest.mark.parametrize(("role", "view"), [("client", "/"), ("admin", "/admin/codes")])
async def test_a_page_that_is_open_ends_with_its_persons_suspension(
    relay: Relay, ada: Person, bob: Person, role: str, view: str
) -> None:
    await ends_with(relay, bob, role, view, lambda trudy: trudy.suspend(by=ada))


@pytest.mark.parametrize(("role", "view", "becomes"), [("admin", "/admin/codes", "client"), ("client", "/", "admin")])
async def test_a_page_that_is_open_ends_with_its_persons_role(
    relay: Relay, ada: Person, bob: Person, role: str, view: str, becomes: str
) -> None:
    await ends_with(relay, bob, role, view, lambda trudy: trudy.change_role(becomes, by=ada))


async def ends_with(relay, bob, role, view, change) -> None:  # type: ignore[no-untyped-def]
    """What happens afterwards is sent to that page no more, and no new socket gets in by the old cookie."""
    trudy = await guest("trudy", role)
    token = await Session.start(trudy, address="127.0.0.1", browser="test", instead_of=None)
    page = await PageSocket.open(token, view)
    assert page.closed is None
    told = len(page.frames)
    await change(trudy)
    code = await TradingCode.generate(bob, platform="mt5", account_number="4711004711", plan="30")
    await deliver(relay)
    assert await page.until_closed() == 4401
    assert code.grouped_key not in "".join(page.frames[told:])
    again = await PageSocket.open(token, view)
    assert (await again.until_closed(), again.frames) == (4401, [])
