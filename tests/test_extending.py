"""docs/extending.md: each worked example is applied to a copy of the tree, exactly as it stands there, and used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import ROOT, Databases, run_app
from tests.live.pages import LivePage
from tests.live.people import People
from tests.server import Server

PARTS = ("app", "docs", "static", "templates", "tests", "piccolo_conf.py", "pyproject.toml")
BLOCK = re.compile(r"^(?:New file `(?P<path>[^`]+)`:\n\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
EXAMPLES = ("A new transition", "A new list")
BEING_WRITTEN = ("*.pyc.*", "*.tmp")
"""Modules and templates that another process is just compiling: under these names they are gone in a moment."""


@pytest.mark.parametrize("title", EXAMPLES)
def test_each_example_fits_the_tree_as_it_is_without_the_other(title: str) -> None:
    for block in blocks_of(title):
        if block["path"]:
            assert not (ROOT / block["path"]).exists()
        elif block["language"] == "diff":
            changed(ROOT, block["text"])


def test_both_examples_work_in_a_copy_that_passes_its_own_tests(tmp_path: Path, database: Databases) -> None:
    """One copy with both, in their order; each is used as if it were alone. One test for all of it, as a copy, its
    compiling, its database and its server take longer than their use, and each worker that runs one makes them anew."""
    tree = copy_of_the_tree(tmp_path / "copy")
    transition, new_list = [apply(tree, title) for title in EXAMPLES]
    assert transition == {
        "app/codes/events.py", "app/codes/tables.py", "docs/matrix.md", "tests/live/test_matrix.py"
    }  # fmt: skip
    assert len(new_list) <= 8, new_list
    check_the_copy(tree, "CodeHeld or PaymentReceived or PaymentRefunded")
    with served_by(tree, database.fresh(), tmp_path / "server.log") as people:
        check_the_matrix(people)
        check_the_transition(people)
        check_the_list(people)


def copy_of_the_tree(folder: Path) -> Path:
    """With what is compiled of it, which stays valid, as the copies are as old as the files."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(*BEING_WRITTEN))
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy(ROOT / part, folder / part)
    return folder


def apply(tree: Path, title: str) -> set[str]:
    """Does what one section of the document shows; gives the files that are new or different."""
    before = contents(tree)
    for block in blocks_of(title):
        if block["path"]:
            assert not (tree / block["path"]).exists()
            (tree / block["path"]).parent.mkdir(exist_ok=True)
            (tree / block["path"]).write_text(block["text"])
        elif block["language"] == "diff":
            change(tree, block["text"])
        else:
            assert block["language"] == "sh"
            way = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
            subprocess.run(block["text"], shell=True, check=True, cwd=tree, env=os.environ | way)
    after = contents(tree)
    assert before.keys() <= after.keys()
    return {path for path, content in after.items() if before.get(path) != content}


def blocks_of(title: str) -> list[re.Match[str]]:
    [section] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", (ROOT / "docs/extending.md").read_text(), re.M | re.S)
    blocks = list(BLOCK.finditer(section))
    assert section.count("```") == 2 * len(blocks) > 0
    return blocks


def contents(tree: Path) -> dict[str, bytes]:
    files = (path for path in tree.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(tree)): path.read_bytes() for path in files}


def change(tree: Path, diff: str) -> None:
    path, text = changed(tree, diff)
    path.write_text(text)


def changed(tree: Path, diff: str) -> tuple[Path, str]:
    """A file by a unified diff whose hunks fit at one place each, wherever that has moved to."""
    head, *hunks = re.split(r"^@@.*\n", diff, flags=re.M)
    path = tree / re.findall(r"^\+\+\+ b/(.+)$", head, re.M)[0]
    text = path.read_text()
    for hunk in hunks:
        lines = hunk.splitlines()
        old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        assert text.count(old) == 1, f"{path}: this stands there {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    return path, text


