from __future__ import annotations

from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.db import Row


class Device(Row, tablename="device"):
    """A browser in which a person has signed in before."""

    id = Serial(primary_key=True)
    person = Integer()
    token_hash = Varchar(length=64)
    network = Varchar(length=64)
    """From which they signed in there last (web/addresses.py)."""
    created_at = Timestamptz()
    seen_at = Timestamptz()
