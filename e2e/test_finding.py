"""Anything is found from every page; lists are pinned, narrowed to some columns, taken along, and filled by a file."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e.axe import complaints
from e2e.oracle import expect_equals_fresh_load, look_away, wait_until_live
from e2e.steps import act, ask, confirm, dialog, new_account, new_code, row, rows, toast, until
from tests.server import Server

LINES = "username,platform,account_number,plan\nbob,mt5,48000021,30\neve,mt4,48000022,{plan}\n"


def found(page: Page, kind: str, text: str) -> Locator:
    return page.locator(f"#found-{kind} li", has_text=text)


def test_ada_finds_anything_by_the_keyboard_and_what_comes_meanwhile_too(server, sign_in):
    new_account(server, "bob", "48000001")
    ask(server, new_account(server, "bob", "48000002"))
    ada = sign_in(server, "ada", "/admin/activity")
    find = ada.get_by_role("searchbox", name="Find anything")
    find.focus()
    ada.keyboard.type("4800000", delay=20)
    expect(found(ada, "accounts", "48000001")).to_be_visible()
    expect(find).to_be_focused()
    expect(found(ada, "requests", "48000002")).to_be_visible()
    expect(ada).to_have_url(f"{server.url}/search?q=4800000")
    wait_until_live(ada)
    new_account(server, "eve", "48000003")
    code = new_code(server, "bob", "48000004")
    act(server, code, "activate")
    expect(found(ada, "accounts", "48000003")).to_be_visible()
    expect(found(ada, "codes", "48000004")).to_contain_text("Activated")
    expect(found(ada, "accounts", "48000004")).to_be_visible()
    assert complaints(ada) == []
    expect_equals_fresh_load(ada)

    for typed, kind, name in (
        ("bob", "people", "bob"),
        ("robot", "products", "robot"),
        ("ada@example.com", "people", "ada"),
    ):
        find.fill(typed)
        expect(found(ada, kind, name).first).to_be_visible()
        expect_equals_fresh_load(ada)
    find.fill("48000003")
    expect(found(ada, "accounts", "48000001")).to_have_count(0)
    expect(found(ada, "accounts", "48000003")).to_be_visible()
    for _ in range(30):
        ada.keyboard.press("Tab")
        if ada.evaluate("() => document.activeElement.closest('#found li') !== null"):
            break
    ada.keyboard.press("Enter")
    expect(ada.locator("#account")).to_contain_text("48000003")
    ada.go_back()
    expect(found(ada, "accounts", "48000003")).to_be_visible()


def test_a_view_is_pinned_for_oneself_with_the_columns_of_ones_choice(server, sign_in):
    new_account(server, "bob", "48000011")
    ada, other, grace = (sign_in(server, name, "/admin/accounts?q=bob") for name in ("ada", "ada", "grace"))
    ada.get_by_role("button", name="Columns…").click()
    dialog(ada).get_by_label("From").uncheck()
    dialog(ada).get_by_role("button", name="Show these").click()
    expect(ada).to_have_url(re.compile("hide="))
    wait_until_live(ada)
    expect(ada.locator("#accounts .origin").first).to_be_hidden()
    new_account(server, "bob", "48000012")
    expect(row(ada, "accounts", "48000012")).to_be_visible()
    expect(ada.locator("#accounts .origin:visible")).to_have_count(0)
    expect_equals_fresh_load(ada)

    ada.get_by_role("button", name="Pin this view…").click()
    dialog(ada).get_by_label("Name of the view").fill("Bob's")
    confirm(ada, "Pin it")
    for page in (ada, other):
        expect(page.locator("#pinned").get_by_role("link", name="Bob's")).to_be_visible()
        expect_equals_fresh_load(page)
    other.locator("#pinned").get_by_role("link", name="Bob's").click()
    expect(other).to_have_url(ada.url)
    expect(other.locator("#accounts .origin:visible")).to_have_count(0)
    assert complaints(other) == []
    ada.get_by_role("button", name="Pin this view…").click()
    dialog(ada).get_by_role("button", name="Unpin Bob's").click()
    for page in (ada, other, grace):
        expect(page.locator("#pinned a")).to_have_count(0)
        expect_equals_fresh_load(page)


def file_of(page: Page, name: str = "CSV") -> list[str]:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return download.value.path().read_text("utf-8-sig").splitlines()


def imports(ada: Page, server: Server, bob: Page, role: str) -> None:
    """By a file with a mistake, and pasted without it."""
    ada.goto("/admin/accounts")
    ada.get_by_role(role, name="From a file…").click()
    ada.get_by_label("File (CSV)").set_input_files(
        {"name": "accounts.csv", "mimeType": "text/csv", "buffer": LINES.format(plan="31").encode()}
    )
    ada.get_by_role("button", name="Look at it first").click()
    expect(ada.get_by_role("list", name="Problems")).to_contain_text("Line 3")
    expect(bob.locator("#accounts")).not_to_contain_text("48000021")
    ada.get_by_label("Or paste it").fill(LINES.format(plan="7"))
    ada.get_by_role("button", name="Look at it first").click()
    expect(ada.locator(".affected")).to_contain_text("48000022")
    ada.get_by_role("button", name="Make 2 accounts").click()
    expect(ada).to_have_url(f"{server.url}/admin/accounts")
    for number in ("48000021", "48000022"):
        expect(row(ada, "accounts", number)).to_be_visible()


def test_a_list_leaves_as_a_file_and_accounts_come_in_by_one(server, sign_in, console):
    console.expect("status of 422")
    new_account(server, "eve", "48000020")
    bob, ada = sign_in(server, "bob"), sign_in(server, "ada", "/admin/accounts?q=eve")
    grace = sign_in(server, "grace", "/admin/accounts")
    imports(ada, server, bob, "button")
    expect(row(bob, "accounts", "48000021")).to_be_visible()
    expect(row(grace, "accounts", "48000022")).to_be_visible()
    for page in (bob, grace):
        expect_equals_fresh_load(page)
    heading, *lines = file_of(grace)
    assert [line for line in lines if "4800002" in line] == lines
    assert len(lines) == 3
    assert "account_number" in heading
    grace.goto("/admin/accounts?q=48000022")
    assert len(file_of(grace)) == 2
    [_, own] = file_of(bob, "Download as CSV: Your licences")
    assert "48000021" in own


def test_many_accounts_and_requests_are_decided_in_one_press(server, sign_in):
    accounts = [new_account(server, "bob", f"4800003{number}") for number in range(3)]
    for account in accounts:
        ask(server, account)
    bob, grace = sign_in(server, "bob"), sign_in(server, "grace", "/admin/accounts")
    ada = sign_in(server, "ada", "/admin/extensions?status=pending")
    ada.get_by_role("button", name="Select page").click()
    expect(ada.locator("#batch .many-selected")).to_have_text("3 selected")
    row(ada, "extensions", "48000030").get_by_role("checkbox").uncheck()
    expect(ada.locator("#batch .many-selected")).to_have_text("2 selected")
    ada.locator("#batch").get_by_role("button", name="Reject…").click()
    dialog(ada).get_by_label("Reason").fill("Too early.")
    assert complaints(ada) == []
    confirm(ada, "Reject 2 rows", "48000031")
    look_away(ada)
    until(ada, lambda: rows(ada, "extensions") == ["extension-1"], "one is left")
    for number in ("48000031", "48000032"):
        expect(row(bob, "extensions", number)).to_contain_text("Reason: Too early.")
    expect_equals_fresh_load(ada)

    grace.get_by_role("button", name="Select page").click()
    grace.locator("#batch").get_by_role("button", name="Suspend…").click()
    confirm(grace, "Suspend 3 rows", "48000030")
    expect(bob.locator("#accounts .badge.suspended")).to_have_count(3)
    toast(grace, "suspended")
    grace.locator("#toasts").get_by_role("button", name="Undo").first.click()
    expect(bob.locator("#accounts .badge.suspended")).to_have_count(0)
    for page in (bob, grace, ada):
        expect_equals_fresh_load(page)


def test_finding_pinning_and_many_at_once_work_without_a_script(server, sign_in, console):
    console.expect("status of 422")
    bob = sign_in(server, "bob", java_script_enabled=False)
    ada = sign_in(server, "ada", "/admin/accounts", java_script_enabled=False)
    imports(ada, server, bob, "link")
    ada.get_by_role("searchbox", name="Find anything").fill("48000021")
    ada.keyboard.press("Enter")
    found(ada, "accounts", "48000021").get_by_role("link").click()
    expect(ada.locator("#account")).to_contain_text("48000021")

    ada.goto("/admin/accounts?q=bob")
    ada.get_by_role("link", name="Columns…").click()
    ada.get_by_label("From").uncheck()
    ada.get_by_role("button", name="Show these").click()
    expect(ada.locator("#accounts .origin:visible")).to_have_count(0)
    ada.get_by_role("link", name="Pin this view…").click()
    ada.get_by_label("Name of the view").fill("Bob's")
    ada.get_by_role("button", name="Pin it").click()
    ada.goto("/admin")
    ada.get_by_role("link", name="Bob's").click()
    expect(ada.locator("#accounts .origin:visible")).to_have_count(0)
    ada.get_by_role("link", name="Pin this view…").click()
    ada.get_by_role("button", name="Unpin Bob's").click()
    expect(ada.locator("#pinned a")).to_have_count(0)

    ada.goto("/admin/accounts")
    for checkbox in ada.locator("#accounts").get_by_role("checkbox").all():
        checkbox.check()
    ada.locator("#batch").get_by_role("button", name="Suspend…").click()
    ada.get_by_role("button", name="Suspend 2 rows").click()
    expect(ada.locator("#accounts .badge.suspended")).to_have_count(2)
