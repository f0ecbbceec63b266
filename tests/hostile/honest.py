"""An admin and five clients at their work, each with an open page, at a steady pace that no delay slows down."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx

from app.seed import DEMO_SIGN_INS
from tests.hostile.latencies import Kind, Latencies
from tests.hostile.page import Page

SOURCE = "127.0.0.2"
CLIENTS = ("bob", "eve", "mia.tanaka", "tom-okafor", "zoe.lind")
"""So many that none of them generates more than 24 codes a minute: people do not meet a quota."""
PASSWORDS = {
    **{name: password for name, _, password in DEMO_SIGN_INS},
    "mia.tanaka": "seven-quiet-harbours", "tom-okafor": "copper-kettle-sings", "zoe.lind": "north-window-light",
}  # fmt: skip
TICK = 0.1
"""Seconds between two actions: five a second of the admin's, five of the clients'."""
SIGN_IN_EVERY = 12
"""Ticks."""
PATIENCE = 90.0
"""Seconds that somebody waits for an answer."""
MARKUP = re.compile(r"<[^>]*>")
CODE = re.compile(r'id="code-(\d+)"')
POSITION = re.compile(r'id="rendered"[^>]* value="(\d+)"')


class Honest:
    def __init__(self, url: str, memory: Callable[[], int]) -> None:
        self._url, self._memory = url, memory
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self.pages: dict[str, Page] = {}
        self.activated: set[int] = set()
        """Ids of codes: what was acknowledged."""
        self.pending: set[int] = set()
        """The same of those whose activation was not."""
        self._ticks = count()
        self._now = Latencies()

    async def begin(self) -> None:
        self.known = self._browser()
        await self._sign_in(self.known, "ada")
        for name in ("ada", *CLIENTS):
            browser = self._browsers[name] = self._browser()
            await self._sign_in(browser, name)
            self.pages[name] = Page(browser, "/admin/codes" if name == "ada" else "/", SOURCE)
            await self.pages[name].open()

    async def end(self) -> None:
        for page in self.pages.values():
            await page.close()
        for browser in (*self._browsers.values(), self.known):
            await browser.aclose()

    async def work(self, until: Awaitable[Any]) -> Latencies:
        """At the pace, until that has ended; and then for as long as anybody still waits for an answer."""
        latencies = self._now = Latencies()
        ending = asyncio.ensure_future(until)
        due = time.perf_counter()
        tasks: set[asyncio.Task[None]] = set()
        while not ending.done():
            tasks.add(asyncio.create_task(self._act(next(self._ticks), latencies)))
            latencies.most_memory = max(latencies.most_memory, self._memory())
            due = max(due + TICK, time.perf_counter())
            await asyncio.wait([ending], timeout=due - time.perf_counter())
        await asyncio.gather(*tasks)
        latencies.most_memory = max(latencies.most_memory, self._memory())
        return latencies

    async def _act(self, tick: int, latencies: Latencies) -> None:
        client = CLIENTS[tick // 5 % len(CLIENTS)]
        try:
            if tick % SIGN_IN_EVERY == 1:
                await self._signs_in(tick // SIGN_IN_EVERY, latencies)
            match tick % 5:
                case 0:
                    await self._trade(client, latencies)
                case 1:
                    await self._look(client, "/", latencies)
                case 2:
                    await self._look("ada", "/admin/codes", latencies)
                case 3:
                    await self._look(client, "/notifications", latencies)
                case 4:
                    await self._look("ada", "/admin", latencies)
        except (httpx.HTTPError, Refused, TimeoutError) as error:
            latencies.failed.append(f"{type(error).__name__} {error}"[:200])

    async def _trade(self, client: str, latencies: Latencies) -> None:
        """A code that a client generates and Ada activates; each sees on the open page what the other did."""
        form = {"platform": "mt5", "account_number": str(10**10 + secrets.randbelow(10**10)), "plan": "30"}
        form["product"] = "robot"
        form["request_key"] = secrets.token_urlsafe(12)
        code, seen = await self._post(client, "/", "/api/generate-code", form, "ada", latencies)
        self.pending.add(code)
        await seen
        form = {"code_id": str(code), "action": "activate"}
        _, seen = await self._post("ada", "/admin/codes", "/api/admin/codes", form, client, latencies)
        self.pending.discard(code)
        self.activated.add(code)
        await seen

    async def _post(
        self, who: str, page: str, path: str, form: dict[str, str], other: str, latencies: Latencies
    ) -> tuple[int, asyncio.Task[None]]:
        """The code's id, and until the other's page shows it."""
        headers = {"HX-Request": "true", "HX-Current-URL": f"{self._url}{page}"}
        began = time.perf_counter()
        arrivals = len(self.pages[other].arrived)
        browser = self._browsers[who]
        response = await self._timed("request", lambda: browser.post(path, data=form, headers=headers), latencies)
        code = int(form.get("code_id", 0)) or int(CODE.findall(response.text)[0])
        position = int(POSITION.findall(response.text)[-1])
        return code, asyncio.create_task(self._shown(other, code, position, arrivals, began, latencies))

    async def _shown(
        self, other: str, code: int, position: int, arrivals: int, began: float, latencies: Latencies
    ) -> None:
        async with asyncio.timeout(PATIENCE):
            shown = await self.pages[other].until_shown(f"code-{code}", position, arrivals)
        latencies.seconds["shown"].append(shown - began)

    async def _look(self, who: str, path: str, latencies: Latencies) -> None:
        await self._timed("request", lambda: self._browsers[who].get(path), latencies)

    async def _signs_in(self, turn: int, latencies: Latencies) -> None:
        """Ada in a browser that has signed in before, and Grace in one that has not, take turns."""
        if turn % 2:
            await self._sign_in(self.known, "ada", latencies)
            return
        browser = self._browser()
        try:
            await self._sign_in(browser, "grace", latencies)
            await browser.post("/logout")
        finally:
            await browser.aclose()

    async def _sign_in(self, browser: httpx.AsyncClient, name: str, latencies: Latencies | None = None) -> None:
        form = {"username": name, "password": PASSWORDS[name]}
        await self._timed("sign-in", lambda: browser.post("/login", data=form), latencies or Latencies())

    async def _timed(
        self, kind: Kind, ask: Callable[[], Awaitable[httpx.Response]], latencies: Latencies
    ) -> httpx.Response:
        began = time.perf_counter()
        try:
            response = await ask()
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            response = await ask()  # as browsers do: the connection that was kept had been ended meanwhile
        if response.status_code >= 400:
            request, words = response.request, " ".join(MARKUP.sub(" ", response.text).split())
            raise Refused(f"{request.method} {request.url.path}: {response.status_code} {words[-160:]}")
        latencies.seconds[kind].append(time.perf_counter() - began)
        return response

    def _browser(self) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(
            local_address=SOURCE, limits=httpx.Limits(max_connections=None, keepalive_expiry=4)
        )
        return httpx.AsyncClient(base_url=self._url, transport=transport, timeout=PATIENCE)


class Refused(Exception):
    """An honest person was refused."""
