from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self

from piccolo.columns import Column, Integer, Serial, Timestamptz, Varchar

from app.clock import now
from app.db import transaction
from app.db.fetch import fetch, for_update
from app.errors import MARKED, Conflict, Invalid, NotFound
from app.events import Subject
from app.i18n.message import Message, say
from app.labels import state
from app.licences.plans import SLUG
from app.live.event import Actor, Event
from app.live.log import record
from app.products.events import ProductChanged, ProductCreated, ProductRestored, ProductRetired

STATUSES = ("active", "retired")
MODES = ("real", "demo", "contest")
"""Of a trading account, as a terminal names them."""
MOST_PRODUCTS = 100
"""Each list of them is short, and each form that lets choose shows them all."""
MOST_NAME, MOST_SLUG, MOST_VERSION = 40, 32, 20
"""Characters."""
MOST_SEATS, MOST_TRIAL_DAYS = 100, 90
MOST_OFFLINE_HOURS, MOST_CHECK_HOURS = 720, 48
VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the licences of a product allow."""

    name: str
    seats: int | None = None
    """Terminals at a time for each licence; None: any."""
    modes: tuple[str, ...] = MODES
    """In which it may trade; at least one of MODES."""
    least_version: str = ""
    """Of the robot, as `1.20`; empty: any."""
    offline_hours: int = 72
    """For which a robot that reaches nobody may go on by the answer that it has; so long it holds its seat."""
    check_hours: int = 6
    """Between two checks of a robot."""
    trial_days: int | None = None
    """Of the trial that each client may start by themselves, once; None: there is none."""

    def check(self) -> None:
        """Raises Invalid, with a sentence for each field."""
        fields: dict[str, Message] = {}
        if not 1 <= len(self.name.strip()) <= MOST_NAME:
            fields["name"] = say("Use 1 to {most} characters.", most=MOST_NAME)
        if not self.modes or set(self.modes) - set(MODES):
            fields["modes"] = say("Choose one of {choices}, or several.", choices=", ".join(MODES))
        if self.least_version and not VERSION.fullmatch(self.least_version):
            fields["least_version"] = say("Enter a version such as 1.20, or nothing.")
        for name, least, most in (
            ("seats", 1, MOST_SEATS), ("offline_hours", 1, MOST_OFFLINE_HOURS), ("check_hours", 1, MOST_CHECK_HOURS),
            ("trial_days", 1, MOST_TRIAL_DAYS),
        ):  # fmt: skip
            if (value := getattr(self, name)) is not None and not least <= value <= most:
                fields[name] = say("Enter a number from {least} to {most}.", least=least, most=most)
        if not fields and self.offline_hours < self.check_hours:
            fields["offline_hours"] = say("This must not be less than the hours between two checks.")
        if fields:
            raise Invalid(MARKED, fields)


class Product(Subject, tablename="product"):
    """A trading robot that is sold. Its slug never changes: codes, accounts and requests bear it, and the robot itself
    has it compiled in."""

    event_field = "product"

    id = Serial(primary_key=True)
    slug = Varchar(length=MOST_SLUG)
    name = Varchar(length=MOST_NAME)
    status = Varchar(length=10)
    seats = Integer(null=True, default=None)
    modes = Varchar(length=40)
    least_version = Varchar(length=MOST_VERSION)
    offline_hours = Integer()
    check_hours = Integer()
    trial_days = Integer(null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()
    changed_by = Varchar(length=32)
    version = Integer(default=1)

    @property
    def allowed_modes(self) -> tuple[str, ...]:
        return tuple(self.modes.split())

    @property
    def offline(self) -> timedelta:
        return timedelta(hours=self.offline_hours)

    @property
    def terms(self) -> Terms:
        return Terms(
            name=self.name, seats=self.seats, modes=self.allowed_modes, least_version=self.least_version,
            offline_hours=self.offline_hours, check_hours=self.check_hours, trial_days=self.trial_days,
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {"product": self.name}

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "slug": self.slug, "status": self.status, **asdict(self.terms)}

    @classmethod
    async def all_of_them(cls) -> list[Self]:
        """In the order in which they were added."""
        return [cls.from_row(row) for row in await fetch(f"SELECT * FROM product ORDER BY id LIMIT {MOST_PRODUCTS:d}")]

    @classmethod
    async def on_sale(cls) -> list[Self]:
        """Those that are not retired; at least one."""
        return [product for product in await cls.all_of_them() if product.status == "active"]

    @classmethod
    async def sold_as(cls, slug: str = "") -> Self:
        """The product of which somebody wants a licence; without a slug the only one. Raises Invalid."""
        on_sale = await cls.on_sale()
        if not slug and len(on_sale) == 1:
            return on_sale[0]
        for product in on_sale:
            if product.slug == slug:
                return product
        choices = ", ".join(product.slug for product in on_sale)
        raise Invalid(MARKED, {"product": say("Choose one of {choices}.", choices=choices)})

    @classmethod
    async def with_id(cls, product_id: int) -> Self:
        """Raises NotFound."""
        product = await cls.by_id(product_id)
        if product is None:
            raise NotFound(say("There is no such product."))
        return product

    @classmethod
    async def create(cls, slug: str, terms: Terms, by: Actor) -> Self:
        """Raises Invalid, and Conflict for a slug that another has, or when there are too many."""
        if not SLUG.fullmatch(slug) or slug.endswith("-"):
            raise Invalid(MARKED, {"slug": say("Use small letters, digits and hyphens between them.")})
        terms.check()
        at = now()
        async with transaction():
            if len(await cls.all_of_them()) >= MOST_PRODUCTS:
                raise Conflict(say("There are {most} products already; no more can be added.", most=MOST_PRODUCTS))
            product = await cls.add(
                {
                    cls.slug: slug, **cls._values(terms), cls.status: "active", cls.created_at: at,
                    cls.changed_at: at, cls.changed_by: by.username,
                }
            )  # fmt: skip
            if product is None:
                raise Conflict(
                    say("There is a product “{slug}” already.", slug=slug),
                    {"slug": say("Another product has this one.")},
                )
            record(ProductCreated(product=product.id), by=by)
        return product

    async def change(self, terms: Terms, by: Actor, version: int) -> Self:
        """`version`: of the terms that whoever changes them has seen. Raises Invalid, and Conflict when somebody was
        first."""
        terms.check()
        return await self._set(
            (Product.id == self.id) & (Product.version == version), self._values(terms), ProductChanged, by
        )

    async def retire(self, by: Actor) -> Self:
        """Nobody gets a new licence of it; those that there are run on. Raises Conflict for the last one on sale."""
        async with transaction():
            # Of two admins who retire the last two at once, the second comes when the first is done.
            rows = await fetch(f"SELECT id FROM product WHERE status = 'active' ORDER BY id{for_update()}")
            if [row["id"] for row in rows] == [self.id]:
                raise Conflict(say("This is the only product on sale: add another before you retire it."))
            return await self._move("active", "retired", ProductRetired, by)

    async def restore(self, by: Actor) -> Self:
        """On sale again."""
        return await self._move("retired", "active", ProductRestored, by)

    async def _move(self, start: str, end: str, event: type[Event], by: Actor) -> Self:
        where = (Product.id == self.id) & (Product.status == start)
        return await self._set(where, {Product.status: end}, event, by)

    async def _set(self, where: Any, values: Mapping[Column, Any], event: type[Event], by: Actor) -> Self:
        async with transaction():
            product = await Product.compare_and_set(
                where,
                {
                    **values, Product.changed_at: now(), Product.changed_by: by.username,
                    Product.version: Product.version + 1,
                },
            )  # fmt: skip
            if product is None:
                raise (await type(self).with_id(self.id))._changed_since()
            record(event(product=product.id), by=by)  # type: ignore[call-arg]
        return product  # type: ignore[return-value]

    def _changed_since(self) -> Conflict:
        return Conflict(
            say(
                "This product was changed before you (by {name}, {at}) and is {status}. Nothing was changed now.",
                name=self.changed_by,
                at=self.changed_at,
                status=state(self.status),
            )
        )

    @classmethod
    def _values(cls, terms: Terms) -> dict[Column, Any]:
        return {
            cls.name: terms.name.strip(), cls.seats: terms.seats,
            cls.modes: " ".join(mode for mode in MODES if mode in terms.modes),
            cls.least_version: terms.least_version, cls.offline_hours: terms.offline_hours,
            cls.check_hours: terms.check_hours, cls.trial_days: terms.trial_days,
        }  # fmt: skip


Choices = Sequence[tuple[str, str]]
"""Slug and name."""


async def choices_on_sale() -> Choices:
    """Of a form that lets choose; where there is one product, it does not."""
    return [(product.slug, product.name) for product in await Product.on_sale()]


def is_old(version: str, least: str) -> bool:
    """Whether a robot's version is below the least that its product allows; one that cannot be read is."""
    if not least:
        return False
    said = VERSION.match(version)
    return said is None or _numbers(said[0]) < _numbers(least)


def _numbers(version: str) -> tuple[int, ...]:
    """`1.2` is `1.2.0.0`."""
    numbers = [int(part) for part in version.split(".")]
    return tuple([*numbers, 0, 0, 0][:4])
