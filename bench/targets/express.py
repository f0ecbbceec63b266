"""The stack that is replaced: Express, Socket.IO, better-sqlite3. On an event the page fetches its lists again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from bench.load import facts
from bench.load.http import Http, HttpResponse
from bench.load.loop import Loop
from bench.load.pages import Page
from bench.load.websocket import WebSocket
from bench.size import People
from bench.targets.base import PASSWORD, Command, Copies, Missing, Target, token
from bench.targets.rooms import Desk, Request

HERE = Path(__file__).parents[1] / "peers" / "express"


class Express(Target):
    name = "express"
    label = "Express + Socket.IO"
    figures = Target.figures | {"crowd", "checks"}

    def install(self) -> None:
        if not shutil.which("node") or not shutil.which("npm"):
            raise Missing("node and npm are not installed")
        if not (HERE / "node_modules" / "socket.io").is_dir():
            subprocess.run(["npm", "install", "--silent"], cwd=HERE, check=False, timeout=600)
        probe = subprocess.run(
            ["node", "-e", "require('socket.io'); new (require('better-sqlite3'))(':memory:')"],
            cwd=HERE, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if probe.returncode:
            raise Missing("npm install gave no working better-sqlite3 and socket.io")

    def prepare(self, database: Path, people: People) -> None:
        env = {**os.environ, "DATABASE": str(database), "PASSWORD": PASSWORD}
        subprocess.run(["node", "seed.js"], cwd=HERE, env=env, check=True)

    def copies(self, people: People) -> list[Copies]:
        number = "(SELECT MAX(id) FROM users) + n"
        admin = {"id": number, "username": "'admin' || (n + 1)", "role": "'admin'"}
        return [
            Copies("users", people.clients, {"id": number, "username": "'client' || n"}),
            Copies("users", people.admins - 1, admin),
            Copies("sessions", people.clients, _session("client", "n")),
            Copies("sessions", people.admins - 1, _session("admin", "n + 1")),
        ]

    def command(self, port: int, database: Path) -> Command:
        env = {"PORT": str(port), "DATABASE": str(database), "NODE_ENV": "production"}
        return Command(["node", "server.js"], HERE, env)

    def desk(self, loop: Loop, port: int) -> Desk:
        return ExpressDesk(loop, port)

    def table(self) -> str:
        return "codes"


def _session(name: str, number: str) -> dict[str, str]:
    owner = f"(SELECT id FROM users WHERE username = '{name}' || ({number}))"
    return {"token": f"'{token(name)}' || ({number})", "user_id": owner}


class ExpressDesk(Desk):
    def sign_in(self, person: str) -> dict[str, str]:
        response = Http(self.loop, self.port, {}).ask("POST", "/login", {"username": person, "password": PASSWORD})
        return {"Cookie": f"sid={response.cookies()['sid']}", "Accept": "application/json"}

    def signed_in(self, person: str) -> dict[str, str]:
        return {"Cookie": f"sid={token(person)}", "Accept": "application/json"}

    def admin_page(self, person: str) -> Page:
        return ExpressPage(self, person, {b"codes-updated": "/api/admin/codes"})

    def client_page(self, person: str) -> Page:
        return ExpressPage(self, person, {b"codes-updated": "/api/codes", b"customer-account-updated": "/api/accounts"})

    def settle(self, pages: list[Page]) -> None:
        self.loop.until(lambda: all(isinstance(page, ExpressPage) and page.joined for page in pages))

    def code_id(self, response: HttpResponse) -> str:
        return str(json.loads(response.body)["id"])

    def activation(self, code: str) -> Request:
        return Request("PUT", "/api/admin/codes", {"code_id": code, "action": "activate"})

    def lists(self) -> dict[str, str]:
        return {"first": "/api/admin/codes"}


class ExpressPage(Page):
    def __init__(self, desk: ExpressDesk, person: str, lists: dict[bytes, str]) -> None:
        super().__init__()
        self.joined = False
        self._lists = {event: FetchedList(self, desk.browser(person), path) for event, path in lists.items()}
        self._socket = WebSocket(desk.loop, desk.port, self._receive)
        self._socket.shake_hands("/socket.io/?EIO=4&transport=websocket", desk.headers(person))
        self._socket.listen()

    def received(self) -> int:
        return self._socket.received + sum(fetched.browser.received for fetched in self._lists.values())

    def close(self) -> None:
        self._socket.close()
        for fetched in self._lists.values():
            fetched.browser.close()

    def _receive(self, packet: bytes) -> None:
        """Engine.IO 4 and Socket.IO 5: 0 opens, 40 joins the namespace, 42 is an event, 2 asks for a 3."""
        if packet.startswith(b'42["'):
            event = packet[4 : packet.index(b'"', 4)]
            if event in self._lists:
                self._lists[event].fetch()
            elif event == b"broadcast-notification":
                self.learn(facts.mark(packet))
        elif packet.startswith(b"0"):
            self._socket.send("40")
        elif packet.startswith(b"40"):
            self.joined = True
        elif packet == b"2":
            self._socket.send("3")


class FetchedList:
    """Kind to the peer: while one fetch is under way, further events ask for only one more after it."""

    def __init__(self, page: Page, browser: Http, path: str) -> None:
        self.browser = browser
        self._page, self._path, self._again = page, path, False

    def fetch(self) -> None:
        if self.browser.busy:
            self._again = True
        else:
            self.browser.send("GET", self._path, None, self._loaded)

    def _loaded(self, response: HttpResponse) -> None:
        if self._again:
            self._again = False
            self.fetch()
        self._page.learn(facts.in_json(response.body) if b"code" in response.body else {})
