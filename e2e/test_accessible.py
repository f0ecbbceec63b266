"""axe-core finds nothing: on no page and in no open dialog, in both schemes, on a phone, at 200 % and after pushes; and
no two controls of a page that do different things bear the same name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.robots.keys import KeyFile
from e2e.axe import bring_axe, complaints
from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import act, api, ask, dialog, new_account, new_code, row, toast
from tests.live.people import People

PAGES = {
    None: ("/login", "/register", "/no/such/page", "/styleguide"),
    "bob": (
        "/", "/notifications", "/me", "/help", "/extend/1", "/accounts/4", "/accounts/1", "/trial",
        "/codes/2", "/requests/1", "/search?q=8000", "/codes/5/change",
    ),
    "ada": (
        "/admin", "/admin/codes", "/admin/codes?q=nothing", "/admin/codes/1/actions",
        "/admin/codes/confirm?action=cancel&code_id=1", "/admin/activity", "/admin/broadcast",
        "/admin/codes/1", "/search?q=bob", "/admin/views?view=/admin/codes", "/me/second-factor",
    ),
    "grace": (
        "/admin/accounts", "/admin/accounts/new", "/admin/accounts/1/actions", "/admin/accounts/1/extend",
        "/admin/extensions", "/admin/extensions/1/decide?action=reject", "/admin/accounts/4", "/admin/products",
        "/admin/products/new", "/admin/people", "/admin/people/3", "/admin/extensions/1", "/admin/accounts/import",
        "/notifications?status=unread",
    ),
}  # fmt: skip
REFUSED = {"/login", "/register", "/", "/admin/broadcast", "/trial"}
"""Pages whose form is looked at when it has been refused, too."""
AFTER_PUSHES = (
    ("/admin", "ada"), ("/admin/codes", "ada"), ("/admin/accounts", "ada"), ("/admin/extensions", "ada"),
    ("/", "bob"), ("/admin/accounts/4", "ada"), ("/accounts/4", "bob"),
    ("/admin/activity", "ada"), ("/admin/broadcast", "ada"), ("/notifications", "bob"),
    ("/admin/people/3", "ada"), ("/search?q=8", "ada"), ("/requests/1", "bob"), ("/admin/codes/1", "ada"),
)  # fmt: skip
"""Pages, by who looks at them, that are asked about all rules while rows come, change, wait and go."""
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
LOOKS = (
    ("light", "wide", WIDE), ("light", "200 %", {"width": 640, "height": 450}), ("dark", "phone", PHONE),
)  # fmt: skip
"""A window of 1280 pixels at 200 % is as wide as one of 640. Sizes are the same in the dark, and colours on a phone."""
DIALOG_LOOKS = (LOOKS[0], LOOKS[2])
WIDE_LOOKS = (("light", "wide", WIDE), ("dark", "wide", WIDE))
"""After pushes, for what a phone does not show."""
STILL = {"viewport": WIDE, "reduced_motion": "reduce"}
"""What fades in has no contrast yet."""
SETTLE = """async () => {
  await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish());
}"""
"""Rows come in with a new width, and colours on their way from one scheme to the other are neither's."""


@pytest.fixture
def desk(servers, tmp_path):
    """Something of each kind, in each of its states."""
    keys = KeyFile(tmp_path / "robot-keys.pem")
    keys.add()
    server = servers(DESK_ROBOT_KEYS=str(keys.path))
    codes = [new_code(server, "bob", str(80_000_001 + number), plan) for number, plan in enumerate(["30"] * 5)]
    for code, action in zip(codes, ("activate", "complete", "cancel", "expire", ""), strict=True):
        if action not in ("", "cancel"):
            act(server, code, "activate")
        if action not in ("", "activate"):
            act(server, code, action)
    ask(server, {"id": 1}, note="Until the harvest is in.")
    account = new_account(server, "bob", "81000001", plan="7")
    new_account(server, "eve", "81000002", plan="lifetime")
    suspended = new_account(server, "bob", "81000003")
    api(server, "ada", "/api/admin/accounts", account_id=suspended["id"], action="suspend")
    for days, decision in ((7, "approve"), (30, "reject")):
        request = ask(server, account, plan=str(days))
        api(server, "ada", "/api/admin/extension-requests", request_id=request["id"], action=decision, reason="No.")
    scalper = {"slug": "night-scalper", "name": "Night Scalper", "modes": ["demo"], "seats": 1, "trial_days": 7}
    assert server.api("ada").post("/api/admin/products/new", json=scalper).status_code == 201
    robots = People(server)
    for said in ({}, {"terminal": "A2"}, {"account": "5012233"}):
        robots.runs(account["id"], **said)
    for level in ("info", "success", "warning", "error"):
        api(server, "ada", "/api/admin/broadcast", message=f"This is {level}.", level=level)
    return server


