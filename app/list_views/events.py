from __future__ import annotations

from app.events import Audience, DeskEvent
from app.topics import PINS_UPDATED


class ViewPinned(DeskEvent, frozen=True, kw_only=True):
    """By `client`, who may be an admin; so is the other."""

    audience = Audience(client=(PINS_UPDATED,))


class ViewUnpinned(DeskEvent, frozen=True, kw_only=True):
    audience = Audience(client=(PINS_UPDATED,))
