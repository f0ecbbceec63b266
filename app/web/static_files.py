"""The desk's own files: their names are known when it starts, so that no other is looked for on the disk."""

from __future__ import annotations

from functools import cache
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from app.errors import NotFound
from app.i18n.message import say
from app.templating import STATIC
from app.web.guards import AnyConnection


async def known_file(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Raises NotFound: paths with a NUL, of other folders, below a file or too long for a name are an error to the file
    system, each another one."""
    if str(connection.path_params["file_path"]) not in _files():
        raise NotFound(say("There is nothing here, or it is not yours."))


@cache
def _files() -> frozenset[str]:
    return frozenset(f"/{path.relative_to(STATIC).as_posix()}" for path in STATIC.rglob("*") if path.is_file())


def cached_for_ever(response: Response[Any]) -> Response[Any]:
    """Every URL of a static file bears the hash of its content."""
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
