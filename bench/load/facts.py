"""Reads what a frame or a list says. Equal bytes are read once: the pages of a room get the same ones."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import zip_longest

from bench.load.pages import Facts

_MARK = re.compile(rb"mark-(\d+)")
_CURSOR = re.compile(rb'id="cursor"[^>]* value="(\d+)"')
_ROW = re.compile(rb'id="code-(\d+)"')
_STATUS = re.compile(rb"\b(pending|activated|completed|cancelled|expired)\b", re.IGNORECASE)


@lru_cache(maxsize=512)
def in_html(html: bytes) -> Facts:
    """The status of every code's row, the number of the last mark, and the position at which the page stands."""
    facts = mark(html)
    if cursor := _CURSOR.search(html):
        facts["cursor"] = cursor[1].decode()
    rows = list(_ROW.finditer(html))
    for row, after in zip_longest(rows, rows[1:]):
        if status := _STATUS.search(html, row.end(), after.start() if after else len(html)):
            facts[row[1].decode()] = status[1].decode().lower()
    return facts


@lru_cache(maxsize=512)
def in_json(body: bytes) -> Facts:
    """The status of every code of a list answer."""
    return {str(item["id"]): item["status"] for item in json.loads(body)["items"]}


def mark(body: bytes) -> dict[str, str]:
    """The highest number of a mark, if there is one."""
    numbers = _MARK.findall(body)
    return {"mark": max(numbers).decode()} if numbers else {}


def in_notice(html: bytes) -> Facts:
    """What a client of a crowd is told: the number of a mark, or an account's row. Frames of a crowd may all differ."""
    return {**mark(html), "account": "told"} if b'id="account-' in html else mark(html)
