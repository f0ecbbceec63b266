"""What the domains declare, found by the names of their files: tables in `tables.py`, pages in `pages.py`, controllers
in `pages.py` and `actions.py`. There is no list to add to: what stands in its file is part of the desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from litestar import Controller

from app.db import Row
from app.live.views import Page

HERE = Path(__file__).parent

Declared = TypeVar("Declared")


def tables() -> list[type[Row]]:
    return list(_classes("tables", Row))


def controllers() -> list[type[Controller]]:
    return [*_classes("pages", Controller), *_classes("actions", Controller)]


def pages() -> list[Page]:
    """Every live page: an instance, by which its handler names it too."""
    return [value for _, value in _values("pages") if isinstance(value, Page)]


def _classes(file: str, base: type[Declared]) -> Iterator[type[Declared]]:
    """Those that the files of this name define; what they import from elsewhere is not theirs."""
    for module, value in _values(file):
        if isinstance(value, type) and issubclass(value, base) and value.__module__ == module:
            yield value


def _values(file: str) -> Iterator[tuple[str, Any]]:
    for path in sorted(HERE.glob(f"*/{file}.py")):
        module = import_module(f"app.{path.parent.name}.{file}")
        yield from ((module.__name__, value) for value in vars(module).values())
