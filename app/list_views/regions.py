from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app import rooms
from app.list_views.tables import PinnedView
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.templating import render
from app.topics import PINS_UPDATED


@region
class Pinned(Summary):
    """The views that somebody has pinned, in the navigation."""

    person: int

    async def html(self) -> Markup:
        return render("list_views/pinned.html", self.locale, views=await PinnedView.of(self.person))

    async def json(self) -> Any:
        return None


def pinned(reader: Reader) -> Pinned:
    channels = frozenset({Channel(rooms.client(reader.id), PINS_UPDATED)})
    return Pinned(element="pinned", channels=channels, locale=reader.locale, person=reader.id)