def check_the_copy(tree: Path, new_events: str) -> None:
    """Its own tests: of its structure, and of the matrix and the doors with what is new, which speaks English only."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    tests = ["tests/test_structure.py", "tests/live/test_matrix.py", "tests/db/test_migrations.py", "tests/doors"]
    tests.append("tests/quotas/test_quotas.py")
    chosen = f"(not (test_each_name_reaches or doors or quotas) or every_route or payments or {new_events})"
    chosen += " and not language"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *tests],
        cwd=tree, env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]


@contextmanager
def served_by(tree: Path, url: str, log: Path) -> Iterator[People]:
    """Migrates a database that the desk of today has made, and serves the copy on it."""
    run_app(url, "-m", "app", "migrate", root=tree)
    with Server(url, log=log, root=tree) as server:
        yield People(server)


def check_the_matrix(people: People) -> None:
    """Both examples stand in what the copy prints."""
    matrix = run_app(people.server.database_url, "-m", "app", "matrix", root=people.server.root).stdout
    for event in ("CodeHeld", "PaymentReceived", "PaymentRefunded"):
        assert f"| {event} |" in matrix


def check_the_transition(people: People) -> None:
    code = people.generates()
    row = f"code-{code['id']}"
    with (
        LivePage(people.server, people.browser["ada"], "/admin/codes") as all_codes,
        LivePage(people.server, people.browser["ada"], "/admin/codes?status=held") as held_codes,
        LivePage(people.server, people.browser["bob"], "/") as bobs,
    ):
        assert ">Hold<" in people.ask("ada", "GET", f"/admin/codes/{code['id']}/actions").text
        people.acts("hold", code, who="grace")
        until_it_says(all_codes, row, "Held")
        until_it_says(held_codes, row, "Held")
        until_it_says(bobs, row, "Held")
        until_it_says(bobs, "toasts", f"Your code {code['code']} is on hold")
        assert ">Hold<" not in people.ask("ada", "GET", f"/admin/codes/{code['id']}/actions").text
        people.acts("activate", code, who="grace")
        held_codes.until(lambda: text_of(held_codes, row) == "", "the row's end")
        for page in (all_codes, held_codes, bobs):
            page.until_position(people.broadcasts())
            page.assert_up_to_date()


def check_the_list(people: People) -> None:
    bobs_account, eves_account = people.has_account("bob"), people.has_account("eve")
    with (
        LivePage(people.server, people.browser["ada"], "/admin/payments") as payments,
        LivePage(people.server, people.browser["ada"], "/admin/payments?status=received&q=bob") as bobs_received,
        LivePage(people.server, people.browser["bob"], "/") as bobs,
        LivePage(people.server, people.browser["eve"], "/") as eves,
    ):
        assert "Payments" in text_of(payments, "page")
        assert "/admin/payments" not in people.ask("bob", "GET", "/").text
        assert people.ask("bob", "GET", "/admin/payments").status_code == 403
        paid = people.do("grace", "/api/admin/payments", account_id=bobs_account, cents=4990)
        other = people.do("grace", "/api/admin/payments", account_id=eves_account, cents=1200)
        row = f"payment-{paid['id']}"
        until_it_says(payments, row, "$49.90")
        until_it_says(payments, f"payment-{other['id']}", "$12.00")
        until_it_says(bobs_received, row, "Received")
        until_it_says(bobs, "toasts", "We have received $49.90")
        assert bobs_received.document.rows("payments") == [row]
        people.do("grace", "/api/admin/payments/refund", payment_id=paid["id"])
        until_it_says(payments, row, "Refunded")
        bobs_received.until(lambda: bobs_received.document.rows("payments") == [], "the row's end")
        again = people.ask("grace", "POST", "/api/admin/payments/refund", payment_id=paid["id"])
        assert again.status_code == 409
        for page in (payments, bobs_received, bobs, eves):
            page.until_position(people.broadcasts())
            page.assert_up_to_date()
        assert "49.90" not in text_of(eves, "page") + text_of(eves, "toasts")
    activity = people.ask("ada", "GET", "/admin/activity?status=PaymentRefunded").json()["items"]
    assert [entry["text"] for entry in activity] == ["grace refunded $49.90 to bob for MT5 12345678"]


def text_of(page: LivePage, element: str) -> str:
    """Empty where it is not on the page."""
    on_page = page.document.find(element)
    return " ".join(on_page.text_content().split()) if on_page is not None else ""


def until_it_says(page: LivePage, element: str, words: str) -> None:
    page.until(lambda: words in text_of(page, element), f"{words!r} in #{element}")
