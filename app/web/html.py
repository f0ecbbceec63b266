"""A page as HTML: in full, or only the region that htmx asked for."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Response

from app.templating import render
from app.web.compression import compressed
from app.web.done import done, forget_done
from app.web.locale import locale_of
from app.web.negotiation import AnyRequest, is_htmx


async def html_response(request: AnyRequest, template: str, status: int, /, **context: Any) -> Response[Any]:
    full_page = not is_htmx(request) or request.headers.get("hx-request-type") == "full"
    pages = request.app.state.views.navigation(request.user.role)
    navigation = [(page.link, page.path, context.get(page.link.badge, "")) for page in pages]
    # A link leads to a page: its reader goes on from the top. Who types into the search stays there.
    follows_link = not full_page and request.headers.get("hx-source", "").startswith("a")
    text = render(
        template, locale_of(request), full_page=full_page, follows_link=follows_link, person=request.user,
        navigation=navigation, done=() if is_htmx(request) else await done(request), **context,
    )  # fmt: skip
    response = sent_as_html(request, text, status)
    if not is_htmx(request):
        forget_done(request, response)
    return response


def sent_as_html(request: AnyRequest, text: str, status: int) -> Response[bytes]:
    """Compressed where that is safe."""
    body, headers = compressed(request, text)
    return Response(body, media_type=MediaType.HTML, status_code=status, headers=headers)
