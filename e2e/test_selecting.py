"""Ada selects codes: page by page, all that match, and what the bar then offers."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, confirm, dialog, new_code, row, rows, state


def selected(page: Page, many: int) -> None:
    expect(page.locator("#batch .many-selected")).to_have_text(f"{many} selected")


def ticked(page: Page) -> list[str]:
    return list(page.locator("#codes tr:has(:checked)").evaluate_all("rows => rows.map(row => row.id)"))


def offered(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#batch .act:visible").all_text_contents()]


def test_a_selection_is_kept_over_pages_and_back_and_offers_what_it_allows(servers, sign_in):
    server = servers(DESK_PAGE_SIZE="3")
    codes = [new_code(server, "bob", f"8300000{number}") for number in range(7)]
    act(server, codes[6], "activate")
    ada = sign_in(server, "ada", "/admin/codes")
    bar = ada.locator("#batch")
    expect(bar).to_be_hidden()
    row(ada, "codes", "83000006").get_by_role("checkbox").check()
    selected(ada, 1)
    assert offered(ada) == ["Complete…", "Cancel…", "Expire…"], "it is active: it cannot be activated"
    row(ada, "codes", "83000005").get_by_role("checkbox").check()
    selected(ada, 2)
    assert offered(ada) == ["Activate 1", "Complete… 1", "Cancel…", "Expire…"]
    expect_equals_fresh_load(ada)

    ada.get_by_role("link", name="Next").click()
    expect(row(ada, "codes", "83000003")).to_be_visible()
    selected(ada, 2)
    row(ada, "codes", "83000003").get_by_role("checkbox").check()
    selected(ada, 3)
    expect_equals_fresh_load(ada)
    ada.go_back()
    expect(row(ada, "codes", "83000006").get_by_role("checkbox")).to_be_checked()
    selected(ada, 3)
    assert ticked(ada) == ["code-7", "code-6"]
    expect_equals_fresh_load(ada)
    ada.reload()
    selected(ada, 3)
    assert ticked(ada) == ["code-7", "code-6"]

    ada.get_by_role("button", name="Select page").click()
    selected(ada, 4)
    assert ticked(ada) == ["code-7", "code-6", "code-5"]
    ada.get_by_role("button", name="Select all 7").click()
    selected(ada, 7)
    expect(ada.get_by_role("button", name="Select all")).to_have_count(0)
    expect_equals_fresh_load(ada)
    row(ada, "codes", "83000005").get_by_role("checkbox").uncheck()
    selected(ada, 6)

    act(server, codes[0], "cancel")
    selected(ada, 5)
    bar.get_by_role("button", name="Activate 4").click()
    selected(ada, 5)
    expect(state(row(ada, "codes", "83000004"))).to_have_text("Activated")
    expect(state(row(ada, "codes", "83000005"))).to_have_text("Pending")
    assert offered(ada) == ["Complete…", "Cancel…", "Expire…"]
    expect_equals_fresh_load(ada)

    ada.get_by_role("navigation", name="Filter").get_by_role("link", name="Pending").click()
    expect(row(ada, "codes", "83000005")).to_be_visible()
    expect(bar).to_be_hidden()
    ada.go_back()
    selected(ada, 5)
    bar.get_by_role("button", name="Complete…").click()
    expect(dialog(ada).locator(".affected li")).to_have_count(5)
    confirm(ada, "Complete 5 codes")
    expect(bar).to_be_hidden()
    assert ticked(ada) == []
    expect_equals_fresh_load(ada)


def test_what_is_selected_stays_ticked_as_rows_come_and_go(servers, sign_in):
    server = servers(DESK_PAGE_SIZE="2")
    codes = [new_code(server, "bob", f"8310000{number}") for number in range(3)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    ada.get_by_role("button", name="Select page").click()
    selected(ada, 2)
    new_code(server, "eve", "83100009")
    expect(row(ada, "codes", "83100009")).to_have_count(1)
    selected(ada, 2)
    expect_equals_fresh_load(ada)
    assert ticked(ada) == ["code-3"]
    act(server, codes[2], "activate", admin="grace")
    expect(row(ada, "codes", "83100001").get_by_role("checkbox")).to_be_checked()
    selected(ada, 1)
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == ["code-4", "code-2"]
    ada.get_by_role("button", name="Clear").click()
    expect(ada.locator("#batch")).to_be_hidden()
    assert ticked(ada) == []
    expect_equals_fresh_load(ada)


def test_all_that_match_is_more_than_a_page_and_what_remains_is_said(servers, sign_in):
    server = servers(DESK_QUOTAS="off")
    for number in range(220):
        new_code(server, "bob", f"84{number:06}")
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    ada.get_by_role("button", name="Select page").click()
    selected(ada, 50)
    ada.get_by_role("button", name="Select all 220").click()
    selected(ada, 220)
    ada.locator("#batch").get_by_role("button", name="Cancel…").click()
    expect(dialog(ada)).to_contain_text("and 20 more")
    ada.keyboard.press("Escape")
    ada.locator("#batch").get_by_role("button", name="Activate").click()
    expect(ada.locator("#codes tr")).to_have_count(0)
    expect(ada.locator("#batch")).to_be_hidden()
    expect_equals_fresh_load(ada)


def test_without_javascript_a_page_is_selected_too(servers, sign_in):
    server = servers(DESK_PAGE_SIZE="2")
    for number in range(3):
        new_code(server, "bob", f"8320000{number}")
    ada = sign_in(server, "ada", "/admin/codes", java_script_enabled=False)
    ada.get_by_role("button", name="Select page").click()
    selected(ada, 2)
    ada.get_by_role("link", name="Next").click()
    selected(ada, 2)
    ada.get_by_role("button", name="Select all 3").click()
    selected(ada, 3)
    row(ada, "codes", "83200000").get_by_role("checkbox").uncheck()
    ada.locator("#batch").get_by_role("button", name="Activate").click()
    expect(ada.locator("#codes .badge.pending")).to_have_count(1)
    selected(ada, 2)
    ada.get_by_role("link", name="First").click()
    expect(ada.locator("#codes .badge.activated")).to_have_count(2)
