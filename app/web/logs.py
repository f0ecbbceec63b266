"""One line of JSON for each thing worth logging: requests, the ends of sockets, faults. Never a body or a cookie."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Collection
from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.live.log import LogEntry
from app.web.addresses import Network, sender_address

KEYS = (
    "method", "path", "status", "address", "person", "username", "code", "event_id", "seconds", "held", "worked",
)  # fmt: skip
"""What a line may carry besides time, level, logger and message."""

MOST_OF_PATH = 200
"""Characters of a path that a line holds: those of the desk are shorter, and others may be 8 KiB."""

requests = logging.getLogger("app.requests")


def set_up(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("piccolo").setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key in KEYS if (value := getattr(record, key, None)) is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class RequestLines:
    """One line per request: who, what, how it ended, and the last event that it recorded. Around Litestar, whose own
    middleware hears of no request for a path, or by a method, that there is not."""

    def __init__(self, app: ASGIApp, trusted: Collection[Network] = ()) -> None:
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not requests.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
        finally:
            user, entries = scope.get("user"), cast("tuple[LogEntry, ...]", scope.get("recorded", ()))
            requests.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"][:MOST_OF_PATH],
                    "status": status,
                    "address": sender_address(scope, self._trusted),
                    "person": user.id if user else None,
                    "event_id": entries[-1].id if entries else None,
                    "seconds": round(time.perf_counter() - started, 4),
                },
            )
