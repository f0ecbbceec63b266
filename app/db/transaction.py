"""One transaction around a verb, with what must be written just before its commit and published just after."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from app.db.engine import engine


class Transaction:
    """`before_commit` runs inside, last; `after_commit` runs when the rows are visible to everybody."""

    __slots__ = ("after_commit", "before_commit", "state")

    def __init__(self) -> None:
        self.before_commit: list[Callable[[], Awaitable[None]]] = []
        self.after_commit: list[Callable[[], None]] = []
        self.state: dict[str, Any] = {}
        """What others keep of this transaction, by a key of their own."""


_current: ContextVar[Transaction | None] = ContextVar("desk_transaction", default=None)


def current_transaction() -> Transaction:
    """The transaction that is open here; raises RuntimeError outside one."""
    if (transaction := _current.get()) is None:
        raise RuntimeError("this needs a transaction: `async with transaction():`")
    return transaction


def open_transaction() -> Transaction | None:
    """The same; None outside one."""
    return _current.get()


@asynccontextmanager
async def transaction() -> AsyncIterator[Transaction]:
    """Opens a transaction, or joins the one that is open: then an error must not be swallowed in between.

    Whoever opened it passes on what was committed: a row that a verb wrote bears its transaction (`Row.written_in`).
    """
    if (outer := _current.get()) is not None:
        yield outer
        return
    inner = Transaction()
    token = _current.set(inner)
    try:
        async with engine().transaction():
            yield inner
            for write in inner.before_commit:
                await write()
    finally:
        _current.reset(token)
    for publish in inner.after_commit:
        publish()
