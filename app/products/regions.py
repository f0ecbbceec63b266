from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from app import rooms
from app.listings.short_list import ShortList, Shown
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.products.tables import Product, choices_on_sale
from app.templating import render
from app.topics import PRODUCTS_UPDATED

CHANNELS = frozenset({Channel(rooms.everyone(), PRODUCTS_UPDATED)})


class Products(ShortList):
    """All of them, in the order in which they were added."""

    template = "products/list.html"

    async def shown(self) -> Shown:
        products = await Product.all_of_them()
        return Shown(
            {f"product-{product.id}": render("products/row.html", self.locale, product=product) for product in products}
        )

    async def json(self) -> dict[str, Any]:
        return {"items": [product.as_json() for product in await Product.all_of_them()], "next": None}


@region
class ProductChoice(Summary):
    """The field of a form in which a product is chosen; empty where there is only one to choose."""

    form: str

    async def html(self) -> Markup:
        choices = await choices_on_sale()
        return render("products/choice.html", self.locale, id=self.form, choices=choices, chosen="", error="")

    async def context(self) -> Mapping[str, Any]:
        return {}  # a fresh page has it with the form


@region
class ProductFilter(Summary):
    """The control that narrows a list to the licences of a product; retired ones are among them."""

    chosen: str

    async def html(self) -> Markup:
        choices = [(product.slug, product.name) for product in await Product.all_of_them()]
        return render("products/filter.html", self.locale, choices=choices, chosen=self.chosen)


def products(reader: Reader) -> Products:
    return Products(element="products", channels=CHANNELS, locale=reader.locale)


def product_choice(reader: Reader, form: str) -> ProductChoice:
    return ProductChoice(element=f"{form}-product-choice", channels=CHANNELS, locale=reader.locale, form=form)


def product_filter(reader: Reader, chosen: str) -> ProductFilter:
    return ProductFilter(element="narrow-by-product", channels=CHANNELS, locale=reader.locale, chosen=chosen)
