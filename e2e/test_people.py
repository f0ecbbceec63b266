"""People are looked after: invited by a link, found, opened, suspended and let in again, without a shell."""

from playwright.sync_api import Page, expect

from e2e.axe import complaints
from e2e.oracle import expect_equals_fresh_load, look_away, wait_until_live
from e2e.steps import choose, dialog, new_account, row, state, toast
from tests.people import PASSWORDS

MIAS, NEW = "seven-quiet-harbours", "nine-quiet-harbours"


def link_made(ada: Page) -> str:
    dialog(ada).get_by_role("button", name="Make the link").click()
    expect(dialog(ada)).to_contain_text("This link works once")
    return dialog(ada).locator("code.whole").inner_text()


def test_mia_is_invited_joins_and_is_looked_after(server, sign_in, stranger, console):
    console.expect("status of 4")
    ada = sign_in(server, "ada", "/admin/people")
    grace = sign_in(server, "grace", "/admin/people?status=client")
    ada.get_by_role("button", name="Invite…").click()
    invitation = link_made(ada)
    ada.keyboard.press("Escape")
    expect(dialog(ada)).to_have_count(0)

    mia = stranger(server).new_page()
    mia.goto(invitation)
    mia.get_by_label("Username").fill("mia")
    mia.get_by_label("Email").fill("mia@example.com")
    mia.get_by_label("Password").fill(MIAS)
    mia.get_by_role("button", name="Join").click()
    wait_until_live(mia)
    for page in (ada, grace):
        expect(row(page, "people", "mia")).to_contain_text("May sign in")
    toast(grace, "mia registered")
    another = stranger(server).new_page()
    another.goto(invitation)
    expect(another.get_by_text("There is no such link")).to_be_visible()

    # Her page shows her licences as they come.
    row(ada, "people", "mia").get_by_role("link", name="mia").click()
    expect(ada.locator("#person-facts")).to_contain_text("mia@example.com")
    wait_until_live(ada)
    new_account(server, "mia", "46000001")
    expect(ada.locator("#accounts-of")).to_contain_text("46000001")
    expect(mia.locator("#accounts")).to_contain_text("46000001")
    assert complaints(ada) == []
    expect_equals_fresh_load(ada)

    ada.get_by_role("button", name="Actions…").click()
    dialog(ada).get_by_role("button", name="Suspend").click()
    expect(dialog(ada)).to_have_count(0)
    expect(ada.locator("#person-facts .badge")).to_have_text("Suspended")
    expect(state(row(grace, "people", "mia"))).to_have_count(0)
    expect(mia.get_by_text("You are signed out")).to_be_visible(timeout=15_000)
    ada.get_by_role("button", name="Actions…").click()
    dialog(ada).get_by_role("button", name="Restore").click()
    expect(ada.locator("#person-facts .badge")).to_have_text("May sign in")
    expect(row(grace, "people", "mia")).to_contain_text("May sign in")

    # She has forgotten her password.
    look_away(grace)
    row(grace, "people", "mia").get_by_role("button", name="Actions").click()
    dialog(grace).get_by_role("link", name="Link for a new password…").click()
    another.goto(link_made(grace))
    another.get_by_label("New password").fill(NEW)
    another.get_by_role("button", name="Save and sign in").click()
    wait_until_live(another)
    expect(another.locator("#accounts")).to_contain_text("46000001")
    grace.keyboard.press("Escape")
    for page in (ada, grace, another):
        expect_equals_fresh_load(page)


def test_the_last_admin_stays_and_is_told_why(server, sign_in, console):
    console.expect("status of 4")
    ada = sign_in(server, "ada", "/admin/people?status=admin")
    choose(ada, row(ada, "people", "grace"), "Make a client")
    expect(row(ada, "people", "grace")).to_have_count(0)
    row(ada, "people", "ada").get_by_role("button", name="Actions").click()
    dialog(ada).get_by_role("button", name="Suspend").click()
    expect(dialog(ada)).to_contain_text("ada is the last admin who can sign in")
    ada.keyboard.press("Escape")
    look_away(ada)
    expect_equals_fresh_load(ada)


def test_bob_changes_his_password_in_thai_and_signs_out_elsewhere(server, stranger, sign_in, console):
    console.expect("status of 4")
    phone = sign_in(server, "bob")
    context = stranger(server, locale="th-TH")
    form = {"username": "bob", "password": PASSWORDS["bob"]}
    assert context.request.post("/login", form=form, max_redirects=0).status == 303
    bob = context.new_page()
    bob.goto("/me")
    wait = bob.locator("#connection")
    expect(wait).to_contain_text("เชื่อมต่อสด", timeout=15_000)
    bob.get_by_role("button", name="แสดงเบราว์เซอร์…").click()
    expect(dialog(bob).locator("li")).to_have_count(2)
    dialog(bob).get_by_role("button", name="ออกจากระบบที่นั่น").click()
    expect(bob.locator(".done")).to_contain_text("ที่นั่นออกจากระบบแล้ว")
    expect(phone.get_by_text("You are signed out")).to_be_visible(timeout=15_000)

    password = bob.locator("#password")
    for present, error in (("not-my-password", "นี่ไม่ใช่รหัสผ่านของคุณ"), (PASSWORDS["bob"], "")):
        password.get_by_label("รหัสผ่านปัจจุบัน").fill(present)
        password.get_by_label("รหัสผ่านใหม่").fill(NEW)
        password.get_by_role("button", name="เปลี่ยนรหัสผ่าน").click()
        if error:
            expect(password).to_contain_text(error)
    expect(bob.locator(".done")).to_contain_text("เปลี่ยนรหัสผ่านของคุณแล้ว")
    expect(wait).to_contain_text("เชื่อมต่อสด", timeout=15_000)
    expect_equals_fresh_load(bob)


def test_people_are_looked_after_without_a_script(server, sign_in, stranger, console):
    console.expect("status of 4")
    ada = sign_in(server, "ada", "/admin/people", java_script_enabled=False)
    ada.get_by_role("link", name="Invite…").click()
    ada.locator("#invite").get_by_text("Admin", exact=True).click()
    ada.get_by_role("button", name="Make the link").click()
    invitation = ada.locator("code.whole").inner_text()
    mia = stranger(server, java_script_enabled=False).new_page()
    mia.goto(invitation)
    mia.get_by_label("Username").fill("mia")
    mia.get_by_label("Email").fill("mia@example.com")
    mia.get_by_label("Password").fill(MIAS)
    mia.get_by_role("button", name="Join").click()
    expect(mia).to_have_url(f"{server.url}/admin")
    mia.goto("/admin/people")
    row(mia, "people", "bob").get_by_role("link", name="Actions").click()
    mia.get_by_role("button", name="Suspend").click()
    expect(row(mia, "people", "bob")).to_contain_text("Suspended")
    mia.goto("/me")
    mia.locator("#email").get_by_label("Email").fill("mia@elsewhere.example")
    mia.locator("#email").get_by_label("Your password").fill(MIAS)
    mia.locator("#email").get_by_role("button", name="Change the e-mail address").click()
    expect(mia.locator("main > .done")).to_contain_text("Your e-mail address is changed.")
