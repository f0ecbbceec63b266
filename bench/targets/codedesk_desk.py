"""Codedesk, spoken to by its contract: form-encoded actions that answer JSON, and the socket at /live."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bench.load import facts
from bench.load.http import Http, HttpResponse
from bench.load.loop import Loop
from bench.load.pages import Facts, Page
from bench.load.websocket import WebSocket
from bench.targets.base import PASSWORD, token
from bench.targets.rooms import Desk, Refused

TOKEN_LENGTH = 43
"""Characters of a session's token: the desk looks up no other."""


def session_token(person: str) -> str:
    return token(person).ljust(TOKEN_LENGTH, "-")


class CodedeskDesk(Desk):
    def __init__(self, loop: Loop, port: int) -> None:
        super().__init__(loop, port)
        self._cursors: dict[str, str] = {}

    def sign_in(self, person: str) -> dict[str, str]:
        browser = Http(self.loop, self.port, {"Accept": "application/json", "Origin": self._origin})
        cookies = self.check(browser.ask("POST", "/login", {"username": person, "password": PASSWORD})).cookies()
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"Cookie": jar, "Accept": "application/json", "Origin": self._origin}

    def signed_in(self, person: str) -> dict[str, str]:
        headers = self.headers("admin1")
        return {**headers, "Cookie": f"{headers['Cookie'].partition('=')[0]}={session_token(person)}"}

    def admin_page(self, person: str) -> Page:
        return CodedeskPage(self, person, "/admin/codes")

    def search_page(self, person: str, query: str) -> Page:
        return CodedeskPage(self, person, f"/admin/codes?q={query}")

    def client_page(self, person: str) -> Page:
        return CodedeskPage(self, person, "/")

    def listener(self, person: str) -> Page:
        return CodedeskPage(self, person, "/", facts.in_notice)

    def settle(self, pages: list[Page]) -> None:
        """The first frame says that the page is live."""
        self.loop.until(lambda: all(isinstance(page, CodedeskPage) and page.live for page in pages))
        self._cursors.clear()

    def turn_back_the_day(self, database: Path) -> None:
        """Behind the server's back: its clock comes to see that today is a new day."""
        connection = sqlite3.connect(database, timeout=30)
        with connection:
            connection.execute("UPDATE day SET last = date('now', '-1 day')")
        connection.close()

    def code_id(self, answer: HttpResponse) -> str:
        return str(json.loads(answer.body)["id"])

    def cursor(self, person: str, view: str) -> str:
        """The log's position, as a page bears it: the same for all that are opened together, so asked for once."""
        path = view.partition("?")[0]
        if path not in self._cursors:
            html = self.reader(person).ask("GET", path).body
            tag = re.search(rb'<input[^>]*id="cursor"[^>]*>', html)
            value = re.search(rb'value="(\d+)"', tag[0]) if tag else None
            self._cursors[path] = value[1].decode() if value else "0"
        return self._cursors[path]

    def lists(self) -> dict[str, str]:
        filters = {"pending": "status=pending", "owner": "q=bob", "letter": "q=A", "key": "q=AB", "none": "q=zz9"}
        filters["pending_key"] = "status=pending&q=AB"
        deep = {f"{name}_deep": f"{query}&after=600" for name, query in filters.items()} | {"deep": "after=600"}
        paths = {name: f"/admin/codes?{query}" for name, query in {**filters, **deep}.items()}
        return {"first": "/admin/codes", **paths}

    def reader(self, person: str) -> Http:
        return Http(self.loop, self.port, {**self.headers(person), "Accept": "text/html"})

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class CodedeskPage(Page):
    def __init__(
        self, desk: CodedeskDesk, person: str, view: str, read: Callable[[bytes], Facts] = facts.in_html
    ) -> None:
        super().__init__()
        self.live = False
        self._read = read
        self._socket = WebSocket(desk.loop, desk.port, self._receive)
        self._socket.shake_hands("/live", {"Cookie": desk.headers(person)["Cookie"]})
        self._socket.listen()
        self._socket.send(json.dumps({"cursor": desk.cursor(person, view), "rendered": "", "view": view}))

    def received(self) -> int:
        return self._socket.received

    def close(self) -> None:
        self._socket.close()

    def _receive(self, frame: bytes) -> None:
        if b"#refetch" in frame:
            raise Refused(
                "a region could not be rendered, so the page was told to fetch itself anew; see the server's log"
            )
        self.live = True
        self.learn(self._read(frame))
