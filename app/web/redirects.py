"""Where a browser goes next: the page that a form came from, never another host."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from litestar import Response
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.live.views import LONGEST_URL, Reader
from app.web.negotiation import AnyRequest

LONGEST_PATH = LONGEST_URL
PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def to(path: str) -> Response[Any]:
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": path})


def return_path(request: AnyRequest) -> str:
    """The page of ours that a form was sent from: its field `back`, or the Referer."""
    chosen = getattr(request.state, "sent", {}).get("back")
    if isinstance(chosen, str) and (path := local(chosen)):
        return path
    return referer(request) or home(request.user)


def referer(request: AnyRequest) -> str | None:
    source = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    if len(source) > LONGEST_PATH:
        return None
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    if parts.netloc and parts.netloc != request.headers.get("host"):
        return None
    return local(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def local(path: str) -> str | None:
    """The path if it stays on this desk, as a header can hold it: never `//elsewhere`, `/\\elsewhere` or a scheme."""
    return path if len(path) <= LONGEST_PATH and PATH.fullmatch(path) else None


def home(person: Reader | None) -> str:
    homes = {"admin": "/admin", "client": "/"}
    return "/login" if person is None else homes.get(person.role, "/me/second-factor")
