"""Django and Channels behind Daphne: templates rendered once and sent to groups."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.load import facts
from bench.load.http import Http, HttpResponse
from bench.load.loop import Loop
from bench.load.pages import Page
from bench.load.websocket import WebSocket
from bench.size import People
from bench.targets.base import PASSWORD, Command, Missing, Target, token
from bench.targets.rooms import Desk

HERE = Path(__file__).parents[1] / "peers" / "django"


class Django(Target):
    name = "django"
    label = "Django Channels"

    def install(self) -> None:
        if not (self._python.parent / "daphne").exists():
            subprocess.run([sys.executable, "-m", "venv", str(self._python.parents[1])], check=True)
            pip = [str(self._python), "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
            subprocess.run(pip, cwd=HERE, check=False, timeout=600)
        if subprocess.run([str(self._python), "-c", "import channels, daphne, django"], check=False).returncode:
            raise Missing("pip could not install bench/peers/django/requirements.txt")

    def prepare(self, database: Path, people: People) -> None:
        """All people: what a session holds is signed, so SQL alone could not copy it."""
        for arguments in (["migrate", "-v0"], ["seed", str(people.clients), str(people.admins), PASSWORD, token("")]):
            argv = [str(self._python), "manage.py", *arguments]
            subprocess.run(argv, cwd=HERE, env={**os.environ, **self._env(database)}, check=True)

    def command(self, port: int, database: Path) -> Command:
        daphne = [str(self._python), "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0"]
        return Command([*daphne, "asgi:application"], HERE, self._env(database))

    def desk(self, loop: Loop, port: int) -> Desk:
        return DjangoDesk(loop, port)

    def table(self) -> str:
        return "desk_tradingcode"

    @property
    def _python(self) -> Path:
        return self.build / "django-venv" / "bin" / "python"

    def _env(self, database: Path) -> dict[str, str]:
        return {"DATABASE": str(database), "SECRET_KEY": "of the benchmark only", "PYTHONDONTWRITEBYTECODE": "1"}


class DjangoDesk(Desk):
    def sign_in(self, person: str) -> dict[str, str]:
        token = Http(self.loop, self.port, {}).ask("GET", "/login").cookies()["csrftoken"]
        browser = Http(self.loop, self.port, {"Cookie": f"csrftoken={token}", "X-CSRFToken": token})
        cookies = browser.ask("POST", "/login", {"username": person, "password": PASSWORD}).cookies()
        jar = f"csrftoken={cookies['csrftoken']}; sessionid={cookies['sessionid']}"
        return {"Cookie": jar, "X-CSRFToken": cookies["csrftoken"], "HX-Request": "true"}

    def signed_in(self, person: str) -> dict[str, str]:
        return {"Cookie": f"sessionid={token(person)}"}

    def admin_page(self, person: str) -> Page:
        return DjangoPage(self, person)

    def client_page(self, person: str) -> Page:
        return DjangoPage(self, person)

    def settle(self, pages: list[Page]) -> None:
        """The consumer joins its groups before it accepts."""

    def code_id(self, response: HttpResponse) -> str:
        return next(iter(facts.in_html(response.body)))


class DjangoPage(Page):
    def __init__(self, desk: DjangoDesk, person: str) -> None:
        super().__init__()
        self._socket = WebSocket(desk.loop, desk.port, lambda html: self.learn(facts.in_html(html)))
        self._socket.shake_hands("/live", {"Cookie": desk.headers(person)["Cookie"]})
        self._socket.listen()

    def received(self) -> int:
        return self._socket.received

    def close(self) -> None:
        self._socket.close()
