from __future__ import annotations

from collections.abc import Mapping

from app.listings.list_page import AdminList
from app.live.regions import Region
from app.live.views import Reader
from app.products.regions import product_filter


class LicenceList(AdminList):
    """Rows of licences: each is of a product, by which the list can be narrowed."""

    parameters = {"product": str, **AdminList.parameters}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (*super().regions(reader, query), product_filter(reader, query.get("product", "")))
