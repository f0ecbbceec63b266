"""The oracle on a real server: whatever people do, and however connections come and go, every page comes out right."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import pytest

from app.robots.keys import KeyFile
from tests.live.pages import LivePage, settle
from tests.live.people import People
from tests.random_desk import RandomDesk
from tests.server import Server

ADMIN_VIEWS = (
    "/admin", "/admin/codes", "/admin/codes?status=pending", "/admin/codes?status=activated", "/admin/codes?q=bob",
    "/admin/codes?q=eve&status=pending", "/admin/accounts", "/admin/accounts?status=valid",
    "/admin/accounts?sort=end", "/admin/accounts?sort=-end&status=valid", "/admin/codes?plan=30&platform=mt5",
    "/admin/accounts?status=suspended", "/admin/extensions", "/admin/extensions?status=pending", "/admin/activity",
    "/admin/activity?status=CodeActivated", "/admin/activity?q=ada", "/admin/broadcast", "/notifications",
    "/admin/accounts?product=robot", "/admin/accounts?q=1234", "/admin/accounts/1", "/admin/accounts/2",
    "/admin/products", "/admin/activity?status=installations", "/admin/people", "/admin/people?status=client",
    "/admin/people?status=blocked", "/admin/people?q=ob", "/admin/people/3", "/admin/codes/2", "/admin/codes/3",
    "/admin/extensions/1", "/admin/extensions/2", "/search", "/search?q=bob", "/search?q=1234", "/me",
    "/notifications?status=unread", "/notifications?status=codes", "/notifications?status=messages",
    "/admin/codes?hide=owner.plan", "/admin/accounts?hide=state&status=valid",
)  # fmt: skip
CLIENT_VIEWS = (
    "/", "/?status=pending", "/?status=activated", "/?q=1234", "/notifications", "own account", "own code",
    "own request", "/me", "/search?q=1234", "/notifications?status=unread", "/notifications?status=codes",
)  # fmt: skip
OWN = {
    "own account": ("accounts", "accounts"),
    "own code": ("codes", "codes"),
    "own request": ("extensions", "requests"),
}
"""Of the desk's lists, and of the paths of their rows' pages."""
NOT_PAGED = (
    "/admin",
    "/admin/broadcast",
    "/admin/products",
    "/search",
    "/search?q=bob",
    "/search?q=1234",
)
ROUNDS = 60


class Chance(RandomDesk):
    """Random people at random pages, who guess: much of what they do is refused, which must change nothing."""

    def __init__(self, people: People, seed: int) -> None:
        self.people = people
        self.random = random.Random(seed)

    def view(self, who: str) -> str:
        if who in ("bob", "eve"):
            path = self.random.choice(CLIENT_VIEWS)
            if path in OWN:
                element, folder = OWN[path]
                rows = self.people.ask(who, "GET", "/").json()[element]["items"]
                return f"/{folder}/{self.random.choice(rows)['id']}" if rows else "/"
            return self.later(path, self.random.choice(["after", "accounts_after", "extensions_after"]))
        path = self.random.choice(ADMIN_VIEWS)
        there = self.people.ask(who, "GET", path).status_code == 200  # a row's page, of which there may be none yet
        return self.later(path, "after") if there else "/admin"

    def later(self, path: str, parameter: str) -> str:
        """Perhaps not its first page."""
        if self.random.random() < 0.7 or path in NOT_PAGED:
            return path
        key = self.random.randint(2, 25)
        place = (
            f"{(time.time_ns() // 1000) + self.random.randint(1, 40) * 86_400_000_000}.{key}" if "sort" in path else key
        )
        return f"{path}{'&' if '?' in path else '?'}{parameter}={place}"

    def ids(self, kind: str, who: str) -> Sequence[int]:
        """Whether or not they are there; codes are neighbours, so that several often are in the same state."""
        if kind == "codes":
            first = self.random.randint(1, 25)
            return range(first, first + 4)
        return range(1, {"accounts": 15, "requests": 10, "events": 60, "people": 4}[kind] + 1)

    def somebody_does_something(self) -> None:
        if self.random.random() < 0.2:
            self.a_robot_asks()
            return
        who, path, fields = self.deed()
        status = self.people.ask(who, "POST", path, **fields).status_code
        assert status in (200, 201, 403, 404, 409, 422), f"{path} {fields}: {status}"

    def a_robot_asks(self) -> None:
        """With one of the newest licences, on one of two terminals; or one of its seats is freed."""
        if not (accounts := self.people.items("ada", "/admin/accounts")):
            return
        account = self.pick(accounts)["id"]
        if self.random.random() < 0.2:
            for seat in self.people.ask("ada", "GET", f"/admin/accounts/{account}").json()["seats"][:1]:
                self.people.do("ada", "/api/free-seat", installation_id=seat["id"])
            return
        said = {"terminal": self.pick(("A1", "A2")), "server": self.pick(("Broker-Real7", "Other-Real1"))}
        self.people.runs(account, **said)

    def meanwhile(self) -> Callable[[], None]:
        return lambda: [self.somebody_does_something() for _ in range(self.random.randint(0, 2))] and None

    def happens_to(self, page: LivePage, connected: bool) -> bool:
        """Gives whether the page is connected afterwards."""
        if not connected:
            if self.random.random() < 0.3:
                page.connect()
                return True
            return False
        match self.random.randrange(12):
            case 0:
                page.drop()
                return False
            case 1:  # a link: late frames of the view before hit the one that is there now
                do = self.meanwhile()
                page.go(self.view(page.reader), meanwhile=lambda: (do(), page.take_in()))
            case 2 | 3:  # a form, whose answer may come after newer pushes
                do = self.meanwhile()
                who, path, fields = self.deed()
                if who == page.reader:
                    page.send(path, fields, meanwhile=lambda: (do(), page.take_in()))
            case 4 | 5 | 6 | 7:
                page.take_in()
        return True


@pytest.mark.parametrize("seed", range(3))
def test_after_anything_every_page_shows_what_a_fresh_load_shows(
    servers: Callable[..., Server], keys: KeyFile, seed: int
) -> None:
    server = servers(DESK_PAGE_SIZE="3")
    chance = Chance(people := People(server), seed)
    for owner in ("bob", "eve"):  # whose pages are among the views
        people.has_account(owner)
    for _ in range(10):
        chance.somebody_does_something()
    readers = ("ada", "ada", "ada", "ada", "grace", "grace", "bob", "bob", "bob", "eve")
    with ExitStack() as open_pages:
        pages: list[LivePage] = []
        for reader in readers:
            page = open_pages.enter_context(LivePage(server, people.browser[reader], chance.view(reader)))
            page.reader = reader
            pages.append(page)
        connected = dict.fromkeys(pages, True)
        for _ in range(ROUNDS):
            chance.somebody_does_something()
            page = chance.random.choice(pages)
            connected[page] = chance.happens_to(page, connected[page])
        for page, is_connected in connected.items():
            if not is_connected:
                page.connect()
        settle(pages, people.broadcasts())
        for page in pages:
            page.assert_up_to_date()
