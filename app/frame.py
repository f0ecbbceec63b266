"""What stands around every page of a signed-in person: the toasts, and the badges of the navigation."""

from __future__ import annotations

from app.list_views.regions import pinned
from app.live.regions import Region
from app.live.views import Reader
from app.notifications.toasts import toasts
from app.notifications.unread import unread
from app.requests.regions import waiting


def frame(reader: Reader) -> tuple[Region, ...]:
    badges: tuple[Region, ...] = (toasts(reader), unread(reader))
    return (*badges, waiting(reader), pinned(reader)) if reader.role == "admin" else badges
