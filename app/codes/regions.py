from __future__ import annotations

from collections.abc import Sequence

from app import rooms
from app.calendar.events import new_day_in
from app.codes.tables import TRANSITIONS, TradingCode
from app.db.keyset import count, next_newer_ids
from app.listings.counts import MOST
from app.listings.short_list import ShortList, Shown
from app.live.batch import Batch
from app.live.fragments import Partial, Partials
from app.live.log import LogEntry
from app.live.rooms import Channel
from app.live.views import Reader
from app.selections.listing import BulkAction, SelectableListing
from app.templating import render
from app.topics import CODES_UPDATED

MOST_WAITING = 8
"""Codes in the dashboard's short list."""


class CodeListing(SelectableListing[TradingCode]):
    table = TradingCode
    key_name = "code"
    folder = "codes"
    csv_fields = (
        "id", "code", "owner", "platform", "account_number", "plan", "product", "status", "created_at",
    )  # fmt: skip
    row_element = "code"
    topic = CODES_UPDATED
    id_field = "code_id"
    bulk = {
        name: BulkAction(transition.start, asks=transition.consequence is not None)
        for name, transition in TRANSITIONS.items()
    }

    async def _patch_rows(self, batch: Batch, entries: Sequence[LogEntry]) -> tuple[Partials, Sequence[int] | None]:
        partials, window = await super()._patch_rows(batch, entries)
        if self.owner is None:
            return partials, window
        touched = {key for entry in entries for key in self.touched(entry) or ()}
        codes = await batch.rows.of(TradingCode, touched)
        # What its client was told when it was generated (generate_form.html) is true no more.
        waits_no_more = [key for key, code in codes.items() if code.status != "pending"]
        told = (Partial(f"#code-{key}-waits", "delete", "", self.wire) for key in waits_no_more)
        return (*partials, *told), window


class WaitingCodes(ShortList):
    """The codes that nobody has activated yet, the oldest first: they have waited longest."""

    template = "codes/waiting_list.html"

    async def shown(self) -> Shown:
        name = TradingCode._meta.tablename
        pending = {"status = {}": ["pending"]}
        codes = await TradingCode.by_ids(await next_newer_ids(name, pending, limit=MOST_WAITING, since=1))
        ids = {key: f"waiting-code-{key}" for key in sorted(codes)}
        rows = {id: render("codes/waiting_row.html", self.locale, id=id, code=codes[key]) for key, id in ids.items()}
        return Shown(rows, await count(name, pending, MOST + 1), MOST)

    def around(self, shown: Shown) -> Partials:
        shield = render("codes/shield.html", self.locale, keys=list(shown.rows))
        return (Partial(f"#{self.element} > .shield:not(#{'-'.join(('shield', *shown.rows))})", "outerHTML", shield),)


def waiting_codes(reader: Reader) -> WaitingCodes:
    channels = frozenset({Channel(rooms.admin(), CODES_UPDATED), new_day_in(reader.locale.zone)})
    return WaitingCodes(element="waiting-codes", channels=channels, locale=reader.locale)
