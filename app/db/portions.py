"""One action on many rows, portion by portion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


async def in_portions(
    keys: Sequence[int], size: int, act: Callable[[Sequence[int]], Awaitable[list[Item]]], ends: type[Exception]
) -> list[Item]:
    """`act` on each portion, which is a transaction of its own: all or none. One that fails with `ends`, as somebody
    was first, is the last; what was done before stays, and of the first the error is raised."""
    done: list[Item] = []
    for first in range(0, len(keys), size):
        try:
            done += await act(keys[first : first + size])
        except ends:
            if not done:
                raise
            break
    return done
