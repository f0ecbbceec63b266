"""Activity as people read it: by days, each with its heading, what happened in words and with a picture."""

from __future__ import annotations

import sqlite3

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, new_code, row, settled, until


def headings(page: Page) -> list[str]:
    """Those that are seen, read at one moment: a row that comes in meanwhile takes one over."""
    shown: list[str] = page.locator("#activity .day").evaluate_all(
        "days => days.filter(day => day.checkVisibility({visibilityProperty: true})).map(day => day.innerText.trim())"
    )
    return shown


def test_a_day_has_one_heading_however_many_rows_come(servers, sign_in, database):
    """The log of a desk of the day before yesterday is made by moving its entries back."""
    url = database.fresh()
    server = servers(url)
    act(server, new_code(server, "bob", "43000001"), "activate")
    server.stop()
    move_back(url, days=2)
    server.start()
    for width in (1360, 360):
        ada = sign_in(server, "ada", "/admin/activity", viewport={"width": width, "height": 900})
        before = headings(ada)
        new_code(server, "bob", f"4300{width:04}")
        expect(row(ada, "activity", f"4300{width:04}")).to_have_count(1)
        expect(ada.locator("#activity .day").first).to_have_text("Today")
        expect(ada.locator("#activity .day").first).to_be_visible()  # once its row has come in
        # A row that comes in later takes the heading over, once it is there.
        until(ada, lambda ada=ada: are_of_two_days(headings(ada)), f"today's and the other day's, after {before}")
        told = row(ada, "activity", f"4300{width:04}")
        expect(told.locator(".kind")).to_have_text("Code generated")
        assert told.locator("svg").bounding_box()["width"] > 15
        assert told.locator("use").get_attribute("href").endswith("#new")
        key = told.locator("code")
        assert key.evaluate("e => e.scrollWidth > e.clientWidth"), "the whole key is not needed here"
        assert len(key.text_content()) == 29
        assert ada.evaluate("() => document.documentElement.scrollWidth") <= width
        expect_equals_fresh_load(ada)


def test_what_is_shown_is_chosen_in_words(server, sign_in):
    act(server, new_code(server, "bob", "44000001"), "activate")
    ada = sign_in(server, "ada", "/admin/activity")
    tabs = ada.get_by_role("navigation", name="Filter")
    tabs.get_by_role("link", name="Codes").click()
    expect(ada.locator("#activity tr")).to_have_count(2)
    tabs.get_by_role("link", name="Code activated").click()
    expect(ada.locator("#activity tr")).to_have_count(1)
    for words in (tabs.inner_text(), ada.locator("#activity").inner_text()):
        assert "CodeActivated" not in words
    rest = tabs.get_by_role("link", name="Codes").bounding_box()["x"]
    assert tabs.get_by_role("link", name="Code activated").bounding_box()["x"] > rest
    expect_equals_fresh_load(ada)


def test_no_row_moves_when_another_comes_before_it(server, sign_in):
    for number in range(3):
        new_code(server, "bob", f"4500000{number}")
    ada = sign_in(server, "ada", "/admin/activity", viewport={"width": 1360, "height": 900})
    settled(ada)
    last = row(ada, "activity", "45000001")
    last.hover()
    before = last.bounding_box()
    new_code(server, "bob", "45000009")
    expect(row(ada, "activity", "45000009")).to_have_count(1)
    assert last.bounding_box() == before


def are_of_two_days(shown: list[str]) -> bool:
    return len(shown) == 2 and shown[0] == "Today" and shown[1] not in ("Today", "Yesterday")


def move_back(url: str, days: int) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE event SET at = strftime('%Y-%m-%d %H:%M:%S.000000+00:00', at, ?)", (f"-{days} days",))
