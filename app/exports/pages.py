from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.response import Stream

from app.clock import today
from app.errors import NotFound, NotSignedIn
from app.exports.portions import as_csv
from app.i18n.message import say
from app.live.listing import Listing
from app.live.views import View, Views
from app.people.tables import Session
from app.web.guards import signed_in

NO_LIST = say("There is no such list.")


class Exports(Controller):
    guards = [signed_in]
    include_in_schema = False

    @get("/csv", opt={"quota": "export"})
    async def csv(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The list at an address of ours; of a page with several, the one that `list` names."""
        listing = _listing(request)
        name = f"{listing.element}-{today().isoformat()}.csv"
        return Stream(
            _while_signed_in(as_csv(listing), request.auth.id),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _listing(request: Request[Any, Any, Any]) -> Listing[Any]:
    """Raises NotFound, and Invalid for a filter that makes no sense."""
    views: Views = request.app.state.views
    view: View | None = views.of(request.query_params.get("view", ""))
    if view is None or request.user.role not in view.page.roles:
        raise NotFound(NO_LIST)
    wanted = request.query_params.get("list", "")
    for region in view.page.regions(request.user, view.query):
        if isinstance(region, Listing) and wanted in ("", region.element):
            return region
    raise NotFound(NO_LIST)


async def _while_signed_in(portions: AsyncIterator[bytes], session: int) -> AsyncIterator[bytes]:
    """Raises NotSignedIn once the session is over, which breaks the transfer off: half a list must not look whole."""
    async for portion in portions:
        if await Session.choices_of(session) is None:
            raise NotSignedIn
        yield portion
        await asyncio.sleep(0)
