"""The desk, around which each request leaves a mark in a context variable, and tells whether it has found one.

`python -m tests.reliability.marking serve …` serves it as `app serve` does.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from app import asgi
from app.cli import main

mark: ContextVar[str] = ContextVar("mark", default="nothing")
desk = asgi.app


async def marking(scope: Any, receive: Any, send: Any) -> None:
    found = mark.get()
    if scope["type"] == "http":
        mark.set(scope["path"])

    async def tell(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-found", found.encode())]
        await send(message)

    await desk(scope, receive, tell if scope["type"] == "http" else send)


if __name__ == "__main__":
    asgi.app = marking  # type: ignore[assignment]
    main()
