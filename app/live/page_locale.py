"""In which language and zone a page is kept up to date: those that it was rendered in, as the page itself says.

A socket must not tell a page in English what it says in Thai. So a page that is in another language or zone than its
reader has chosen loads itself anew in full, by asking for `reload`; and when somebody chooses another, their sockets
are closed (event.Renewed), and their pages find it out as they connect again. What is not chosen the page decides: not
every browser sends with a socket what it sends with a page.
"""

from __future__ import annotations

from litestar import MediaType, Response, get

from app.i18n.locale import LANGUAGES, Locale, is_zone
from app.live.connection import Connection
from app.live.views import Reader


def fits(connection: Connection, reader: Reader, said: str) -> bool:
    """Whether the page, which says `said` of itself (`th Asia/Bangkok`), can be kept up to date by this connection;
    after its first message the connection, and its reader, read as the page does."""
    page = _locale(said) or connection.locale
    if connection.view is not None:
        return page == connection.locale
    default = connection.locale
    if page != Locale(reader.language or page.language, reader.zone or default.zone):
        return False
    connection.locale = reader.locale = page
    return True


def _locale(said: str) -> Locale | None:
    language, _, zone = said.partition(" ")
    return Locale(language, zone) if language in LANGUAGES and is_zone(zone) else None


@get("/live/reload", media_type=MediaType.HTML, include_in_schema=False)
async def reload() -> Response[str]:
    return Response("", headers={"HX-Refresh": "true"})
