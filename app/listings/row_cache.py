"""Rows as they were rendered, by their version: a list of fifty shows mostly what it showed a moment ago."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from app.i18n.locale import Locale
from app.i18n.times import today_in
from app.listings.row import OwnedRow
from app.live.time_slice import TimeSlice
from app.templating import render

MOST_KEPT = 10_000
"""Rows of a process, of about a kilobyte each; the least recently used goes."""

_kept: OrderedDict[tuple[Any, ...], Markup] = OrderedDict()


def render_row(template: str, row: OwnedRow, locale: Locale) -> Markup:
    """The template knows the row by the name under which events do. What it says of time changes with the day."""
    # An id alone is not enough: SQLite gives that of a deleted newest row again.
    key = template, locale, today_in(locale), row.id, row.created_at, row.render_key
    html = _kept.get(key)
    if html is None:
        html = _kept[key] = render(template, locale, **{row.event_field: row})
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    else:
        _kept.move_to_end(key)
    return html


async def render_rows(template: str, rows: Sequence[OwnedRow], locale: Locale) -> list[Markup]:
    html, time_slice = [], TimeSlice()
    for row in rows:
        html.append(render_row(template, row, locale))
        if time_slice.is_over:
            await time_slice.yield_to_loop()
    return html
