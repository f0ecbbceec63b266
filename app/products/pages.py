from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.i18n.message import say
from app.labels import label
from app.licences.plans import SLUG
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.people.tables import Person
from app.products.regions import products
from app.products.tables import (
    MODES,
    MOST_CHECK_HOURS,
    MOST_NAME,
    MOST_OFFLINE_HOURS,
    MOST_SEATS,
    MOST_SLUG,
    MOST_TRIAL_DAYS,
    MOST_VERSION,
    Product,
    Terms,
)
from app.web.fields import Choice, Id
from app.web.forms import FormPage, show_form
from app.web.guards import admins
from app.web.parameters import row_id
from app.web.responses import page


class AdminProducts(Page):
    path = "/admin/products"
    roles = frozenset({"admin"})
    link = NavLink("products", say("Products"), 35)
    is_list = True

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (products(reader),)


ADMIN_PRODUCTS = AdminProducts()


Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MOST_NAME), say("Use 1 to {most} characters.", most=MOST_NAME)
]
NewSlug = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=MOST_SLUG, extra={"pattern": SLUG.pattern}),
    say("Use small letters, digits and hyphens between them."),
]
Modes = Annotated[
    list[Choice],
    msgspec.Meta(min_length=1, max_length=len(MODES)),
    say("Choose one of {choices}, or several.", choices=", ".join(MODES)),
]
LeastVersion = Annotated[
    str, msgspec.Meta(max_length=MOST_VERSION), say("Enter a version such as 1.20, or nothing.")
]  # fmt: skip
Seats = Annotated[
    int, msgspec.Meta(ge=1, le=MOST_SEATS), say("Enter a number from {least} to {most}.", least=1, most=MOST_SEATS)
]
OfflineHours = Annotated[
    int,
    msgspec.Meta(ge=1, le=MOST_OFFLINE_HOURS),
    say("Enter a number from {least} to {most}.", least=1, most=MOST_OFFLINE_HOURS),
]
CheckHours = Annotated[
    int,
    msgspec.Meta(ge=1, le=MOST_CHECK_HOURS),
    say("Enter a number from {least} to {most}.", least=1, most=MOST_CHECK_HOURS),
]
TrialDays = Annotated[
    int,
    msgspec.Meta(ge=1, le=MOST_TRIAL_DAYS),
    say("Enter a number from {least} to {most}.", least=1, most=MOST_TRIAL_DAYS),
]


class Offer(msgspec.Struct, kw_only=True):
    """Of a product: what its form sends. 0: nothing was entered."""

    name: Name
    modes: Modes
    seats: Seats = 0
    least_version: LeastVersion = ""
    offline_hours: OfflineHours = 72
    check_hours: CheckHours = 6
    trial_days: TrialDays = 0

    @property
    def terms(self) -> Terms:
        return Terms(
            name=self.name, seats=self.seats or None, modes=tuple(self.modes), least_version=self.least_version.strip(),
            offline_hours=self.offline_hours, check_hours=self.check_hours, trial_days=self.trial_days or None,
        )  # fmt: skip


class New(Offer, kw_only=True):
    slug: NewSlug


class Change(Offer, kw_only=True):
    product_id: Id
    version: Id
    """Of the terms that whoever changes them has seen."""


class Act(msgspec.Struct):
    product_id: Id
    action: Choice


OPTIONS = {"modes": [(mode, label(mode)) for mode in MODES]}


async def product_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises NotFound."""
    return {"product": await Product.with_id(row_id(values.get("product_id")) or 0)}


NEW = FormPage(
    "create-product", "products/form.html", say("New product"), "products", New, "/admin/products", options=OPTIONS,
    defaults={"offline_hours": "72", "check_hours": "6"},
)  # fmt: skip
EDIT = FormPage(
    "edit-product", "products/form.html", say("Product"), "products", Change, "/admin/products", product_context,
    options=OPTIONS,
)  # fmt: skip


def values_of(product: Product) -> dict[str, Any]:
    """As they stand in the form."""
    terms = product.terms
    return {
        "product_id": str(product.id), "version": str(product.version), "name": terms.name, "modes": list(terms.modes),
        "seats": terms.seats or "", "least_version": terms.least_version, "offline_hours": terms.offline_hours,
        "check_hours": terms.check_hours, "trial_days": terms.trial_days or "",
    }  # fmt: skip


class ProductPages(Controller):
    path = "/admin/products"
    guards = [admins]
    include_in_schema = False

    @get()
    async def products(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, ADMIN_PRODUCTS, "products/page.html", ADMIN_PRODUCTS.link.label)

    @get("/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, NEW, {"modes": list(MODES)})

    @get("/{product_id:int}/edit")
    async def edit(self, request: Request[Any, Any, Any], product_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, EDIT, values_of(await Product.with_id(product_id)))
