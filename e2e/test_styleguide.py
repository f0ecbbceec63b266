"""All controls on one page, in each of their states: what it shows is what a pointer and a keyboard do, and every state
can be seen, in the light, in the dark and in forced colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

LOOKS = {
    "light": {"color_scheme": "light"}, "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}  # fmt: skip
GIVE_WAY = (
    "button", "primary", "danger", "quiet", "promoted", "close", "link-button", "link-primary", "in-a-row", "row-link",
    "card-link", "menu", "batch-action", "undo", "dismiss", "all-ticks", "pager", "sort", "more-filters", "chip",
    "clear", "nav", "tab", "bell", "brand-link", "person", "figure", "link", "quiet-link", "licence", "footer-link",
)  # fmt: skip
CONTROLS = (
    *GIVE_WAY, "input", "wrong", "email", "password", "number", "date", "search-field", "textarea", "select",
    "checkbox", "ticked", "current-tab", "current-nav",
)  # fmt: skip
CAN_BE_DISABLED = ("button", "primary", "danger", "quiet", "promoted", "input", "textarea", "select")
FEW = ("button", "primary", "quiet", "input", "ticked", "nav")


def sample(page: Page, name: str, state: int = 0) -> Locator:
    """0: at rest, then pointed at, focused, pressed, busy, disabled."""
    return page.locator(f"#{name} > td").nth(state).locator("button, a, input, textarea, select, summary").first


def picture(page: Page, control: Locator) -> bytes:
    """With what lies around it: an outline is outside of its box."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    assert box is not None
    clip = {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}
    return page.screenshot(clip=clip, animations="disabled", caret="hide")


STYLE = """each => {
  const of = getComputedStyle(each);
  return ['color', 'backgroundColor', 'borderTopColor', 'borderRadius', 'boxShadow', 'filter', 'translate',
    'textDecorationLine', 'textDecorationThickness', 'outlineStyle', 'outlineWidth', 'outlineColor',
    'outlineOffset'].map(name => `${name}: ${of[name]}`);
}"""


def style(control: Locator) -> list[str]:
    return list(control.evaluate(STYLE))


def by_pointer(page: Page, control: Locator, look: Callable[[Page, Locator], Any]) -> tuple[Any, Any]:
    """How it looks when it is pointed at, and pressed."""
    control.hover()
    pointed = look(page, control)
    page.mouse.down()
    pressed = look(page, control)
    page.mouse.move(0, 0)
    page.mouse.up()
    control.blur()
    return pointed, pressed


def by_keyboard(page: Page, control: Locator, look: Callable[[Page, Locator], Any]) -> Any:
    page.keyboard.press("Tab")  # what is focused next is so by the keyboard
    control.focus()
    focused = look(page, control)
    control.blur()
    return focused


@pytest.fixture
def guide(server, stranger):
    def opened(**look):
        page = stranger(server, reduced_motion="reduce", viewport={"width": 1300, "height": 900}, **look).new_page()
        page.goto("/styleguide")
        return page

    return opened


@pytest.mark.parametrize(
    ("look", "names"),
    [("light", CONTROLS[::2]), ("light", CONTROLS[1::2]), ("dark", FEW), ("forced", FEW)],
    ids=["light", "light-too", "dark", "forced"],
)
def test_every_state_can_be_seen(guide, look, names):
    page = guide(**LOOKS[look])
    found = []
    for name in names:
        control = sample(page, name)
        rest, focused = picture(page, control), by_keyboard(page, control, picture)
        if focused == rest:
            found.append(f"nobody sees the focus on {name}")
        if name in GIVE_WAY:
            pointed, pressed = by_pointer(page, control, picture)
            if pressed in (rest, pointed):
                found.append(f"{name} does not give way")
            if look != "forced" and pointed == rest:
                found.append(f"nobody sees that {name} is pointed at")
    assert found == []
    for name in CAN_BE_DISABLED if look != "light" else set(names) & set(CAN_BE_DISABLED):
        disabled = sample(page, name, 5)
        expect(disabled).to_be_disabled()
        assert picture(page, disabled) != picture(page, sample(page, name)), f"nobody sees that {name} is disabled"
    busy, still = [sample(page, "quiet", state).evaluate("e => getComputedStyle(e).color") for state in (4, 0)]
    assert busy == still, "what is busy can still be read"


def test_what_the_page_shows_of_a_state_is_what_the_desk_does(guide):
    page = guide(**LOOKS["light"])
    for name in CONTROLS:
        control = sample(page, name)
        assert style(sample(page, name, 2)) == by_keyboard(page, control, lambda _, it: style(it)), f"{name}, focused"
        if name in GIVE_WAY:
            pointed, pressed = by_pointer(page, control, lambda _, it: style(it))
            assert style(sample(page, name, 1)) == pointed, f"{name}, pointed at"
            # Who presses points, too.
            sample(page, name, 3).evaluate("each => each.classList.add('is-hover')")
            assert style(sample(page, name, 3)) == pressed, f"{name}, pressed"


