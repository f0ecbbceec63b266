from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get

from app.i18n.message import say
from app.labels import LABELS, kind_label, label
from app.listings.controls import query_string
from app.listings.counts import Tabs
from app.listings.filter import Filter
from app.listings.list_page import ListPage
from app.listings.search import searched_name
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.notifications.audit import audit_trail, broadcasts
from app.notifications.notes import audit_groups, audit_kinds
from app.notifications.regions import groups_of, inbox, narrowed_inbox
from app.notifications.tables import LEVELS, MOST_MESSAGE
from app.notifications.unread import seen_form
from app.web.fields import Choice
from app.web.forms import Form, FormPage
from app.web.guards import admins, signed_in
from app.web.parameters import canonical_id
from app.web.responses import page


class Notifications(Page):
    path = "/notifications"
    link = NavLink("notifications", say("Notifications"), 90)
    roles = frozenset({"admin", "client"})
    parameters = {"status": str, "after": canonical_id}
    is_list = True

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        groups = groups_of(reader.role)
        filter = Filter.of(query, groups)
        tabs = Tabs(
            element="notifications-tabs", channels=frozenset(), locale=reader.locale, path=self.path,
            statuses=(("", say("All")), *((group, label(group)) for group in groups)), status=filter.status, kept="",
        )  # fmt: skip
        if filter.status:
            return narrowed_inbox(reader, filter.after, self.path, filter.status), seen_form(reader), tabs
        return inbox(reader, filter.after, self.path), seen_form(reader), tabs


class Activity(ListPage):
    parameters = {**ListPage.parameters, "q": searched_name}
    path = "/admin/activity"
    link = NavLink("activity", say("Activity"), 70)
    title = say("Activity")
    element = "activity"
    columns = (say("When"), say("Who"), say("Kind"), say("What"))
    placeholder = say("Who did it")
    empty = say("Nothing has happened yet. Everything that does is recorded here.")

    def tabs(self, status: str) -> Mapping[str, str]:
        """The domains, and the kinds of the one that is chosen."""
        groups = audit_groups()
        chosen = next((kinds for domain, kinds in groups.items() if status == domain or status in kinds), ())
        return {domain: label(domain) for domain in groups} | {kind: kind_label(kind) for kind in chosen}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        filter = Filter.of(query, (*audit_groups(), *audit_kinds()))
        trail = audit_trail(reader.locale, filter.status, filter.q, filter.after, query_string(query, "after"))
        tabs = Tabs(
            element=f"{self.element}-tabs", channels=frozenset(), locale=reader.locale, path=self.path,
            statuses=tuple(self.labelled(filter.status)), status=filter.status,
            kept=query_string({"q": filter.q} if filter.q else {}, ""), minor=frozenset(audit_kinds()),
        )  # fmt: skip
        return trail, tabs


class Broadcasts(Page):
    path = "/admin/broadcast"
    link = NavLink("broadcast", say("Broadcast"), 80)
    roles = frozenset({"admin"})

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (broadcasts(reader),)


NOTIFICATIONS, ACTIVITY, BROADCASTS = Notifications(), Activity(), Broadcasts()


class Broadcast(msgspec.Struct):
    message: Annotated[
        str,
        msgspec.Meta(min_length=1, max_length=MOST_MESSAGE),
        say("Write 1 to {most} characters.", most=MOST_MESSAGE),
    ]
    level: Choice = LEVELS[0]


BROADCAST = FormPage(
    "broadcast", "notifications/broadcast_form.html", say("Broadcast"), "broadcast", Broadcast, "/admin/broadcast",
    options={"level": [(level, LABELS[level]) for level in LEVELS]}, defaults={"level": LEVELS[0]},
)  # fmt: skip


async def broadcast_form(sent: str = "") -> Form:
    """A fresh one; it says what has been sent by the last press of its button."""
    return await BROADCAST.form({"sent": sent})


class NotificationPages(Controller):
    include_in_schema = False
    guards = [signed_in]

    @get("/notifications")
    async def notifications(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, NOTIFICATIONS, "notifications/page.html", NOTIFICATIONS.link.label)

    @get("/admin/activity", guards=[admins])
    async def activity(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ACTIVITY.response(request)

    @get("/admin/broadcast", guards=[admins])
    async def broadcast(self, request: Request[Any, Any, Any]) -> Response[Any]:
        form = await broadcast_form()
        return await page(
            request, BROADCASTS, "notifications/broadcast_page.html", BROADCASTS.link.label, broadcast=form
        )
