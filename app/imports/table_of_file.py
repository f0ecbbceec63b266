"""A file of accounts, as rows: what a spreadsheet makes of a table, whichever way it parts its columns."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from app.errors import MARKED, Invalid
from app.i18n.message import say

MOST_ROWS = 500
NEEDED = ("username", "platform", "account_number", "plan")
KNOWN = (*NEEDED, "product")
ALSO = {"owner": "username"}
"""As an export of the desk calls it."""
SEPARATORS = (",", ";", "\t")
LONGEST_CELL = 64


@dataclass(frozen=True)
class Wanted:
    """One account to be made."""

    line: int
    """Of the file, the heading being the first; of a row with line breaks in it, the first of its lines."""
    username: str
    platform: str
    account_number: str
    plan: str
    product: str

    @property
    def same(self) -> tuple[str, ...]:
        """Equal for rows that ask for the same."""
        return self.username, self.platform, self.account_number, self.product


def parsed(text: str) -> list[Wanted]:
    """Raises Invalid for what is no such table, or has too many rows."""
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > MOST_ROWS + 1:
        raise _refused(say("A file may have {most} rows, with a heading above them.", most=MOST_ROWS))
    heading = lines[0] if lines else ""
    separator = max(SEPARATORS, key=heading.count)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rows, begins = {}, 1
    try:
        for row in reader:
            rows[begins], begins = row, reader.line_num + 1
    except csv.Error as error:
        raise _refused(say("This is no CSV: {error}.", error=error)) from None
    names = [ALSO.get(name, name) for name in (name.strip().lower() for name in rows.pop(1, [])[:50])]
    if missing := [name for name in NEEDED if name not in names]:
        raise _refused(
            say(
                "The first line must name the columns: {needed}, and perhaps product. Missing: {missing}.",
                needed=", ".join(NEEDED), missing=", ".join(missing),
            )
        )  # fmt: skip
    places = {name: names.index(name) for name in KNOWN if name in names}
    wanted = [_row(line, row, places) for line, row in rows.items() if any(cell.strip() for cell in row)]
    if not wanted:
        raise _refused(say("There is no row below the heading."))
    return wanted


def _row(line: int, row: list[str], places: dict[str, int]) -> Wanted:
    cells = {name: row[place].strip()[:LONGEST_CELL] if place < len(row) else "" for name, place in places.items()}
    # A spreadsheet keeps a number from being worked out by a sign before it, as our own files do.
    plain = {name: cell.removeprefix("'") for name, cell in cells.items()}
    return Wanted(
        line, plain["username"].lower(), plain["platform"].lower(), plain["account_number"], plain["plan"].lower(),
        plain.get("product", "").lower(),
    )  # fmt: skip


def _refused(why: str) -> Invalid:
    return Invalid(MARKED, {"csv": why})