ROOT = Path(__file__).parent.parent
TAG = re.compile(r"<(button|a|input|select|textarea|summary)\b((?:\{[{%].*?[}%]\}|[^>{])*)>", re.S)
JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.S)
UNSEEN = {"plain", "visually-hidden", "before", "spent"}
"""What stands for a control where there is no script looks as it does; the others are not seen."""


def kinds_in_templates() -> set[str]:
    """Selectors of the controls of all templates: their tags, types and classes."""
    kinds = set()
    for path in (ROOT / "templates").rglob("*.html"):
        if path.parent.name == "styleguide":
            continue
        source = path.read_text()
        for tag, attributes in TAG.findall(source):
            given = {
                name: JINJA.sub(" ", value) for name, value in re.findall(r'([\w-]+)="((?:\{.*?\}|[^"])*)"', attributes)
            }
            type_of = given.get("type", "text").strip()
            if type_of != "hidden":
                of_type = f"[type={type_of or 'text'}]" if tag == "input" else ""
                kinds.add(
                    tag + of_type + "".join(f".{name}" for name in sorted({*given.get("class", "").split()} - UNSEEN))
                )
        kinds |= {f"input[type={name}]" for name in re.findall(r'field\(.*?\btype="(\w+)"', source)}
    return kinds


STATE = re.compile(r":(hover|focus-visible|focus|active|disabled|checked)\b(?!\()")
NO_CONTROLS = (
    "tbody",
    "#pause",
    ".list tr",
    "#batch",
    ":has(",
    ":not(",
    ".gone",
    ".toast:is",
    "main",
    "#live :is",
    ":root",
    ".spent",
)
"""Of selectors: rows and whole regions, which are in use or not."""


def kinds_in_the_style_sheet() -> set[str]:
    """Selectors of all that looks different in some state."""
    source = re.sub(r"/\*.*?\*/", "", (ROOT / "static/app.css").read_text(), flags=re.S)
    kinds = set()
    for selectors in re.findall(r"([^{}]+)\{", source):
        for selector in re.split(r",(?![^(]*\))", selectors):
            if STATE.search(selector) and not any(part in selector for part in NO_CONTROLS) and "@" not in selector:
                kinds.add(re.sub(r"::[\w-]+", "", STATE.sub("", selector)).strip())
    return {kind for kind in kinds if kind}


def test_every_control_that_a_template_or_the_style_sheet_knows_stands_there(guide):
    page = guide(**LOOKS["light"])
    kinds = kinds_in_templates() | kinds_in_the_style_sheet()
    assert len(kinds) > 40
    assert {"button.primary", "input[type=search]", "a.clear", ".tabs a", ".chosen a"} <= kinds
    missing = [kind for kind in sorted(kinds) if not page.locator(f"main :is({kind})").count()]
    assert missing == []


def test_what_is_wrong_has_a_red_border(guide, console):
    console.expect("status of 422")
    for name in ("light", "dark"):
        page = guide(**LOOKS[name])
        for state in range(4):
            colour = sample(page, "wrong", state).evaluate("e => getComputedStyle(e).borderTopColor")
            red, green, blue = [int(part) for part in colour[4:-1].split(", ")]
            assert red > 1.5 * max(green, blue) or (red > 240 and max(green, blue) < 160), colour
    page.goto("/login")
    page.locator("#login").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Sign in").click()
    invalid = page.locator("[aria-invalid=true]").first
    expect(invalid).to_be_visible()


def test_in_forced_colours_ticked_chosen_current_and_bell_are_seen(guide, server, sign_in):
    page = guide(**LOOKS["forced"])
    for here, other in (("ticked", "checkbox"), ("current-tab", "tab"), ("current-nav", "nav")):
        assert ground(page, here) != ground(page, other), here
    chosen, other = [
        label.evaluate("e => getComputedStyle(e).backgroundColor") for label in page.locator("#switch label").all()[:2]
    ]
    assert chosen != other
    ada = sign_in(server, "ada", "/admin", **LOOKS["forced"])
    bell = ada.locator("#unread")
    with_bell = bell.screenshot()
    ada.evaluate("() => document.styleSheets[0].insertRule('#unread::before { visibility: hidden }')")
    assert bell.screenshot() != with_bell, "there is no bell"


def ground(page: Page, name: str) -> object:
    if name in ("ticked", "checkbox"):
        return picture(page, sample(page, name))
    return sample(page, name).evaluate("e => getComputedStyle(e).backgroundColor")


def test_there_is_no_such_page_in_production(servers, stranger):
    server = servers(DESK_ENV="production", DESK_HOSTS="127.0.0.1")
    client = server.client()
    for path in ("/styleguide", "/styleguide/states.css"):
        assert client.get(path).status_code == 404
