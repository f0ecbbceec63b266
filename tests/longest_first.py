"""What takes long begins first: else one process works on it alone while the others have nothing left."""

from __future__ import annotations

import os
from collections.abc import Collection

import pytest


def longest_first(items: list[pytest.Item], long: Collection[str]) -> None:
    """`long`: the stems of the files that hold it. Each process is given a stretch of the items, which begins with its
    share of them; all others keep their order, as neighbours may share what was set up."""
    longest = [item for item in items if item.path.stem in long]
    others = [item for item in items if item.path.stem not in long]
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    stretch = -(-len(items) // processes)
    items.clear()
    for number in range(processes):
        mine = longest[number::processes]
        items += mine + others[: stretch - len(mine)]
        del others[: stretch - len(mine)]
    items += others
