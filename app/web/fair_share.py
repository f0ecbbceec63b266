"""Requests take turns by address, and what one address or one session may ask for in a minute is bounded.

On SQLite a request is worked on without a break, some milliseconds: fifty that come at once from one address would hold
everybody else for as long as all of them take. So of each address one begins, then whatever else is ready runs, then
one of the next address. It is the outermost of all, as Litestar's middleware sees no path that there is not.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.live.turns import RoundRobin
from app.web.addresses import Network, sender
from app.web.request_rate import RequestRates, refusal

Turn = asyncio.Future[None]


class FairShare:
    def __init__(self, app: ASGIApp, rates: RequestRates | None, trusted: Collection[Network] = ()) -> None:
        self._app, self._trusted = app, trusted
        self._rates = rates
        """None: nobody's requests are counted."""
        self._waiting: RoundRobin[Turn] = RoundRobin()
        self._is_taken = False
        """A request has begun since other tasks were last served."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self._app(scope, receive, send)
            return
        network = sender(scope, self._trusted)
        if self._is_taken:
            turn: Turn = asyncio.get_running_loop().create_future()
            self._waiting.put(network, turn)
            await turn
        else:
            self._take()
        rates = self._rates if scope["type"] == ScopeType.HTTP else None
        if rates is not None and (wait := rates.use(scope, network)) > 0:
            await refusal(scope, math.ceil(wait), send)
            return
        await self._app(scope, receive, send)

    def _take(self) -> None:
        self._is_taken = True
        asyncio.get_running_loop().call_soon(self._give_way)

    def _give_way(self) -> None:
        """All that was ready has run. Those who have gone meanwhile are passed over."""
        self._is_taken = False
        while self._waiting:
            if not (turn := self._waiting.pop()).done():
                self._take()
                turn.set_result(None)
                return
