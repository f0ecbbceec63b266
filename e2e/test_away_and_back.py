"""The page was away without anybody closing its socket: a silent server, a laptop asleep, a tab in the background."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Locator, Page, expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import NO_SERVER, act, api, new_code, row, state
from tests.processes import command_of, descendants_of
from tests.server import Server

PASS_A_MINUTE = "() => document.getAnimations().forEach(a => { a.currentTime = Number(a.currentTime) + 60_000 })"


@contextmanager
def stopped(*processes: int) -> Iterator[None]:
    """They get no time, as on a machine that sleeps."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):  # one that was ending already
                os.kill(process, signal.SIGCONT)


def chromium() -> list[int]:
    """The processes of this test's own browser."""
    return [process for process in descendants_of(os.getpid()) if "chrom" in command_of(process)]


def test_a_page_that_hears_nothing_for_a_minute_does_not_say_live(server, sign_in):
    pages = [sign_in(server, "bob"), sign_in(server, "bob", reduced_motion="reduce")]
    for page in pages:
        expect(live(page)).to_be_visible()
        expect(late(page)).to_be_hidden()
    with stopped(server.pid):  # the sockets stay open, and nothing answers any more
        for page in pages:
            page.evaluate(PASS_A_MINUTE)
            expect(late(page)).to_be_visible()
            expect(live(page)).to_be_hidden()
    new_code(server, "bob", "20000001")
    for page in pages:
        expect(row(page, "codes", "20000001")).to_have_count(1)
        expect(live(page)).to_be_visible(timeout=30_000)
        expect(late(page)).to_be_hidden()
        expect_equals_fresh_load(page)


def live(page: Page) -> Locator:
    return page.get_by_text("live", exact=True)


def late(page: Page) -> Locator:
    return page.get_by_text("no news for a minute")


def test_a_laptop_that_was_asleep_catches_up(server, sign_in, console, tmp_path):
    console.expect(*NO_SERVER)
    code = new_code(server, "bob", "21000001")
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    with stopped(*chromium()):
        server.kill()  # as its sockets would have ended after the keepalive's time
        with Server(server.database_url, log=tmp_path / "meanwhile.log") as meanwhile:
            act(meanwhile, code, "activate")
            new_code(meanwhile, "bob", "21000002")
            api(meanwhile, "ada", "/api/admin/broadcast", message="While you slept")
        server.start()
    expect(state(row(ada, "codes", "21000001"))).to_have_text("Activated", timeout=20_000)
    expect(row(bob, "notifications", "While you slept")).to_have_count(1)
    for page in (ada, bob):
        wait_until_live(page)
        expect_equals_fresh_load(page)


def test_a_tab_that_was_frozen_in_the_background_catches_up(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    tab = ada.context.new_cdp_session(ada)
    tab.send("Page.setWebLifecycleState", {"state": "frozen"})
    codes = [new_code(server, "bob", f"2200000{number}") for number in range(6)]
    for code in codes[:3]:
        act(server, code, "activate")
    tab.send("Page.setWebLifecycleState", {"state": "active"})
    expect(ada.locator("#codes tr")).to_have_count(3)
    wait_until_live(ada)
    expect_equals_fresh_load(ada)
