from __future__ import annotations

from app.codes.tables import TradingCode
from app.listings.owned import OwnedListing
from app.topics import CODES_UPDATED


class CodeListing(OwnedListing[TradingCode]):
    table = TradingCode
    key_name = "code"
    folder = "codes"
    row_element = "code"
    topic = CODES_UPDATED
