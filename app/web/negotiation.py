"""What kind of response a request asks for: JSON, fragments for htmx, or a page."""

from __future__ import annotations

from typing import Any

from litestar import Request

AnyRequest = Request[Any, Any, Any]


def wants_json(request: AnyRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")


def is_htmx(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"
