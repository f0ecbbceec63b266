"""A list as CSV (RFC 4180), portion by portion: what it costs in memory does not grow with the list."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from app.live.batch import Rows
from app.live.listing import Listing

PORTION = 200
"""Rows that are read together, some 4 ms of work; then other tasks run."""
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is worked out by a spreadsheet (OWASP, CSV Injection); by some also with the signs of full
width, as Asian keyboards have them."""
MARK = "\ufeff"
"""By which spreadsheets know that it is UTF-8."""


async def as_csv(listing: Listing[Any]) -> AsyncIterator[bytes]:
    """From its first row on, under the names that JSON gives to what stands in a row."""
    fields = listing.csv_fields
    yield (MARK + _lines(fields, [dict(zip(fields, fields, strict=True))])).encode()
    portion: Listing[Any] | None = replace(listing.from_start(), size=PORTION)
    while portion is not None:
        window = await portion.window(PORTION + 1)
        rows = await portion.load(Rows(), window[:PORTION])
        items = await portion.file_items([rows[key] for key in window[:PORTION] if key in rows])
        if items:
            yield _lines(fields, items).encode()
        portion = await portion.following(window)


def _lines(fields: tuple[str, ...], items: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([_cell(item, field) for field in fields] for item in items)
    return written.getvalue()


def _cell(item: Mapping[str, Any], field: str) -> Any:
    value = item[field]
    return f"'{value}" if isinstance(value, str) and value.startswith(BEGINS_A_FORMULA) else value
