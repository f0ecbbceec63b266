"""All controls on one page, in each of their states: what it shows is what a pointer and a keyboard do, and every state
can be seen, in the light, in the dark and in forced colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

LOOKS = {
    "light": {"color_scheme": "light"}, "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}  # fmt: skip
GIVE_WAY = ("button", "primary", "danger", "quiet", "promoted", "nav")
CONTROLS = (
    *GIVE_WAY,
    "input",
    "wrong",
    "textarea",
    "select",
    "checkbox",
    "ticked",
    "tab",
    "current-tab",
    "current-nav",
)
FEW = ("button", "primary", "quiet", "input", "ticked", "nav")


def sample(page: Page, name: str, state: int = 0) -> Locator:
    """0: at rest, then pointed at, focused, pressed, busy."""
    return page.locator(f"#{name} td").nth(state).locator("button, a, input, textarea, select").first


def picture(page: Page, control: Locator) -> bytes:
    """With what lies around it: an outline is outside of its box."""
    box = control.bounding_box()
    assert box is not None
    clip = {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}
    return page.screenshot(clip=clip, animations="disabled", caret="hide")


STYLE = """each => {
  const of = getComputedStyle(each);
  return ['color', 'backgroundColor', 'borderTopColor', 'borderRadius', 'boxShadow', 'filter', 'translate',
    'outlineStyle', 'outlineWidth', 'outlineColor', 'outlineOffset'].map(name => `${name}: ${of[name]}`);
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
        page = stranger(server, reduced_motion="reduce", viewport={"width": 1100, "height": 1400}, **look).new_page()
        page.goto("/styleguide")
        return page

    return opened


@pytest.mark.parametrize("look", LOOKS)
def test_every_state_can_be_seen(guide, look):
    page = guide(**LOOKS[look])
    for name in CONTROLS if look == "light" else FEW:
        control = sample(page, name)
        rest, focused = picture(page, control), by_keyboard(page, control, picture)
        assert focused != rest, f"nobody sees the focus on {name}"
        if name in GIVE_WAY:
            pointed, pressed = by_pointer(page, control, picture)
            assert pressed not in (rest, pointed), f"{name} does not give way"
            assert look == "forced" or pointed != rest, f"nobody sees that {name} is pointed at"
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
