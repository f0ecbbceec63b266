"""A phone whose network holds everything back: what the server said for one list comes when another stands there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from e2e.oracle import expect_equals_fresh_load, position, wait_until_live
from e2e.steps import act, api, new_code, row, until


class SlowNetwork:
    """Between a page and its server: what the page says passes, what the server says may have to wait."""

    def __init__(self, page: Page) -> None:
        self.holds = False
        self.waiting: list[Callable[[], None]] = []
        self.said: list[str] = []
        """What the page has said, since it holds."""
        page.route_web_socket("**/live", self._between)

    def _between(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def from_page(message: str | bytes) -> None:
            self.said.append(str(message))
            server.send(message)

        def from_server(message: str | bytes) -> None:
            if self.holds:
                self.waiting.append(lambda: socket.send(message))
            else:
                socket.send(message)

        socket.on_message(from_page)
        server.on_message(from_server)

    def hold(self) -> None:
        self.holds = True
        self.said.clear()

    def release(self) -> int:
        """Lets go all that waits, in its order; gives how much that was."""
        waiting, self.waiting, self.holds = self.waiting, [], False
        for send in waiting:
            send()
        return len(waiting)


@pytest.fixture
def slow_phone(sign_in) -> Callable[..., tuple[Page, SlowNetwork]]:
    def open_page(server: Any, name: str, path: str) -> tuple[Page, SlowNetwork]:
        page = sign_in(server, name, "/login")
        network = SlowNetwork(page)
        page.goto(path)
        wait_until_live(page)
        return page, network

    return open_page


def go_to(page: Page, network: SlowNetwork, tab: str, shows: str) -> None:
    """By a link of the list, and until the page has said so to the server."""
    before = len(network.said)
    page.get_by_role("navigation", name="Filter").get_by_role("link", name=re.compile(f"^{tab}")).click()
    expect(row(page, "codes", shows)).to_have_count(1)
    until(page, lambda: len(network.said) > before, f"the page says that it shows {tab}")


def test_frames_of_an_earlier_visit_that_come_late_leave_no_wrong_row(server, slow_phone):
    activated, cancelled, stays = [new_code(server, "bob", f"8000000{number}") for number in range(3)]
    phone, network = slow_phone(server, "ada", "/admin/codes?status=pending")
    network.hold()
    act(server, activated, "activate")
    until(phone, lambda: network.waiting, "what is sent for the first visit")
    go_to(phone, network, "All", "80000000")
    new_code(server, "eve", "80000007")
    act(server, cancelled, "cancel")
    go_to(phone, network, "Pending", "80000007")
    act(server, stays, "cancel")
    new_code(server, "eve", "80000008")
    api(server, "grace", "/api/admin/broadcast", message="While nothing came")
    assert network.release() > 1
    expect(row(phone, "codes", "80000008")).to_have_count(1)
    expect(row(phone, "codes", "80000002")).to_have_count(0)
    expect_equals_fresh_load(phone)
    act(server, activated, "complete")
    new_code(server, "bob", "80000009")
    expect(row(phone, "codes", "80000009")).to_have_count(1)
    expect_equals_fresh_load(phone)


def test_a_page_that_passed_the_barrier_is_pushed_to_again(server, slow_phone):
    """Nothing else than what is pushed tells it of the last code: it must be back among those that are sent to."""
    new_code(server, "bob", "81000001")
    phone, network = slow_phone(server, "ada", "/admin/codes?status=pending")
    for visit in range(3):
        go_to(phone, network, "All", "81000001")
        go_to(phone, network, "Pending", "81000001")
        number = f"8100001{visit}"
        before = position(phone)
        new_code(server, "bob", number)
        expect(row(phone, "codes", number)).to_have_count(1)
        assert position(phone) > before
    expect_equals_fresh_load(phone)
