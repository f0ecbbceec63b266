"""A second factor is set up, asked for, required of all admins, and lost."""

import time

import pyotp
from playwright.sync_api import Page, expect

from app.second_factor.tables import MOST_TRIES
from e2e.axe import complaints
from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import dialog
from tests.people import PASSWORDS


def code_of(secret: str, steps_ahead: int = 0) -> str:
    """No code is accepted twice: who has just given one gives the next, which a fast clock would show."""
    return pyotp.TOTP(secret).at(time.time() + 30 * steps_ahead)


def set_up(page: Page, name: str, form: str = "#dialog-body") -> tuple[str, list[str]]:
    """Gives the secret, and the recovery codes."""
    page.locator(form).get_by_label("Your password").fill(PASSWORDS[name])
    page.locator(form).get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code of the secret")).to_be_visible()
    secret = page.locator("#confirm-factor code.whole").inner_text()
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("#confirm-factor [aria-invalid=true]")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".recovery code")).to_have_count(10)
    return secret, page.locator(".recovery code").all_inner_texts()


def signs_in(page: Page, name: str, *codes: str) -> None:
    page.goto("/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORDS[name])
    page.get_by_role("button", name="Sign in").click()
    for code in codes:
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Sign in").click()


def test_ada_sets_hers_up_requires_it_of_all_and_grace_follows(server, sign_in, stranger, console):
    console.expect("status of 4")
    grace = sign_in(server, "grace", "/admin/people")
    ada = sign_in(server, "ada", "/me")
    ada.get_by_role("button", name="Second factor…").click()
    secret, recovery = set_up(ada, "ada")
    expect(dialog(ada)).to_contain_text(recovery[0])
    assert complaints(ada) == []
    ada.get_by_role("link", name="I have kept them").click()
    wait_until_live(ada)
    expect(ada.locator("#timeline")).to_contain_text("second factor")
    expect_equals_fresh_load(ada)

    # Nobody signs in as her by the password alone, and no code works twice.
    phone = stranger(server).new_page()
    signs_in(phone, "ada", "000000", code_of(secret, 1))
    wait_until_live(phone)
    another = stranger(server).new_page()
    signs_in(another, "ada", recovery[0])
    wait_until_live(another)
    third = stranger(server).new_page()
    signs_in(third, "ada", recovery[0])
    expect(third.locator("[aria-invalid=true]")).to_be_visible()
    assert complaints(third) == []

    ada.get_by_role("button", name="Second factor…").click()
    expect(dialog(ada)).to_contain_text("9 recovery codes are left")
    dialog(ada).get_by_role("button", name="Require it of all admins").click()
    expect(grace.get_by_text("You are signed out")).to_be_visible(timeout=15_000)
    wait_until_live(ada)
    grace.goto("/login")
    signs_in(grace, "grace")
    expect(grace.get_by_text("Admins of this desk need a second factor.")).to_be_visible()
    grace.goto("/admin/people")
    expect(grace.get_by_text("Admins of this desk need a second factor.")).to_be_visible()
    set_up(grace, "grace", "#main")
    grace.goto("/admin/people")
    wait_until_live(grace)
    for page in (ada, grace, phone):
        expect_equals_fresh_load(page)


def test_a_second_factor_is_used_without_a_script(server, sign_in, stranger, console):
    console.expect("status of 4")
    bob = sign_in(server, "bob", "/me", java_script_enabled=False)
    bob.get_by_role("link", name="Second factor…").click()
    secret, recovery = set_up(bob, "bob", "#main")
    bob.get_by_role("link", name="I have kept them").click()
    bob.get_by_role("button", name="Sign out").click()
    other = stranger(server, java_script_enabled=False).new_page()
    signs_in(other, "bob", code_of(secret, 1))
    expect(other).to_have_url(f"{server.url}/")
    other.goto("/me/second-factor")
    other.get_by_label("Your password").fill(PASSWORDS["bob"])
    other.get_by_label("Code", exact=True).fill(recovery[3])
    other.get_by_role("button", name="Remove the second factor").click()
    expect(other.locator("main > .done")).to_be_visible()
    signs_in(bob, "bob")
    expect(bob).to_have_url(f"{server.url}/")


def test_too_many_wrong_codes_lead_to_the_password_and_another_secret(server, sign_in, console):
    console.expect("status of 4")
    bob = sign_in(server, "bob", "/me")
    bob.get_by_role("button", name="Second factor…").click()
    dialog(bob).get_by_label("Your password").fill(PASSWORDS["bob"])
    dialog(bob).get_by_role("button", name="Set it up").click()
    expect(bob.get_by_role("img", name="QR code of the secret")).to_be_visible()
    for _ in range(MOST_TRIES - 1):
        wrong = bob.request.post(f"{server.url}/me/second-factor/confirm", form={"code": "000000"})
        assert wrong.status == 422
    bob.get_by_label("Code", exact=True).fill("000000")
    bob.get_by_role("button", name="Turn it on").click()
    expect(bob.locator("#confirm-factor")).to_contain_text("Too many codes were wrong.")
    assert complaints(bob) == []
    bob.get_by_role("link", name="Begin again").click()
    set_up(bob, "bob", "#main")
