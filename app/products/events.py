from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import ADMIN_NOTIFICATION, PRODUCTS_UPDATED

# Forms that let choose among them stand on anybody's pages.
AUDIENCE = Audience(admin=(ADMIN_NOTIFICATION,), everyone=(PRODUCTS_UPDATED,))


class ProductCreated(DeskEvent, frozen=True, kw_only=True):
    product: int

    creates = ("product",)
    audience = AUDIENCE
    words = Words("{by} added the product {product}", level="success")


class ProductChanged(DeskEvent, frozen=True, kw_only=True):
    product: int

    audience = AUDIENCE
    words = Words("{by} changed the product {product}")


class ProductRetired(DeskEvent, frozen=True, kw_only=True):
    product: int

    audience = AUDIENCE
    words = Words("{by} retired the product {product}", level="warning")


class ProductRestored(DeskEvent, frozen=True, kw_only=True):
    product: int

    audience = AUDIENCE
    words = Words("{by} sells the product {product} again", level="success")
