"""The rooms of the house (DESIGN): who may import whom, and what may not stand in the markup."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta

from app.templating import _environment
from tests.live.html import Element, parse

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"

DOMAINS = sorted(
    {path.parent.name for path in APP.glob("*/*.py") if path.name in ("events.py", "pages.py", "tables.py")}
)
NOTIFICATIONS = ("inbox", "notes", "toasts", "audit", "log_listing", "retention", "undo", "unread", "seen")
"""What this domain has besides: each is a part of what elsewhere are regions or tables."""
RECORDS = ("accounts", "licences", "people", "timeline")
"""The parts of its pages that the domain of records has instead of regions."""
MOST_LINES = 210
LONG = {
    "accounts/tables.py", "people/tables.py", "codes/tables.py", "requests/tables.py", "products/tables.py",
    "live/hub.py", "live/relay.py",
}  # fmt: skip
"""Files that are longer for a reason: a table with all its verbs, the two machines of the live side."""


def files() -> list[Path]:
    return [path for path in sorted(APP.rglob("*.py")) if "migrations" not in path.parts]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


KNOWN = {module(path) for path in files()}


def imports(path: Path) -> set[str]:
    """Modules of the application that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            names |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in names if name in KNOWN}


@cache
def all_imports() -> dict[str, set[str]]:
    """By module. Not read when this file is: each worker does that, and one runs the tests."""
    return {module(path): imports(path) for path in files()}


def of(pattern: str) -> Iterator[tuple[str, set[str]]]:
    """Every module that matches, with what it imports; there must be one."""
    matching = [(name, imported) for name, imported in all_imports().items() if re.fullmatch(pattern, name)]
    assert matching, pattern
    yield from matching


DOMAIN = rf"app\.({'|'.join(DOMAINS)})"


FLOORS = (
    {"clock", "environment", "origins", "supervisor"},
    {"i18n"},
    {"errors", "labels", "limits", "settings"},
    {"db", "licences", "templating"},
    {"live"},
    {"rooms", "topics", "web"},
    {"events"},
    {"calendar"},
    {"listings"},
    {*DOMAINS, "robots"} - {"calendar"},
    {"domains", "frame", "matrix", "scheduler", "words", "piccolo_app", "migrate", "seed"},
    {"command_help", "main", "operations", "robot_commands"},
    {"asgi", "cli", "__main__", "migrations"},
)
"""The house from below: a part imports only from its own floor and those under it."""


def part(name: str) -> str:
    return name.split(".")[1] if "." in name else name


def floor(name: str) -> int:
    numbers = [number for number, parts in enumerate(FLOORS) if part(name) in parts]
    assert len(numbers) == 1, f"{name} stands on {len(numbers)} floors"
    return numbers[0]


def test_imports_run_one_way() -> None:
    above = [
        f"{name} imports {other}, which is built upon it"
        for name in sorted(KNOWN - {"app"})
        for other in all_imports()[name] - {"app"}
        if floor(other) > floor(name)
    ]
    assert above == []


@pytest.mark.parametrize("number", range(len(FLOORS)))
def test_no_parts_of_one_floor_import_one_another_in_a_circle(number: int) -> None:
    reached = {
        here: {
            part(other)
            for name, imported in all_imports().items()
            if part(name) == here
            for other in imported
            if part(other) != here
        }
        & FLOORS[number]
        for here in FLOORS[number]
    }

    def visit(here: str, way: tuple[str, ...]) -> None:
        assert here not in way, " -> ".join([*way, here])
        for other in reached[here]:
            visit(other, (*way, here))

    for here in reached:
        visit(here, ())


ALLOWED = {
    "events": {"refusals"},
    "tables": {"events", "tables", "passwords", "names", "emails", "caller", "table_of_file"},
    "regions": {"events", "tables", "regions", "refusals", "listing", *NOTIFICATIONS},
    "pages": {
        "events",
        "tables",
        "regions",
        "by_end",
        "lists",
        "acting",
        "portions",
        "table_of_file",
        *RECORDS,
        "pages",
        "passwords",
        "names",
        "emails",
        *NOTIFICATIONS,
    },
}
"""Of other files of the domains: pages, actions -> regions, tables -> events."""


