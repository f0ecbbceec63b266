"""A robot in the story: both sides watch it run, be refused, and run elsewhere. The robot is the Python client, as a
seller ships it; it believes only what the desk has signed."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.robots.keys import KeyFile
from e2e.axe import complaints
from e2e.oracle import expect_equals_fresh_load, look_away, wait_until_live
from e2e.steps import api, confirm, dialog, generate, row, toast, until
from tests.databases import ROOT
from tests.live.rows import execute

sys.path.insert(0, str(ROOT / "clients/python"))  # it is no part of the desk, and stands where a robot has it
import codedesk_client as client

BROKER = "Broker-Real7"


@dataclass
class Terminal:
    """On which robots run."""

    url: str
    keys: KeyFile
    folder: Path
    name: str = "VPS-1"

    def robot(self, licence: str, account: str, server: str = BROKER, mode: str = "real") -> client.Licence:
        known = {key.id: key.modulus for key in self.keys.all()}
        return client.Licence(
            self.url, known, licence, platform="mt5", account=account, server=server, mode=mode, version="2.4",
            terminal=self.name, product="robot", store=self.folder / f"{self.name}.txt",
        )  # fmt: skip


@pytest.fixture
def desk(servers, tmp_path):
    keys = KeyFile(tmp_path / "robot-keys.pem")
    keys.add()
    server = servers(DESK_ROBOT_KEYS=str(keys.path), DESK_CLOCK_SECONDS="0.05")
    server.keys = keys
    return server


@pytest.fixture
def terminal(desk, tmp_path):
    return Terminal(desk.url, desk.keys, tmp_path)


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    wait_until_live(page)


def seats(page: Page):
    return page.locator("#seats-rows > li")


def test_bob_generates_ada_activates_and_both_watch_the_robot(desk, sign_in, terminal):
    bob, ada = sign_in(desk, "bob"), sign_in(desk, "ada", "/admin/codes")
    generate(bob, "20616275")
    expect(bob.locator("#generate .done")).to_contain_text("Your code is")
    bob.get_by_text("Three steps to run it").click()
    expect(bob.locator("#run-it")).to_contain_text("Allow WebRequest for listed URL")
    key = bob.locator("#generate .done .whole").inner_text()
    robot = terminal.robot(key, "20616275")
    assert (robot.check(), robot.may_trade()) == ("PENDING", False)
    row(ada, "codes", "20616275").get_by_role("button", name="Activate").click()
    licence = row(bob, "accounts", "20616275")
    expect(licence.locator(".dot.never")).to_be_visible()

    row(bob, "accounts", "20616275").get_by_role("link", name="Details").click()
    expect(bob.get_by_role("heading", name="What to do next")).to_be_visible()
    open_page(ada, "/admin/accounts/1")
    expect(seats(ada)).to_have_count(0)
    assert (robot.check(), robot.may_trade()) == ("VALID", True)
    for page in (bob, ada):
        expect(seats(page)).to_contain_text("running on Broker-Real7 since")
        expect(page.locator("#account .dot.running")).to_be_visible()
        expect(page.get_by_role("heading", name="What to do next")).to_have_count(0)
        expect_equals_fresh_load(page)
    toast(bob, "Your robot runs for the first time: MT5 20616275, on Broker-Real7")

    ada.locator("#account-1-more").click()
    dialog(ada).get_by_role("button", name="Suspend").click()
    expect(bob.locator("#account .badge.suspended")).to_be_visible()
    assert (robot.check(), robot.may_trade()) == ("SUSPENDED", False)
    expect(bob.locator("#refusals")).to_contain_text("was refused: this licence is suspended")
    ada.locator("#account-1-more").click()
    dialog(ada).get_by_role("button", name="Restore").click()
    expect(bob.locator("#account .badge.valid")).to_be_visible()
    assert (robot.check(), robot.may_trade()) == ("VALID", True)
    for page in (bob, ada):
        expect_equals_fresh_load(page)

    # To another trading account: asked for, approved, and the old one is refused.
    bob.get_by_role("button", name="Ask for another account number…").click()
    dialog(bob).get_by_label("New account number").fill("70012345")
    dialog(bob).get_by_label("Note to the admin").fill("I have another broker now.")
    dialog(bob).get_by_role("button", name="Ask for it").click()
    expect(dialog(bob)).to_have_count(0)
    expect(bob.locator("#account .badge.pending")).to_contain_text("Request waits")
    open_page(ada, "/admin/extensions")
    expect(row(ada, "extensions", "to MT5 70012345")).to_be_visible()
    row(ada, "extensions", "to MT5 70012345").get_by_role("button", name="Approve").click()
    confirm(ada, "Approve the move", naming="20616275")
    expect(bob.locator("#account-title")).to_contain_text("MT5 70012345")
    look_away(bob)
    expect(seats(bob)).to_have_count(0)
    assert (robot.check(), robot.may_trade()) == ("ACCOUNT_MISMATCH", False)
    expect(bob.locator("#refusals")).to_contain_text("The terminal on account 20616275 was refused")
    moved = Terminal(desk.url, desk.keys, terminal.folder, "VPS-2").robot(key, "70012345", server="Other-Real1")
    assert (moved.check(), moved.may_trade()) == ("VALID", True)
    expect(seats(bob)).to_contain_text("running on Other-Real1")
    for page in (bob, ada):
        expect_equals_fresh_load(page)


def test_a_seat_is_freed_by_hand_and_the_focus_stays_in_the_list(desk, sign_in, terminal):
    offer = {"product_id": 1, "version": 1, "name": "Robot", "modes": ["real"], "seats": 2}
    assert desk.api("ada").post("/api/admin/products/change", json=offer).status_code == 200
    made = api(
        desk, "ada", "/api/admin/create-account", username="bob", platform="mt5", account_number="20616275", plan="30"
    )
    robots = [
        Terminal(desk.url, desk.keys, terminal.folder, f"VPS-{n}").robot(made["licence"], "20616275") for n in range(3)
    ]
    assert [robot.check() for robot in robots] == ["VALID", "VALID", "TOO_MANY_SEATS"]
    bob, ada = sign_in(desk, "bob", "/accounts/1"), sign_in(desk, "ada", "/admin/accounts/1")
    expect(seats(bob)).to_have_count(2)
    expect(bob.locator("#refusals")).to_contain_text("all seats are taken (2)")
    bob.get_by_role("button", name="Free this seat VPS-0").focus()
    bob.keyboard.press("Enter")
    expect(seats(ada)).to_have_count(1)
    until(bob, lambda: bob.evaluate("document.activeElement !== document.body"), "the focus is somewhere")
    assert [robots[2].check(), robots[0].check()] == ["VALID", "TOO_MANY_SEATS"]
    expect(seats(ada)).to_have_count(2)
    for page in (bob, ada):
        expect_equals_fresh_load(page)
        assert complaints(page) == []


def test_when_it_was_seen_last_and_that_it_has_gone_quiet_show_by_themselves(desk, sign_in, terminal):
    made = api(
        desk, "ada", "/api/admin/create-account", username="bob", platform="mt5", account_number="20616275", plan="30"
    )
    robot = terminal.robot(made["licence"], "20616275")
    assert robot.check() == "VALID"
    bob, ada = sign_in(desk, "bob", "/accounts/1"), sign_in(desk, "ada", "/admin")
    expect(ada.locator("#robots")).to_contain_text("1 licence has a robot running.")
    execute(
        desk.database_url, "UPDATE installation SET last_seen_at = {}", datetime.now(UTC) - timedelta(hours=13)
    )  # fmt: skip
    expect(seats(bob)).to_contain_text("quiet, on Broker-Real7", timeout=15_000)
    expect(ada.locator("#robots")).to_contain_text("0 licences have a robot running.")
    assert robot.check() == "VALID"
    expect(seats(bob)).to_contain_text("running on Broker-Real7")
    execute(desk.database_url, "UPDATE installation SET seated_at = {}", "2026-11-01 08:15:00+00:00")
    assert robot.check() == "VALID"  # nothing of it is news, and the page is told of the time nevertheless
    expect(seats(bob)).to_contain_text("since 1 Nov 2026, 08:15", timeout=15_000)
    for page in (bob, ada):
        expect_equals_fresh_load(page)


def test_products_come_change_and_go_on_everybodys_open_pages(desk, sign_in, console):
    console.expect("status of 422")
    ada, grace = sign_in(desk, "ada", "/admin/products"), sign_in(desk, "grace", "/admin/codes")
    bob = sign_in(desk, "bob")
    expect(bob.locator("#generate-product")).to_have_count(0)
    ada.get_by_role("button", name="New product…").click()
    dialog(ada).get_by_label("Name").fill("Night Scalper")
    dialog(ada).get_by_label("Slug").fill("Night Scalper")
    dialog(ada).get_by_label("Days of a trial").fill("7")
    dialog(ada).locator("#create-product").evaluate("form => form.noValidate = true")
    dialog(ada).get_by_role("button", name="Add the product").click()
    expect(dialog(ada)).to_contain_text("Use small letters, digits and hyphens between them.")
    dialog(ada).get_by_label("Slug").fill("night-scalper")
    confirm(ada, "Add the product")
    expect(row(ada, "products-rows", "Night Scalper")).to_contain_text("On sale")
    expect(bob.locator("#generate-product")).to_be_visible()
    grace.locator("#narrow-summary").click()
    grace.get_by_label("Product").select_option("night-scalper")
    expect(grace).to_have_url(f"{desk.url}/admin/codes?product=night-scalper")
    bob.locator("#generate-product").select_option("night-scalper")
    generate(bob, "30000001")
    expect(row(grace, "codes", "30000001")).to_contain_text("night-scalper")

    bob.get_by_role("button", name="Start a trial…").click()
    dialog(bob).get_by_label("Number of the demo account").fill("30000002")
    confirm(bob, "Start the trial")
    expect(row(bob, "accounts", "30000002")).to_contain_text("Trial since")
    expect(bob.get_by_role("button", name="Start a trial…")).to_have_count(0)

    row(ada, "products-rows", "Night Scalper").get_by_role("button", name="Edit").click()
    dialog(ada).get_by_label("Name").fill("Dawn Scalper")
    confirm(ada, "Save")
    expect(row(ada, "products-rows", "Dawn Scalper")).to_be_visible()
    row(ada, "products-rows", "Dawn Scalper").get_by_role("button", name="Retire").click()
    expect(row(ada, "products-rows", "Dawn Scalper")).to_contain_text("Retired")
    expect(bob.locator("#generate-product")).to_have_count(0)
    for page in (ada, bob, grace):
        expect_equals_fresh_load(page)


def test_an_admin_moves_a_licence_by_hand_without_javascript_too(desk, sign_in):
    for number in ("20000001", "20000002"):
        api(desk, "ada", "/api/admin/create-account", username="bob", platform="mt5", account_number=number, plan="30")
    bob = sign_in(desk, "bob")
    ada = sign_in(desk, "ada", "/admin/accounts?q=20000001")
    row(ada, "accounts", "20000001").get_by_role("button", name="Actions").click()
    dialog(ada).get_by_role("link", name="Move…").click()
    dialog(ada).get_by_label("New account number").fill("90000001")
    confirm(ada, "Move the licence")
    look_away(ada)
    expect(row(ada, "accounts", "20000001")).to_have_count(0)
    expect(row(bob, "accounts", "90000001")).to_be_visible()
    plain = sign_in(desk, "ada", "/admin/accounts/2", java_script_enabled=False)
    plain.get_by_role("link", name="Actions").click()
    plain.get_by_role("link", name="Move…").click()
    plain.get_by_label("New account number").fill("90000002")
    plain.get_by_role("button", name="Move the licence").click()
    expect(plain.locator("main")).to_contain_text("MT5 90000002")
    expect(row(bob, "accounts", "90000002")).to_be_visible()
    for page in (ada, bob):
        expect_equals_fresh_load(page)
