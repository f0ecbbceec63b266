"""Why a socket that does not reconnect has ended, in words and with the way back.

No script of ours reads the close code: a page whose socket has closed asks here, and gets nothing while it may well
connect again. When the server cannot be reached either, what it shows is `offline.en.html` (one for each language),
from the browser's cache. One that is closed because of too many others has been told already (`Connection.make_room`),
unless it had yet to say what it shows.
"""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get

from app.live.hub import Hub
from app.live.views import Views
from app.templating import render


@get("/live/ended", media_type=MediaType.HTML, include_in_schema=False)
async def ended(request: Request[Any, Any, Any]) -> Response[str | None]:
    """204 for a page that may connect again."""
    template = _reason(request)
    if template is None:
        return Response(None, status_code=204)
    return Response(render(template, request.app.state.locale_of(request)), media_type=MediaType.HTML)


def _reason(request: Request[Any, Any, Any]) -> str | None:
    hub: Hub = request.app.state.hub
    views: Views = request.app.state.views
    if request.user is None:
        return "shared/ended_signed_out.html"
    url = request.headers.get("hx-current-url", "")
    view = views.of(url)
    if url and (view is None or request.user.role not in view.page.roles):  # what the socket is closed for, too
        return "shared/ended_not_allowed.html"
    return "shared/ended_too_many.html" if hub.has_too_many(request.user.id) else None
