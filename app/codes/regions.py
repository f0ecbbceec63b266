from __future__ import annotations

from app.codes.events import CodeGenerated
from app.codes.tables import TradingCode
from app.listings.owned import OwnedListing


class CodeListing(OwnedListing[TradingCode]):
    table = TradingCode
    key_name = "code"
    folder = "codes"
    variable = row_element = event_field = "code"
    born_of = (CodeGenerated,)
