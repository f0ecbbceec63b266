"""A running target as its users have it: `Room` is pages that listen, `Desk` what people do besides."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import NamedTuple

from bench.load.http import Http, HttpResponse
from bench.load.loop import Loop
from bench.load.pages import Facts, Page
from bench.size import SOCKETS_PER_PERSON

SIGNING_IN = ("bob", "admin1")
"""People who sign in by HTTP; all others have a session already."""
AT_ONCE = 250
"""Pages that are opened before it is waited for them: a server pings those that it has."""


class Refused(RuntimeError):
    """A target answered an action of the benchmark with an error."""


class Request(NamedTuple):
    method: str
    path: str
    fields: dict[str, str]


class Room(ABC):
    """A running target as the pages that are open on it: they listen, and something is said to all of them."""

    def __init__(self, loop: Loop, port: int) -> None:
        self.loop, self.port = loop, port

    def open_pages(self, count: int, first: int = 0) -> list[Page]:
        """That many admin pages on the list of codes, live; `first` counts the ones already open."""
        pages = [self.admin_page(f"admin{1 + n // SOCKETS_PER_PERSON}") for n in range(first, first + count)]
        self.settle(pages)
        return pages

    def open_people(self, count: int, first: int = 0) -> list[Page]:
        """The pages of that many different clients, live; `first` counts the ones already open."""
        pages: list[Page] = []
        while len(pages) < count:
            numbers = range(first + len(pages), first + min(count, len(pages) + AT_ONCE))
            portion = [self.listener(f"client{n + 1}") for n in numbers]
            self.settle(portion)
            pages += portion
        return pages

    @abstractmethod
    def admin_page(self, person: str) -> Page: ...

    @abstractmethod
    def listener(self, person: str) -> Page:
        """A client's page of which only the announcements are read."""

    @abstractmethod
    def settle(self, pages: list[Page]) -> None:
        """Waits until the server counts these pages among its listeners."""

    @abstractmethod
    def announce(self, number: int) -> None:
        """Says "mark-000007" to everyone, in about 600 bytes, without waiting; numbers count from 1."""

    def announced(self, number: int) -> Facts:
        """What a page knows that has it."""
        return {"mark": f"{number:06d}"}

    @abstractmethod
    def busy(self) -> bool:
        """Whether the announcement has yet to be answered."""


class Desk(Room):
    """A running target with its domain. People are named as in `Target.prepare`."""

    BROADCAST = "broadcast of the benchmark, as long as such a message may well be; " * 6

    takes_large_crowds = True

    def __init__(self, loop: Loop, port: int) -> None:
        super().__init__(loop, port)
        self._headers: dict[str, dict[str, str]] = {}
        self._speaker: Http | None = None

    def headers(self, person: str) -> dict[str, str]:
        """What the person's browser sends with each request; who has no session yet signs in at the first call."""
        if person not in self._headers:
            signed_in = self.sign_in if person in SIGNING_IN else self.signed_in
            self._headers[person] = signed_in(person)
        return self._headers[person]

    def browser(self, person: str) -> Http:
        return Http(self.loop, self.port, self.headers(person))

    def reader(self, person: str) -> Http:
        """A browser that asks for pages."""
        return self.browser(person)

    def do(self, browser: Http, request: Request) -> HttpResponse:
        """Asks and waits; raises Refused for an error."""
        return self.check(browser.ask(*request))

    def check(self, answer: HttpResponse) -> HttpResponse:
        if answer.status >= 300:
            raise Refused(f"an action got {answer.status}: {answer.body[:300].decode(errors='replace')}")
        return answer

    def announce(self, number: int) -> None:
        if self._speaker is None:
            self._speaker = self.browser("admin1")
        self._speaker.send(*self.broadcast(f"mark-{number:06d} {self.BROADCAST}"), self.check)

    def busy(self) -> bool:
        return self._speaker is not None and self._speaker.busy

    @abstractmethod
    def sign_in(self, person: str) -> dict[str, str]: ...

    @abstractmethod
    def signed_in(self, person: str) -> dict[str, str]:
        """The same with the session that the person has already."""

    @abstractmethod
    def client_page(self, person: str) -> Page: ...

    def listener(self, person: str) -> Page:
        return self.client_page(person)

    def generation(self, account_number: str = "12345678") -> Request:
        fields = {"platform": "mt5", "account_number": account_number, "plan": "30"}
        return Request("POST", "/api/generate-code", fields)

    @abstractmethod
    def code_id(self, answer: HttpResponse) -> str:
        """Of the code that the answer to a generation tells about."""

    def licence(self, answer: HttpResponse) -> str:
        """The key that the answer to a generation tells."""
        return str(json.loads(answer.body)["code"])

    def activation(self, code: str) -> Request:
        return Request("POST", "/api/admin/codes", {"code_id": code, "action": "activate"})

    def broadcast(self, message: str) -> Request:
        return Request("POST", "/api/admin/broadcast", {"message": message, "level": "info"})

    def lists(self) -> dict[str, str]:
        """Paths of the admins' list of codes by what they show; `first` always."""
        return {"first": "/admin/codes"}
