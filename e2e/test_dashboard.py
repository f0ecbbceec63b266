"""What waits for an admin stands first, with a button that does it; below it stands where the desk goes."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from e2e.oracle import expect_equals_fresh_load, look_away
from e2e.steps import act, ask, dialog, new_account, new_code


def on_its_last_day(page: Page, chart: str) -> Locator:
    """The number that a screen reader reads there."""
    return page.locator(chart).get_by_role("table").get_by_role("cell").last


def test_what_waits_stands_first_and_is_done_with_one_press(server, sign_in):
    first, second = new_code(server, "bob", "40000001"), new_code(server, "bob", "40000002")
    ask(server, new_account(server, "bob", "40000003", plan="7"))
    ada = sign_in(server, "ada", "/admin", viewport={"width": 1360, "height": 900})
    tops = [ada.locator(each).bounding_box()["y"] for each in ("#waiting-codes", "#waiting-list", "#trends", "#latest")]
    assert tops == sorted(tops)
    assert tops[0] < 150
    for text in ("Cancelled", "Completed", "Expired"):
        expect(ada.locator("main")).not_to_contain_text(text)
    waiting = ada.locator("#waiting-codes li")
    expect(waiting).to_have_count(2)
    ada.get_by_role("button", name="Activate 40000001").click()
    expect(ada.locator("#waiting-codes .gone")).to_have_count(1)
    expect(ada.locator("#waiting-codes-title")).to_be_focused()
    look_away(ada)
    expect(waiting).to_have_count(1)
    assert ada.locator(f"#waiting-code-{second['id']} button").is_visible()
    assert act(server, second, "activate")["status"] == "activated"
    expect(waiting).to_have_count(0)
    expect(ada.get_by_text("No code is waiting.")).to_be_visible()
    approve = ada.locator("#waiting-list").get_by_role("button", name="Approve")
    ground = approve.evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == ada.locator("#unread .count").evaluate("e => getComputedStyle(e).backgroundColor"), "a real button"
    approve.click()
    dialog(ada).get_by_role("button", name="Approve").click()
    look_away(ada)
    expect(ada.locator("#waiting-list li")).to_have_count(0)
    assert first["id"] != second["id"]
    expect_equals_fresh_load(ada)


def test_nothing_is_pressed_by_mistake_when_the_lines_move_up(server, sign_in):
    codes = [new_code(server, "bob", f"4100000{number}") for number in range(3)]
    ada = sign_in(server, "ada", "/admin")
    shield = ada.locator("#waiting-codes .shield")
    before = shield.get_attribute("id")
    ada.evaluate(
        "() => document.addEventListener('animationstart', e => e.animationName === 'shield' &&"
        " e.target.getAnimations().forEach(each => each.pause()))"
    )
    where = ada.get_by_role("button", name="Activate 41000000").bounding_box()
    act(server, codes[0], "activate", admin="grace")
    expect(ada.locator("#waiting-codes li")).to_have_count(2)
    expect(shield).not_to_have_attribute("id", before)
    ada.mouse.click(where["x"] + 5, where["y"] + 5)
    hit = ada.evaluate("([x, y]) => document.elementFromPoint(x, y).className", [where["x"] + 5, where["y"] + 5])
    assert hit == "shield"
    expect(ada.locator("#waiting-codes li")).to_have_count(2)


def test_trends_and_renewals_are_drawn_said_and_live(server, sign_in):
    ada = sign_in(server, "ada", "/admin")
    today, bars = on_its_last_day(ada, "#trends figure:first-child"), ada.locator("#trends path").first
    expect(today).to_have_text("0")
    flat = bars.get_attribute("d")
    new_code(server, "bob", "42000001")
    expect(today).to_have_text("1")
    assert bars.get_attribute("d") != flat
    assert ada.locator("#trends svg").first.bounding_box()["height"] > 40
    renewals = ada.locator("#renewals")
    expect(renewals.locator("b")).to_have_text("0")
    new_account(server, "bob", "42000002", plan="7")
    expect(renewals.locator("b")).to_have_text("1")
    expect(renewals.get_by_role("table").get_by_role("row")).to_have_count(30)
    expect_equals_fresh_load(ada)
    renewals.get_by_role("link", name="All by their end").click()
    expect(ada.locator("#accounts tr")).to_have_count(1)
