"""Pages of lists whose rows can be selected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from app.listings.owned import OwnedListing
from app.live.regions import Region
from app.live.views import Reader
from app.products.lists import LicenceList
from app.selections.bar import selection_bar
from app.selections.listing import SelectableListing
from app.selections.tables import Selection

NOT_OF_THE_LIST = ("after", "hide")
"""Parameters under which a selection stays the same: which page is shown, and of it which columns."""


class SelectableList(LicenceList):
    listing: ClassVar[type[OwnedListing[Any]]]

    async def ready(self, reader: Reader, query: Mapping[str, str]) -> bool:
        before, reader.chosen = reader.chosen, await Selection.of(reader.session or 0, self.list_address(query))
        return reader.chosen != before

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        listing, *around = self.parts(reader, query)
        assert isinstance(listing, SelectableListing)
        listing = replace(listing, chosen=frozenset(reader.chosen))
        return listing, *around, selection_bar(listing, self._address(query), reader.chosen)

    def parts(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        """The list, and what stands around it."""
        return super().regions(reader, query)

    def list_address(self, query: Mapping[str, str]) -> str:
        """Of the list under its filter, whichever of its pages is shown: under it a selection is kept."""
        return self._address({name: value for name, value in query.items() if name not in NOT_OF_THE_LIST})

    def _address(self, query: Mapping[str, str]) -> str:
        return f"{self.path}?{urlencode(query)}" if query else self.path
