"""Codedesk, spoken to by its contract: form-encoded actions that answer JSON, and the socket at /live."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from bench.load import facts
from bench.load.http import Answer, Http
from bench.load.loop import Loop
from bench.load.pages import Facts, Page
from bench.load.websocket import WebSocket
from bench.targets.base import PASSWORD, Command, Desk, Refused, Target

ROOT = Path(__file__).parents[2]


class Codedesk(Target):
    name = "codedesk"
    label = "Codedesk"
    workers = 1

    def install(self) -> None:
        """The benchmark runs in the project's own environment."""

    def prepare(self, database: Path, admins: int) -> None:
        self._run(database, "migrate")
        self._run(database, "create-person", "bob", "--role", "client", "--password-stdin")
        for number in range(1, admins + 1):
            self._run(database, "create-person", f"admin{number}", "--role", "admin", "--password-stdin")

    def command(self, port: int, database: Path) -> Command:
        serve = ["serve", "--port", str(port), *(["--workers", str(self.workers)] if self.workers > 1 else [])]
        return Command([sys.executable, "-m", "app", *serve], ROOT, self._env(database))

    def desk(self, loop: Loop, port: int) -> Desk:
        return CodedeskDesk(loop, port)

    def table(self) -> str:
        return "trading_code"

    def _env(self, database: Path) -> dict[str, str]:
        return {"DATABASE_URL": f"sqlite:///{database}", "DESK_LOG_LEVEL": "WARNING"}

    def _run(self, database: Path, *arguments: str) -> None:
        env = {**os.environ, **self._env(database)}
        argv = [sys.executable, "-m", "app", *arguments]
        subprocess.run(argv, cwd=ROOT, env=env, input=f"{PASSWORD}\n", text=True, check=True, stdout=subprocess.DEVNULL)


class CodedeskDesk(Desk):
    def __init__(self, loop: Loop, port: int) -> None:
        super().__init__(loop, port)
        self._cursors: dict[tuple[str, str], str] = {}
        self._before: int | None = None

    def sign_in(self, person: str) -> dict[str, str]:
        browser = Http(self.loop, self.port, {"Accept": "application/json", "Origin": self._origin})
        cookies = self.check(browser.ask("POST", "/login", {"username": person, "password": PASSWORD})).cookies()
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"Cookie": jar, "Accept": "application/json", "Origin": self._origin}

    def admin_page(self, person: str) -> Page:
        return CodedeskPage(self, person, "/admin/codes")

    def client_page(self, person: str) -> Page:
        return CodedeskPage(self, person, "/")

    def settle(self, pages: list[Page]) -> None:
        """The first frame says that the page is live."""
        self.loop.until(lambda: all(isinstance(page, CodedeskPage) and page.live for page in pages))
        self._cursors.clear()

    def announced(self, number: int) -> Facts:
        """By the log's position: of a burst only the first two toasts are shown, the others are counted in one."""
        if self._before is None:
            self._before = int(self.cursor("admin1", "/admin/codes")) - number + 1
        return {"cursor": str(self._before + number)}

    def code_id(self, answer: Answer) -> str:
        return str(json.loads(answer.body)["id"])

    def cursor(self, person: str, view: str) -> str:
        """The position at which a page stands; asked for once for pages that are opened together."""
        if (person, view) not in self._cursors:
            html = self.reader(person).ask("GET", view).body
            tag = re.search(rb'<input[^>]*id="cursor"[^>]*>', html)
            value = re.search(rb'value="(\d+)"', tag[0]) if tag else None
            self._cursors[person, view] = value[1].decode() if value else "0"
        return self._cursors[person, view]

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
    def __init__(self, desk: CodedeskDesk, person: str, view: str) -> None:
        super().__init__()
        self.live = False
        self._socket = WebSocket(desk.loop, desk.port, self._hear)
        self._socket.shake_hands("/live", {"Cookie": desk.headers(person)["Cookie"]})
        self._socket.listen()
        self._socket.send(json.dumps({"cursor": desk.cursor(person, view), "rendered": "", "view": view}))

    def received(self) -> int:
        return self._socket.received

    def close(self) -> None:
        self._socket.close()

    def _hear(self, frame: bytes) -> None:
        if b'"#refetch"' in frame:
            raise Refused(
                "a region could not be rendered, so the page was told to fetch itself anew; see the server's log"
            )
        self.live = True
        self.learn(facts.in_html(frame))
