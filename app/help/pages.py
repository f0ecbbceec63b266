from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get

from app.i18n.message import in_words, say
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.me.pages import ME
from app.templating.access_keys import OF_A_PAGE, PAGES
from app.web.guards import signed_in
from app.web.locale import locale_of
from app.web.negotiation import wants_json
from app.web.responses import page


class Help(Page):
    """What a key is, how it gets into a terminal, and the keyboard; nothing of it is live but what stands around it."""

    path = "/help"
    link = NavLink("help", say("Help"), 110)
    in_navigation = False
    roles = frozenset({"admin", "client"})

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return ()


HELP = Help()


class HelpPages(Controller):
    guards = [signed_in]
    include_in_schema = False

    @get("/help")
    async def help(self, request: Request[Any, Any, Any]) -> Response[Any]:
        links = [*(each.link for each in request.app.state.views.navigation(request.user.role)), ME.link, HELP.link]
        of_pages = [(PAGES[link.section], link.label) for link in links if link.section in PAGES]
        keys = [*of_pages, *OF_A_PAGE.items()]
        if wants_json(request):
            return Response({"keys": {key: in_words(label, locale_of(request)) for key, label in keys}})
        return await page(request, HELP, "help/page.html", HELP.link.label, keys=keys)