@pytest.mark.parametrize("kind", ALLOWED)
def test_within_the_domains_imports_run_from_pages_to_events(kind: str) -> None:
    for name, imported in of(rf"{DOMAIN}\.{kind}"):
        known = {other.rsplit(".", 1)[1] for other in imported if re.fullmatch(rf"{DOMAIN}\.\w+", other)}
        assert known <= ALLOWED[kind], name


def test_tables_know_nothing_of_pages_and_sockets() -> None:
    for name, imported in of(rf"{DOMAIN}\.tables"):
        live = {other for other in imported if other.startswith("app.live.")}
        assert live <= {"app.live.event", "app.live.log"}, name
        assert not [other for other in imported if part(other) == "web"], name


@pytest.mark.parametrize("machine", ["hub", "relay", "replay", "socket", "writers", "protocol"])
def test_only_main_and_the_answers_touch_the_machines_of_the_live_side(machine: str) -> None:
    users = {name for name, imported in all_imports().items() if f"app.live.{machine}" in imported}
    assert {name for name in users if part(name) != "live"} <= {"app.main", "app.web.responses"}


def test_no_modules_import_one_another_in_a_circle() -> None:
    packages = {name for name in KNOWN if any(other.startswith(f"{name}.") for other in KNOWN)}
    clear: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in clear:
            for other in all_imports()[name] - packages:
                visit(other, (*way, name))
            clear.add(name)

    for name in KNOWN - packages:
        visit(name, ())


def test_a_file_can_be_read_in_one_sitting() -> None:
    lines = {str(path.relative_to(APP)): len(path.read_text().splitlines()) for path in files()}
    assert {name: many for name, many in lines.items() if many > MOST_LINES and name not in LONG} == {}


def markup() -> list[Path]:
    templates = sorted(TEMPLATES.rglob("*.html"))
    assert len(templates) > 30
    return [*templates, *sorted((ROOT / "static").glob("*.html"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


NOT_IN_MARKUP = {
    "a script of our own": r"<script(?![^>]*\bsrc=)[^>]*>",
    "a style": r"<style\b|\sstyle\s*=",
    "a handler": r"\son[a-z]+\s*=",
    "script in an attribute": r"javascript:|\bjs:|hx-on\b|hx-on:|hx-vals=['\"]js|hx-live",
    "something from another host": r"(src|href)=[\"'](https?:)?//",
}


def test_no_script_and_no_style_stand_in_the_markup() -> None:
    texts = {named(path): re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S) for path in markup()}
    found = [
        f"{what} in {name}"
        for name, text in texts.items()
        for what, pattern in NOT_IN_MARKUP.items()
        if re.search(pattern, text)
    ]
    assert found == []


PUSHED = re.compile(
    r".*(row|latest|broadcasts|stats|ending|waiting|waiting_list|waiting_updates|pager|toast|unread|rendered"
    r"|seen_form|trends|renewals|connection_live|connection_unavailable|pause|refetch|barrier|ended_\w+)\.html"
)
FRAGMENTS = [path for path in markup() if PUSHED.fullmatch(path.name)]
WITH_A_ROOT = [
    path for path in FRAGMENTS if not re.match(r"connection|pause|refetch|waiting_updates|barrier|ended", path.name)
]
"""The others fill an element that is always on the page."""


@pytest.mark.parametrize("path", WITH_A_ROOT, ids=named)
def test_a_fragment_has_one_root_and_the_root_has_an_id(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%-? *macro.*?endmacro *-?%\}|\{%.*?%\}", "", path.read_text(), flags=re.S)
    roots = parse(re.sub(r"\{\{.*?\}\}", "7", text).strip()).content
    assert len(roots) == 1
    assert isinstance(roots[0], Element)
    assert roots[0].get("id")


@pytest.mark.parametrize("path", FRAGMENTS, ids=named)
def test_a_fragment_knows_its_room_and_neither_its_reader_nor_whether_it_is_pushed(path: Path) -> None:
    needed = meta.find_undeclared_variables(_environment("en").parse(path.read_text()))
    assert not needed & {"person", "user", "current_user", "reader", "push", "pushed", "full_page", "view"}
    assert not needed & {"url_for", "csrf_token", "csrf_input", "get_flashes"}, "these need an HTTP request"
