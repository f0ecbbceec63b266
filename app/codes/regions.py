from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.codes.tables import TradingCode
from app.listings.owned import OwnedListing
from app.live.batch import Rows
from app.live.regions import region
from app.topics import CODES_UPDATED

UNTICKED = Markup('form="batch"')
TICKED = UNTICKED + Markup(" checked")


@region
class CodeListing(OwnedListing[TradingCode]):
    chosen: frozenset[int] = frozenset()
    """Codes that its reader has selected."""

    table = TradingCode
    key_name = "code"
    folder = "codes"
    row_element = "code"
    topic = CODES_UPDATED

    async def row_html(self, loaded: Sequence[TradingCode], rows: Rows) -> list[Markup]:
        html = await super().row_html(loaded, rows)
        # What is selected is no part of a row, which is rendered once for all who see it.
        return [
            text.replace(UNTICKED, TICKED) if row.id in self.chosen else text
            for row, text in zip(loaded, html, strict=True)
        ]
