"""What a visit costs over the wire: counted by Chromium, headers included, from a real server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from e2e.oracle import wait_until_live
from e2e.steps import act, new_code, until
from tests.people import PASSWORDS

PAGE = 15_000
FIRST_VISIT = 45_000


class Wire:
    """Bytes that have come for a page, by request."""

    def __init__(self, page: Page) -> None:
        self.bytes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.loadingFinished", self._on_finished)

    def _on_request(self, event: Any) -> None:
        if (redirect := event.get("redirectResponse")) is not None:
            self._add(redirect["url"], redirect["encodedDataLength"])
        self._urls[event["requestId"]] = event["request"]["url"]

    def _on_finished(self, event: Any) -> None:
        self._add(self._urls.get(event["requestId"], "?"), event["encodedDataLength"])

    def _add(self, url: str, many: float) -> None:
        self.bytes[url] = self.bytes.get(url, 0) + int(many)

    def of(self, part: str) -> int:
        return sum(many for url, many in self.bytes.items() if part in url)


def test_a_first_visit_and_a_page_of_fifty_codes_are_short(servers, stranger):
    server = servers(DESK_QUOTAS="off")
    codes = [new_code(server, "bob", str(31_000_000 + number)) for number in range(60)]
    for code in codes[::2]:
        act(server, code, "activate")

    page = stranger(server).new_page()
    wire = Wire(page)
    page.goto("/admin/codes")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORDS["ada"])
    page.get_by_role("button", name="Sign in").click()
    wait_until_live(page)
    expect(page.locator("#codes > tr")).to_have_count(50)
    until(page, lambda: wire.of("offline.en.html"), "all is there that a first visit fetches")
    assert 1_000 < wire.of("/admin/codes") < PAGE, wire.bytes
    assert 25_000 < sum(wire.bytes.values()) < FIRST_VISIT, wire.bytes

    for go in (page.reload, lambda: page.get_by_role("link", name="Codes", exact=True).click()):
        wire.bytes.clear()
        go()
        until(page, lambda: wire.of("/admin/codes"), "the page has come")
        assert 1_000 < wire.of("/admin/codes") < PAGE, wire.bytes
    expect(page.locator("#codes > tr")).to_have_count(50)
