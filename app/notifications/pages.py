from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get

from app.listings.filter import Filter
from app.listings.list_page import ListPage
from app.listings.search import searched_name
from app.listings.tabs import query_string
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.notifications.audit import audit_trail, broadcasts
from app.notifications.notes import audit_kinds, kind_label
from app.notifications.regions import inbox
from app.notifications.tables import LEVELS, MOST_MESSAGE
from app.notifications.unread import seen_form
from app.web.fields import Choice
from app.web.forms import Form, FormPage
from app.web.guards import admins, signed_in
from app.web.parameters import canonical_id
from app.web.responses import page


class Notifications(Page):
    path = "/notifications"
    link = NavLink("notifications", "Notifications", 90)
    roles = frozenset({"admin", "client"})
    parameters = {"after": canonical_id}
    is_list = True

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (
            inbox(reader, Filter.of(query, ()).after, "/notifications"),
            seen_form(reader),
        )


class Activity(ListPage):
    parameters = {**ListPage.parameters, "q": searched_name}
    path = "/admin/activity"
    link = NavLink("activity", "Activity", 70)
    title = "Activity"
    element = "activity"
    columns = ("When", "Who", "Kind", "What")
    placeholder = "Who did it"
    empty = "Nothing has happened yet. Everything that does is recorded here."

    def tabs(self) -> Mapping[str, str]:
        return {kind: kind_label(kind) for kind in audit_kinds()}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        filter = Filter.of(query, audit_kinds())
        return (audit_trail(filter.status, filter.q, filter.after, query_string(query, "after")),)


class Broadcasts(Page):
    path = "/admin/broadcast"
    link = NavLink("broadcast", "Broadcast", 80)
    roles = frozenset({"admin"})

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (broadcasts(),)


NOTIFICATIONS, ACTIVITY, BROADCASTS = Notifications(), Activity(), Broadcasts()


class Broadcast(msgspec.Struct):
    message: Annotated[
        str, msgspec.Meta(min_length=1, max_length=MOST_MESSAGE, description=f"Write 1 to {MOST_MESSAGE} characters.")
    ]
    level: Choice = LEVELS[0]


BROADCAST = FormPage(
    "broadcast", "notifications/broadcast_form.html", "Broadcast", "broadcast", Broadcast, "/admin/broadcast",
    options={"level": [(level, level.capitalize()) for level in LEVELS]}, defaults={"level": LEVELS[0]},
)  # fmt: skip


def broadcast_form() -> Form:
    return BROADCAST.form({})


class NotificationPages(Controller):
    include_in_schema = False
    guards = [signed_in]

    @get("/notifications")
    async def notifications(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, NOTIFICATIONS, "notifications/page.html", "Notifications")

    @get("/admin/activity", guards=[admins])
    async def activity(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ACTIVITY.response(request)

    @get("/admin/broadcast", guards=[admins])
    async def broadcast(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(
            request, BROADCASTS, "notifications/broadcast_page.html", "Broadcast", broadcast=broadcast_form()
        )
