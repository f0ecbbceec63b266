"""What every page must be in any browser: no wider than a phone, readable in the dark, calm where calm is asked for."""

from playwright.sync_api import expect

from e2e.oracle import wait_until_live
from e2e.steps import act, api, ask, dialog, new_account, new_code, row

CLIENT = ("/", "/help", "/notifications", "/extend/1", "/accounts/1", "/move/1", "/trial", "/me", "/me/sessions")
ADMIN = (
    "/admin", "/admin/codes", "/admin/accounts", "/admin/extensions", "/admin/activity", "/admin/broadcast",
    "/notifications", "/admin/accounts/new", "/admin/accounts/1/extend", "/admin/extensions/1/decide?action=reject",
    "/admin/codes/confirm?action=cancel&code_id=1", "/admin/codes?q=nothing", "/admin/accounts/1", "/admin/products",
    "/admin/products/new", "/admin/products/1/edit", "/admin/accounts/1/move",
    "/admin/people", "/admin/people/3", "/admin/people/3/actions", "/admin/people/invite",
)  # fmt: skip
SIGN_IN_PAGES = ("/login", "/register")
PHONE = {"width": 360, "height": 740}
LONG = "A-note-without-any-place-to-break-" * 6


def test_every_page_fits_a_phone_in_the_light_and_in_the_dark(server, stranger, sign_in):
    act(server, new_code(server, "bob", "123456789012", plan="365"), "activate")
    ask(server, {"id": 1}, note=LONG)
    new_code(server, "bob", "123456789013", plan="lifetime")
    api(server, "ada", "/api/admin/broadcast", message=LONG)
    visits = [(stranger(server, viewport=PHONE).new_page(), SIGN_IN_PAGES)]
    for name, paths in (("bob", CLIENT), ("ada", ADMIN)):
        visits.append((sign_in(server, name, paths[0], viewport=PHONE), paths))
    for page, paths in visits:
        for path in paths:
            page.goto(path, wait_until="load")
            wide = page.evaluate("() => [document.documentElement.scrollWidth, document.body.scrollWidth]")
            assert max(wide) <= PHONE["width"], f"{path} is {max(wide)} wide"
            for scheme in ("dark", "light"):
                page.emulate_media(color_scheme=scheme)
                ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
                is_dark = sum(map(int, ground[4:-1].split(", "))) < 200
                assert is_dark == (scheme == "dark"), f"{path} in the {scheme}: {ground}"


def test_a_dialog_and_the_batch_fit_a_phone(server, sign_in):
    new_code(server, "bob", "123456789012")
    ada = sign_in(server, "ada", "/admin/codes", viewport=PHONE, has_touch=True, is_mobile=True)
    row(ada, "codes", "123456789012").get_by_role("checkbox").check()
    ada.locator("#batch").get_by_role("button", name="Expire…").click()
    panel = dialog(ada).bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["width"] <= PHONE["width"]
    assert ada.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    dialog(ada).get_by_role("button", name="Close").click()
    small = ada.locator("button:visible, a:visible").evaluate_all(
        "elements => elements.map(e => [e.getBoundingClientRect(), e.outerHTML])"
        ".filter(([box]) => box.width > 1 && box.height > 1 && box.height < 24)"
    )
    assert small == [], "a finger needs 24 pixels (WCAG 2.5.8)"


def test_a_changed_row_shows_it_unless_motion_is_unwanted(server, sign_in):
    code = new_code(server, "bob", "25000001")
    lively = sign_in(server, "ada", "/admin/codes")
    calm = sign_in(server, "ada", "/admin/codes", reduced_motion="reduce")
    for page in (lively, calm):
        page.evaluate(
            "() => { window.seen = []; document.addEventListener('animationstart', e => seen.push(e.animationName)); }"
        )
    act(server, code, "activate")
    for page in (lively, calm):
        expect(row(page, "codes", "25000001")).to_contain_text("Activated")
    assert "flash" in lively.evaluate("() => new Promise(done => setTimeout(() => done(seen), 200))")
    assert "flash" not in calm.evaluate("() => new Promise(done => setTimeout(() => done(seen), 200))")


def test_the_state_of_a_row_is_a_word(server, sign_in):
    new_account(server, "bob", "26000001")
    bob = sign_in(server, "bob", forced_colors="active")
    expect(row(bob, "accounts", "26000001").locator(".badge")).to_have_text("Valid")
    wait_until_live(bob)
