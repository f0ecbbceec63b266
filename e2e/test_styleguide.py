"""All controls on one page, in each of their states: what it shows is what a pointer and a keyboard do, and every state
can be seen, in the light, in the dark and in forced colours."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from pathlib import Path

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
    "small", "csv", "open",
)  # fmt: skip
CONTROLS = (
    *GIVE_WAY, "input", "wrong", "email", "password", "number", "date", "search-field", "textarea", "select",
    "checkbox", "ticked", "file", "current-tab", "current-nav",
)  # fmt: skip
CAN_BE_DISABLED = ("button", "primary", "danger", "quiet", "promoted", "input", "textarea", "select")
STATES = {"focused": ("is-focus",), "pointed at": ("is-hover",), "pressed": ("is-hover", "is-pressed")}
"""Who presses points, too."""
TALL = {"width": 1300, "height": 4000}
"""All controls at once: nothing is scrolled to."""


def sample(page: Page, name: str, state: int = 0) -> Locator:
    """0: at rest, then pointed at, focused, pressed, busy, disabled."""
    return page.locator(f"#{name} > td").nth(state).locator(CONTROL).first


CONTROL = "button, a, input, textarea, select, summary"
EACH = f"""(names, change) => names.forEach(name =>
  change(document.querySelector(`#${{name}} > td`).querySelector('{CONTROL}')))"""
DIFFERENT = """async ([before, after, boxes]) => {
  const pixels = async png => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height)
      .getContext('2d', {willReadFrequently: true});
    canvas.drawImage(picture, 0, 0);
    return box => canvas.getImageData(...box).data;
  };
  const [one, other] = [await pixels(before), await pixels(after)];
  return boxes.map(box => {
    const was = one(box);
    return other(box).some((light, place) => Math.abs(light - was[place]) > 5);
  });
}"""
"""Of each box whether two pictures differ in it, by more than corners do that are drawn twice."""


class Pictures:
    """What changes in the picture of each control when it changes: all at once, each in its place."""

    def __init__(self, page: Page, blank: Page) -> None:
        self._page, self._blank = page, blank
        self._rest = self._taken()

    def _taken(self) -> str:
        png = self._page.screenshot(animations="disabled", caret="hide")
        return base64.b64encode(png).decode()

    def unchanged(self, names: Iterable[str], change: str, back: str) -> list[str]:
        """Those that look the same after `change`, JavaScript for `each`; with what lies around them, as an outline is
        outside of its box."""
        names = list(names)
        boxes = []
        for box in self._page.evaluate(f"names => {{ const all = []; ({EACH})(names, {BOX}); return all; }}", names):
            boxes.append([round(box[0]) - 5, round(box[1]) - 5, round(box[2]) + 10, round(box[3]) + 10])
        self._page.evaluate(f"names => ({EACH})(names, each => {{ {change} }})", names)
        after = self._taken()
        self._page.evaluate(f"names => ({EACH})(names, each => {{ {back} }})", names)
        different = self._blank.evaluate(DIFFERENT, [self._rest, after, boxes])
        return [name for name, is_different in zip(names, different, strict=True) if not is_different]


AFTER = """each => {{
  const cells = each.closest('.styleguide > tbody > tr').querySelectorAll(':scope > td');
  const other = cells[{state}].querySelector(each.tagName);
  if ({state} === 3) other.classList.add('is-hover');
  return ({style})(other);
}}"""
"""How the same control looks in the cell of a state; who presses points, too."""
BOX = "each => { const box = each.getBoundingClientRect(); all.push([box.x, box.y, box.width, box.height]); }"

STYLE = """each => {
  const of = getComputedStyle(each);
  return ['color', 'backgroundColor', 'borderTopColor', 'borderRadius', 'boxShadow', 'filter', 'translate',
    'textDecorationLine', 'textDecorationThickness', 'outlineStyle', 'outlineWidth', 'outlineColor',
    'outlineOffset'].map(name => `${name}: ${of[name]}`);
}"""


MIDDLE = """each => {
  const {x, y, width, height} = each.getClientRects()[0];
  return [x + width / 2, y + height / 2];
}"""
"""Of its first line."""


def style(control: Locator) -> list[str]:
    return list(control.evaluate(STYLE))


def of_all(page: Page, names: Iterable[str], look: str) -> dict[str, list[str]]:
    """What `look`, a function in JavaScript, gives for each control."""
    return dict(
        page.evaluate(f"names => {{ const all = {{}}; names.forEach(name => ({EACH})([name], each => {{"
                      f" all[name] = ({look})(each); }})); return all; }}", list(names))
    )  # fmt: skip


def by_pointer(page: Page, control: Locator) -> tuple[list[str], list[str]]:
    """How it looks when it is pointed at, and pressed."""
    page.mouse.move(*control.evaluate(MIDDLE))
    pointed = style(control)
    page.mouse.down()
    pressed = style(control)
    page.mouse.move(0, 0)
    page.mouse.up()
    control.blur()
    return pointed, pressed


def by_keyboard(page: Page) -> dict[str, list[str]]:
    """How each control looks when it is focused."""
    page.keyboard.press("Tab")  # what is focused next is so by the keyboard
    return of_all(
        page, CONTROLS, f"each => {{ each.focus(); const look = ({STYLE})(each); each.blur(); return look; }}"
    )


@pytest.fixture
def guide(server, stranger):
    def opened(**look):
        page = stranger(server, reduced_motion="reduce", viewport=TALL, **look).new_page()
        page.goto("/styleguide")
        assert page.evaluate("() => document.documentElement.scrollHeight") <= TALL["height"]
        return page

    return opened


@pytest.mark.parametrize("look", LOOKS)
def test_every_state_can_be_seen(guide, stranger, server, look):
    page = guide(**LOOKS[look])
    pictures = Pictures(page, stranger(server).new_page())
    assert pictures.unchanged(CONTROLS, "", "") == list(CONTROLS)
    for state, classes in STATES.items():
        names = CONTROLS if state == "focused" else GIVE_WAY
        add, remove = [f"each.classList.{verb}{classes!r}".replace(",)", ")") for verb in ("add", "remove")]
        unseen = pictures.unchanged(names, add, remove)
        # What is pointed at keeps its colours where they are forced.
        assert unseen == [] or (look == "forced" and state == "pointed at"), f"nobody sees that they are {state}"
    unseen = pictures.unchanged(CAN_BE_DISABLED, "each.disabled = true", "each.disabled = false")
    assert unseen == [], "nobody sees that they are disabled"
    busy, still = [sample(page, "quiet", state).evaluate("e => getComputedStyle(e).color") for state in (4, 0)]
    assert busy == still, "what is busy can still be read"
    if look == "forced":  # where the browser has a word in it, too
        rest = of_all(page, CONTROLS, STYLE)
        unseen = [name for name, focused in by_keyboard(page).items() if focused == rest[name]]
        assert unseen == [], "nobody sees that they are focused"
    pressed = "each.classList.add('is-pressed')"
    page.evaluate(f"names => ({EACH})(names, each => each.classList.add('is-hover'))", list(GIVE_WAY))
    pictures = Pictures(page, stranger(server).new_page())
    assert pictures.unchanged(GIVE_WAY, pressed, "") == [], "they do not give way"


def test_what_the_page_shows_of_a_state_is_what_the_desk_does(guide):
    page = guide(**LOOKS["light"])
    shown = {state: of_all(page, CONTROLS, AFTER.format(state=state, style=STYLE)) for state in (1, 2, 3)}
    for name, focused in by_keyboard(page).items():
        assert shown[2][name] == focused, f"{name}, focused"
    for name in GIVE_WAY:
        pointed, pressed = by_pointer(page, sample(page, name))
        assert shown[1][name] == pointed, f"{name}, pointed at"
        assert shown[3][name] == pressed, f"{name}, pressed"


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
        return sample(page, name).screenshot(animations="disabled")
    return sample(page, name).evaluate("e => getComputedStyle(e).backgroundColor")


def test_there_is_no_such_page_in_production(servers, stranger):
    server = servers(DESK_ENV="production", DESK_HOSTS="127.0.0.1")
    client = server.client()
    for path in ("/styleguide", "/styleguide/states.css"):
        assert client.get(path).status_code == 404
