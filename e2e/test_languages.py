"""Bob's browser asks for Thai, Ada's for English; and Bob thinks better of it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import new_code, row, state, toast
from tests.people import PASSWORDS

LIVE = {"th": "เชื่อมต่อสด", "en": "live"}


def expect_in(page: Page, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#connection")).to_contain_text(LIVE[language], timeout=15_000)


def sign_in_in_thai(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("ชื่อผู้ใช้").fill("bob")
    page.get_by_label("รหัสผ่าน").fill(PASSWORDS["bob"])
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def test_a_day_at_the_desk_in_thai(server, stranger, sign_in):
    bob = stranger(server, locale="th-TH", timezone_id="Asia/Bangkok").new_page()
    sign_in_in_thai(bob)
    expect_in(bob, "th")
    ada = sign_in(server, "ada", "/admin/codes")

    form = bob.locator("#generate")
    form.get_by_label("เลขที่บัญชี").fill("12")
    form.get_by_role("button", name="สร้างโค้ด").click()
    assert form.get_by_label("เลขที่บัญชี").evaluate("field => field.validity.patternMismatch")
    expect(form.get_by_label("เลขที่บัญชี")).to_have_attribute("title", "4 ถึง 12 หลัก")
    form.get_by_label("เลขที่บัญชี").fill("71000001")
    form.get_by_label("แพ็กเกจ").select_option("90")
    form.get_by_role("button", name="สร้างโค้ด").click()
    expect(state(row(bob, "codes", "71000001"))).to_have_text("รอดำเนินการ")
    expect(row(bob, "codes", "71000001")).to_contain_text("90 วัน")
    toast(ada, "bob generated code")

    row(ada, "codes", "71000001").get_by_role("button", name="Activate").click()
    expect(state(row(bob, "codes", "71000001"))).to_have_text("เปิดใช้งานแล้ว")
    expect(row(bob, "accounts", "71000001")).to_contain_text("เหลือ 90 วัน")
    expect(bob.locator("#toasts .toast", has_text="ของคุณเปิดใช้งานแล้ว")).to_be_visible()
    expect(state(row(ada, "codes", "71000001"))).to_have_text("Activated")
    for page in (bob, ada):
        expect_equals_fresh_load(page)


def test_when_bob_chooses_another_language_and_zone_all_his_tabs_follow(server, sign_in):
    new_code(server, "bob", "71000002")
    desk = sign_in(server, "bob")
    inbox = desk.context.new_page()
    inbox.goto("/notifications")
    expect_in(inbox, "en")
    eve = sign_in(server, "eve")
    settings = desk.context.new_page()
    settings.goto("/")
    settings.get_by_role("link", name="bob").click()
    settings.get_by_label("Language").select_option("ไทย")
    settings.get_by_label("Time zone").select_option("Asia/Bangkok")
    settings.get_by_role("button", name="Save").click()

    for page in (settings, desk, inbox):
        expect_in(page, "th")
        expect(page.locator(".footer")).to_contain_text("Asia/Bangkok")
    expect(state(row(desk, "codes", "71000002"))).to_have_text("รอดำเนินการ")
    assert "(Asia/Bangkok)" in (row(desk, "codes", "71000002").locator("time").get_attribute("title") or "")
    new_code(server, "bob", "71000003")
    expect(state(row(desk, "codes", "71000003"))).to_have_text("รอดำเนินการ")
    expect_in(eve, "en")
    for page in (desk, inbox, settings):
        expect_equals_fresh_load(page)


def test_without_javascript_a_language_is_chosen_too(server, sign_in):
    bob = sign_in(server, "bob", "/me", java_script_enabled=False)
    bob.get_by_label("Language").select_option("ไทย")
    bob.get_by_role("button", name="Save").click()
    expect(bob.locator("html")).to_have_attribute("lang", "th")
    expect(bob.get_by_role("heading", name="การตั้งค่าของคุณ")).to_be_visible()
    expect(bob.get_by_label("ภาษา")).to_have_value("th")
