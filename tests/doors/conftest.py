from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.live.relay import Relay
    from tests.doors.people import Scene

# Nothing of the desk is imported before its database has been chosen (tests/conftest.py).


@pytest.fixture
async def knocking(desk: None) -> Scene:
    from tests.doors.people import scene

    return await scene()


@pytest.fixture
async def relay(knocking: Scene, monkeypatch: pytest.MonkeyPatch) -> Relay:
    """The application's, for as long as the test runs; it delivers when it is told to."""
    from app.events import possible_rooms
    from app.live.hub import Hub
    from app.live.relay import Relay
    from tests.browser import app

    relay = Relay(Hub(), possible_rooms)
    await relay.load_position()
    monkeypatch.setattr(app.state, "relay", relay)
    monkeypatch.setattr(app.state, "hub", relay.hub)
    return relay