def in_every_look(page: Page, where: str, looks: Any = LOOKS) -> list[str]:
    """All rules once, and in the dark, on a phone and at 200 % those whose answer may be another there."""
    found = []
    for scheme, size, viewport in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(viewport)
        page.evaluate(SETTLE)
        is_first = (scheme, size) == ("light", "wide")
        found += [f"{where}, {scheme}, {size}: {each}" for each in complaints(page, looks_only=not is_first)]
    return found


def look_as_most_do(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_any_page_and_in_any_dialog(desk, stranger, sign_in, console, name):
    console.expect("status of 404", "status of 422")
    page = sign_in(desk, name, **STILL) if name else stranger(desk, **STILL).new_page()
    found, opened = [], set()
    bring_axe(page)
    for path in PAGES[name]:
        look_as_most_do(page)
        page.goto(path)
        if page.locator("#connection").count():
            wait_until_live(page)
        buttons = openers(page, opened)
        found += in_every_look(page, path, LOOKS[1:] if (path, name) in AFTER_PUSHES else LOOKS)
        if path in REFUSED:
            look_as_most_do(page)
            refuse(page.locator("main form:has([required])"))
            found += in_every_look(page, f"{path}, refused")
        for opener in buttons:
            look_as_most_do(page)
            opener.click()
            expect(dialog(page).locator("#dialog-body form, #dialog-body > div").first).to_be_visible()
            found += in_every_look(page, f"{path}, dialog of {opener.get_attribute('id')}", DIALOG_LOOKS)
            form = dialog(page).locator("#dialog-body form:has([required]:not([type=radio]))")
            if form.count():
                look_as_most_do(page)
                refuse(form)
                found += in_every_look(page, f"{path}, dialog of {opener.get_attribute('id')}, refused", DIALOG_LOOKS)
            page.keyboard.press("Escape")
            expect(dialog(page)).to_have_count(0)
        if path == "/admin/codes":
            look_as_most_do(page)
            page.get_by_role("button", name="Select page").click()
            page.locator("#batch").get_by_role("button", name="Cancel…").click()
            expect(dialog(page).locator("#dialog-body .affected")).to_be_visible()
            found += in_every_look(page, f"{path}, dialog of what is selected", DIALOG_LOOKS)
            page.keyboard.press("Escape")
    assert found == [], "\n" + "\n".join(found)
    assert len(opened) >= {"ada": 4, "grace": 4, "bob": 1, None: 0}[name]


def refuse(form: Locator) -> None:
    """Sends it with nothing in what must be filled in; the browser would not."""
    form.evaluate("""form => {
      form.noValidate = true;
      form.querySelectorAll('[required]:not([type=radio], [type=checkbox])').forEach(field => { field.value = ''; });
    }""")
    form.locator("button:is(.primary, .danger)").click()
    expect(form.page.locator("[aria-invalid=true]").first).to_be_visible()


def openers(page: Page, opened: set[str]) -> list[Locator]:
    """One for each kind of dialog that no page before has opened."""
    found = []
    for button in page.locator("button[command=show-modal]:visible").all():
        kind = re.sub(r"\d+", "", button.get_attribute("hx-get") or "")
        if kind not in opened:
            opened.add(kind)
            found.append(page.locator(f"#{button.get_attribute('id')}"))
    return found


def test_axe_finds_nothing_after_pushes(desk, sign_in):
    """While rows come, change, wait and go, with toasts over them."""
    pages = {path: sign_in(desk, name, path, **STILL) for path, name in AFTER_PUSHES}
    found = []
    code = new_code(desk, "bob", "82000001")
    act(desk, code, "activate")
    ask(desk, new_account(desk, "bob", "82000002", plan="7"))
    robots = People(desk)
    robots.runs(4, terminal="A3")
    robots.runs(4, server="Other-Real1")
    for path, page in pages.items():
        # Anew for each: a toast is soon gone.
        said = f"The desk closes early, says {path}."
        api(desk, "grace", "/api/admin/broadcast", message=said, level="warning")
        toast(page, said)
        expect_equals_fresh_load(page)  # what leaves is dimmed, for a moment
        found += in_every_look(page, f"{path} after pushes", WIDE_LOOKS)
        if path != "/admin/codes":
            page.close()  # what is said to the others is pushed to it no more
    ada = pages["/admin/codes"]
    row(ada, "codes", "82000001").hover()
    row(ada, "codes", "82000001").get_by_role("checkbox").check()
    new_code(desk, "eve", "82000003")
    act(desk, code, "complete")
    expect(row(ada, "codes", "82000001")).to_contain_text("Completed")
    found += in_every_look(ada, "/admin/codes, in use", WIDE_LOOKS)
    assert found == [], "\n" + "\n".join(found)


FREEZE = """() => {
  document.getAnimations().forEach(each => each.finish());
  document.addEventListener('animationstart', ({target, animationName}) => {
    if (!animationName.startsWith('flash')) return;
    target.getAnimations().forEach(each => { each.pause(); each.currentTime = 0; });
  });
}"""
"""Of the light of a change the brightest moment, for as long as it takes to look."""

IS_LIT = "e => getComputedStyle(e).boxShadow != 'none' && getComputedStyle(e).opacity == 1"

CONTRASTS = """flash => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const painted = colours => {
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255);
    const [red, green, blue] = parts.map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * red + .7152 * green + .0722 * blue;
  };
  const ground = each => getComputedStyle(each).backgroundColor;
  const row = flash.closest('tr, li'), low = [];
  for (const each of row.querySelectorAll('*')) {
    const text = [...each.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join('');
    if (!text || !each.checkVisibility() || each.matches('.spent')) continue;
    const between = [];
    for (let here = each; here !== row; here = here.parentElement) between.unshift(ground(here));
    const behind = [ground(document.body), ground(row), ...(flash === row ? [] : [ground(flash)]), ...between];
    const lights = [painted(behind), painted([...behind, getComputedStyle(each).color])].sort((one, two) => two - one);
    const contrast = (lights[0] + .05) / (lights[1] + .05);
    if (contrast < 4.5) low.push(`${text}: ${contrast.toFixed(2)}`);
  }
  return low;
}"""
"""What cannot be read in a row (WCAG 1.4.3); axe does not see what lies between the row's ground and its words."""


def test_a_row_can_be_read_while_it_flashes(desk, sign_in):
    codes, accounts, requests, bobs = (
        sign_in(desk, name, path, viewport=WIDE)
        for name, path in (
            ("ada", "/admin/codes"),
            ("ada", "/admin/accounts"),
            ("ada", "/admin/extensions"),
            ("bob", "/"),
        )
    )
    for page in (codes, accounts, requests, bobs):
        page.evaluate(FREEZE)
    act(desk, new_code(desk, "bob", "83000001", plan="7"), "activate")
    account = row(bobs, "accounts", "83000001")
    expect(account).to_have_count(1)
    ask(desk, {"id": int(account.get_attribute("id").removeprefix("account-"))}, note="Until spring.")
    for page, element in (
        (codes, "codes"), (accounts, "accounts"), (requests, "extensions"), (bobs, "codes"), (bobs, "accounts"),
        (bobs, "extensions"), (bobs, "notifications"),
    ):  # fmt: skip
        lit = row(page, element, "83000001")
        expect(lit).to_have_count(1)
        if element != "notifications":
            lit = lit.locator(".flash")
            expect(lit).to_have_count(1)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLE)
            assert lit.evaluate(IS_LIT)
            assert lit.evaluate(CONTRASTS) == [], f"{element}, {scheme}"


def test_what_is_wrong_is_found(desk, sign_in):
    ada = sign_in(desk, "ada", "/admin/codes", **STILL)
    for harm, rule in (
        ("document.querySelector('.select input').removeAttribute('aria-label')", "label"),
        ("document.querySelector('h1').outerHTML = '<h3>Codes</h3>'", "heading"),
        ("document.querySelector('h3').style.color = '#ccc'", "color-contrast"),
        ("document.querySelectorAll('.more').forEach(e => e.removeAttribute('aria-labelledby'))", "named twice"),
    ):
        ada.evaluate(harm)
        assert any(rule in each for each in complaints(ada)), rule
