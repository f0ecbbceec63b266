"""HEAD gives what GET gives, without its body (RFC 9110, 9.3.2): the same handler; the server leaves the body out."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getmembers
from typing import Any

from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler


def with_head(*parts: Any) -> list[Any]:
    """These controllers and handlers, of which whatever takes GET takes HEAD too."""
    for part in parts:
        for handler in _handlers(part):
            if HttpMethod.GET.value in handler.http_methods:
                handler.http_methods = handler.http_methods | {HttpMethod.HEAD.value}
    return list(parts)


def _handlers(part: Any) -> Iterator[HTTPRouteHandler]:
    if isinstance(part, HTTPRouteHandler):
        yield part
    elif isinstance(part, type):
        yield from (handler for _, handler in getmembers(part) if isinstance(handler, HTTPRouteHandler))
