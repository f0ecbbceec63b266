"""Steps that the stories share: what people do at the desk, in the words that stand on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.server import Server

REFUSED = "the server responded with a status of"
"""Chromium's own complaint about every 4xx response: expected where a story is about an error."""

NO_SERVER = ("WebSocket connection to", "net::ERR_", "htmx:ws:error", "Failed to fetch")
"""What Chromium and htmx complain of while a server is away."""


def drawn(page: Page) -> None:
    """What has been said to the page is on the screen."""
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def until(page: Page, condition: Callable[[], Any], what: str, seconds: float = 15) -> None:
    """For what no locator can wait for; the page goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        page.wait_for_timeout(20)


def generate(page: Page, account_number: str, plan: str = "30", platform: str = "mt5") -> None:
    form = page.locator("#generate")
    form.locator(f"label:has([value={platform}])").click()
    form.get_by_label("Account number").fill(account_number)
    form.get_by_label("Plan").select_option(plan)
    form.get_by_role("button", name="Generate code").click()


def row(page: Page, region: str, text: str) -> Locator:
    """The row of a list that bears this text."""
    return page.locator(f"#{region} > *", has_text=text)


def state(row: Locator) -> Locator:
    return row.locator(".state")


def rows(page: Page, region: str) -> list[str]:
    """The ids of a list's rows, in their order."""
    return list(page.locator(f"#{region} > *").evaluate_all("elements => elements.map(e => e.id)"))


def dialog(page: Page) -> Locator:
    return page.locator("#dialog:modal")


def choose(page: Page, row: Locator, action: str) -> None:
    """One of the actions of a row that are not in sight."""
    row.get_by_role("button", name="Actions").click()
    sheet = dialog(page)
    sheet.get_by_role("link", name=action).or_(sheet.get_by_role("button", name=action)).click()


def confirm(page: Page, button: str, naming: str = "") -> None:
    """In the open dialog, which must name what it is about."""
    if naming:
        expect(dialog(page)).to_contain_text(naming)
    dialog(page).get_by_role("button", name=button).click()
    expect(dialog(page)).to_have_count(0)


def settled(page: Page) -> None:
    """A page that has just come in stands there at once, with what came meanwhile."""
    beginning = "() => document.getAnimations().some(each => each.animationName === 'begin')"
    until(page, lambda: not page.evaluate(beginning), "the beginning of the page is over")


def toast(page: Page, text: str) -> None:
    expect(page.locator("#toasts .toast", has_text=text)).to_be_visible()


CONTROLS = (
    "#page :is(a, button, input, select, summary):not(.visually-hidden, .spent, .plain), #pause button, #connection a"
)
COVERED = """(controls) => controls.filter(control => {
  // On a phone the page ends above the bar in which the toasts stand: what is under that is scrolled to.
  const end = innerHeight - (innerWidth < 860 ? 60 : 0);
  const at = control.getBoundingClientRect();
  const x = at.x + at.width / 2, y = at.y + at.height / 2;
  return y < end && control.checkVisibility({ visibilityProperty: true })
    && document.elementFromPoint(x, y)?.closest('.toasts');
}).map(control => control.outerHTML)"""


def covered_by_toasts(page: Page) -> list[str]:
    return list(page.locator(CONTROLS).evaluate_all(COVERED))


def unread(page: Page) -> Locator:
    return page.locator("#unread .count")


# What has happened before the story begins goes in by the API.


def api(server: Server, name: str, path: str, **fields: Any) -> Any:
    response = _client(server, name).post(path, json=fields)
    assert response.is_success, response.text
    return response.json()


@cache
def _client(server: Server, name: str) -> httpx.Client:
    return server.api(name)


def new_code(server: Server, owner: str, account_number: str, plan: str = "30") -> Any:
    return api(
        server, owner, "/api/generate-code", platform="mt5", account_number=account_number, plan=plan, product="robot"
    )


def act(server: Server, code: Any, action: str, admin: str = "ada") -> Any:
    return api(server, admin, "/api/admin/codes", code_id=code["id"], action=action)


def new_account(server: Server, owner: str, account_number: str, plan: str = "30") -> Any:
    return api(
        server, "ada", "/api/admin/create-account", username=owner, platform="mt5", account_number=account_number,
        plan=plan, product="robot",
    )  # fmt: skip


def ask(server: Server, account: Any, owner: str = "bob", plan: str = "30", note: str = "") -> Any:
    return api(server, owner, "/api/extend-code", account_id=account["id"], plan=plan, note=note)
