"""From a DATABASE_URL to the engine that serves it."""

from __future__ import annotations

from functools import cache
from typing import Any

from piccolo.engine.base import Engine
from piccolo.engine.finder import engine_finder

from app.db.postgres import PooledPostgresEngine
from app.db.sqlite import KeptSQLiteEngine

AnyEngine = KeptSQLiteEngine | PooledPostgresEngine


def engine_for(url: str) -> AnyEngine:
    """The engine for a URL that the settings have already checked."""
    if url.startswith("sqlite:"):
        return KeptSQLiteEngine(path=url.removeprefix("sqlite:///"))
    return PooledPostgresEngine(config={"dsn": url})


@cache
def engine() -> AnyEngine:
    """The engine of this process, as piccolo_conf.py names it."""
    configured: Engine[Any] | None = engine_finder()
    assert isinstance(configured, KeptSQLiteEngine | PooledPostgresEngine), "piccolo_conf.py names no engine of ours"
    return configured
