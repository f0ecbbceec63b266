"""The rooms of the house (DESIGN): who may import whom, and what may not stand in the markup."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import meta

from app.templating import _environment
from tests.live.html import Element, parse

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"

DOMAINS = ("people", "codes", "accounts", "extensions", "notifications", "desk")
LAYERS = {"events": 0, "tables": 1, "wording": 2, "passwords": 0}
MOST_LINES = 210
LONG = {
    "accounts/tables.py",
    "codes/tables.py",
    "notifications/broadcasts.py",
    "people/tables.py",
    "live/regions.py",
    "web.py",
}
"""Files that are longer for a reason: one table with all its verbs, one region algorithm, one answer path."""


def files() -> list[Path]:
    return [path for path in sorted(APP.rglob("*.py")) if "migrations" not in path.parts]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Modules of the application that a file imports, wherever in it."""
    known = {module(file) for file in files()}
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in found if name in known}


IMPORTS = {module(path): imports(path) for path in files()}


def of(pattern: str) -> Iterator[tuple[str, set[str]]]:
    """Every module that matches, with what it imports; there must be one."""
    found = [(name, imported) for name, imported in IMPORTS.items() if re.fullmatch(pattern, name)]
    assert found, pattern
    yield from found


DOMAIN = rf"app\.({'|'.join(DOMAINS)})"


def test_live_knows_no_domain() -> None:
    for name, imported in of(r"app\.live(\..*)?"):
        assert not [other for other in imported if re.match(DOMAIN, other)], name


def test_the_database_layer_knows_nobody() -> None:
    for name, imported in of(r"app\.db(\..*)?"):
        assert {other for other in imported if not other.startswith("app.db")} <= {"app.clock", "app.settings"}, name


def test_events_import_only_what_an_event_is() -> None:
    for name, imported in of(rf"{DOMAIN}\.events"):
        assert imported <= {"app.live", "app.live.event"}, name


def test_tables_know_events_and_tables_but_no_page_no_action_and_no_broadcast() -> None:
    for name, imported in of(rf"{DOMAIN}\.tables"):
        known = {other for other in imported if re.match(DOMAIN, other)}
        assert all(other.count(".") == 1 or other.endswith((".tables", ".events", ".passwords")) for other in known), (
            name
        )
        assert {other for other in imported if other.startswith("app.live.")} <= {"app.live.event"}, name
        assert not imported & {
            "app.web.responses",
            "app.matrix",
            "app.listings.owned",
            "app.pages",
            "app.web.request_body",
        }, name


def test_broadcasts_know_no_page_and_no_action() -> None:
    for name, imported in of(rf"{DOMAIN}\.(broadcasts|toasts|wording)"):
        assert not [other for other in imported if other.endswith((".pages", ".actions"))], name
        assert not imported & {"app.web.responses", "app.pages"}, name


def test_pages_know_no_action() -> None:
    for name, imported in of(rf"(app|{DOMAIN})\.pages"):
        assert not [other for other in imported if other.endswith(".actions")], name


@pytest.mark.parametrize("machine", ["app.live.hub", "app.live.relay", "app.live.fragments", "app.live.socket"])
def test_only_the_live_side_touches_its_machines(machine: str) -> None:
    allowed = re.compile(rf"app\.live(\..*)?|{DOMAIN}\.(broadcasts|toasts)|app\.(web|refusals|main)")
    users = [name for name, imported in IMPORTS.items() if machine in imported]
    assert users, machine
    assert [name for name in users if not allowed.fullmatch(name)] == []


def test_only_main_the_matrix_and_the_seeds_know_everybody() -> None:
    for name, imported in of(r"app\.\w+"):
        domains = {other.split(".")[1] for other in imported if re.match(DOMAIN, other)}
        assert len(domains) < 4 or name in ("app.main", "app.matrix", "app.piccolo_app", "app.seed"), name


def test_no_modules_import_one_another_in_a_circle() -> None:
    packages = {name for name in IMPORTS if any(other.startswith(f"{name}.") for other in IMPORTS)}
    clear: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in clear:
            for other in IMPORTS[name] - packages:
                visit(other, (*way, name))
            clear.add(name)

    for name in set(IMPORTS) - packages:
        visit(name, ())


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(APP)))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    if str(path.relative_to(APP)) not in LONG:
        assert len(path.read_text().splitlines()) <= MOST_LINES


def markup() -> list[Path]:
    found = sorted(TEMPLATES.rglob("*.html"))
    assert len(found) > 30
    return [*found, *sorted((ROOT / "static").glob("*.html"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", markup(), ids=named)
def test_no_script_and_no_style_stand_in_the_markup(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), "a script of our own"
    assert not re.search(r"<style\b|\sstyle\s*=", text), "a style"
    assert not re.search(r"\son[a-z]+\s*=", text), "a handler"
    assert not re.search(r"javascript:|\bjs:|hx-on\b|hx-on:|hx-vals=['\"]js|hx-live", text), "script in an attribute"
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text), "something from another host"


PUSHED = re.compile(
    r".*(row|latest|broadcasts|stats|ending|waiting|waiting_list|waiting_updates|pager|toast|unread|cursor|rendered"
    r"|seen_form|connection_live|connection_unavailable|pause|refetch)\.html"
)
FRAGMENTS = [path for path in markup() if PUSHED.fullmatch(path.name)]
WITH_A_ROOT = [path for path in FRAGMENTS if not re.match(r"connection|pause|refetch|waiting_updates", path.name)]
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
    needed = meta.find_undeclared_variables(_environment().parse(path.read_text()))
    assert not needed & {"person", "user", "current_user", "reader", "push", "pushed", "whole", "view"}
    assert not needed & {"url_for", "csrf_token", "csrf_input", "get_flashes"}, "these need an HTTP request"
