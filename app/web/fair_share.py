"""Requests and handshakes begin one at a time, by address and as app/live/gate.py says, and what one address or one
session may ask for in a minute is bounded. It is the outermost of all, as Litestar's middleware sees no path that there
is not."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Collection, Hashable
from contextlib import nullcontext
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.db.sqlite_statements import one_deadline
from app.limits import Limit
from app.live.gate import Gate, nothing
from app.live.usage import MOST_KEPT, Charged, Payer
from app.web.addresses import Network, sender
from app.web.request_rate import RequestRates, token_in, too_many_requests


class FairShare:
    def __init__(
        self, app: ASGIApp, gate: Gate, rates: RequestRates | None, cookie: str, trusted: Collection[Network] = (),
        tell: Callable[[str, Limit], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        """`tell`: is told of a network that is refused, now and then, and by which limit."""
        self._app, self._gate, self._cookie, self._trusted = app, gate, cookie, trusted
        self._rates = rates
        """None: nobody's requests are counted."""
        self._tell = tell
        self._people: dict[str, Hashable] = {}
        """Who was signed in with the cookie when it came last."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self._app(scope, receive, send)
            return
        network, token = sender(scope, self._trusted), token_in(scope, self._cookie)
        payer: Payer = self._people.get(token, f"strangers of {network}"), network
        turn = _Turn(self._gate, payer, send)
        await turn.begin(later=scope["type"] == ScopeType.WEBSOCKET)
        try:
            # A person's sockets have a budget of their own (app/live/budget.py).
            rates = self._rates if scope["type"] == ScopeType.HTTP or token not in self._people else None
            if rates is not None and (wait := rates.use(network, token)) > 0:
                await Charged(too_many_requests(scope, math.ceil(wait), send), self._gate.usage, payer)
                if self._tell is not None and (limit := rates.news(network, token)) is not None:
                    await self._tell(network, limit)
                return
            # A socket's life is not one request's.
            with one_deadline() if scope["type"] == ScopeType.HTTP else nullcontext():
                await Charged(self._app(scope, receive, turn.send), self._gate.usage, payer)
        finally:
            turn.end()
        if token:
            self._note(token, scope.get("user"))

    def _note(self, token: str, user: Any) -> None:
        """So that a cookie that was made up makes nobody a person."""
        self._people.pop(token, None)
        if user is not None:
            self._people[token] = user.id
            if user.is_admin:
                self._gate.usage.admins.add(user.id)
            else:
                self._gate.usage.admins.discard(user.id)
            if len(self._people) > MOST_KEPT:
                del self._people[next(iter(self._people))]


class _Turn:
    """Of one request. An answer that is sent in portions, as a list's file is, takes a turn for each: nobody waits for
    all of it, and while its reader takes what was sent it holds no place.

    They are paid for here: Litestar makes them in a task of its own, which Charged does not see. It is all the time
    that a portion took, on PostgreSQL also that for which it waited there."""

    def __init__(self, gate: Gate, payer: Payer, send: Send) -> None:
        self._gate, self._payer, self._send = gate, payer, send
        self.end: Callable[[], None] = nothing
        self._began: float | None = None
        """Of a portion (time.perf_counter())."""

    async def begin(self, *, later: bool) -> None:
        self.end = await self._gate.pass_through(self._payer, later=later)

    async def send(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        if self._began is not None:
            self._gate.usage.add(self._payer, time.perf_counter() - self._began)
        if message.get("more_body"):
            self.end()
            await self._send(message)
            await self.begin(later=True)  # who presses a button comes before a file that is on its way
            self._began = time.perf_counter()
        else:
            await self._send(message)
