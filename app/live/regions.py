"""The regions of a page: what each subscribes to, how it is sent in full, and how it is patched after what happened.

Two kinds. A `Listing` (listing.py) is a page of rows under a filter, newest first; it is patched row by row. A
`Summary` is small (counts, badges, a short list), always sent in full, and coalesced: at most four times a second.
Both are values: two pages that show the same share one region, so it is rendered once for both. What differs
from person to person is rendered for many regions of one class at once (`full_many`, `patch_many`), so that a class
can fetch what they need in one query.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from markupsafe import Markup

from app.i18n.locale import Locale
from app.live.batch import Batch
from app.live.fragments import Partials, replace
from app.live.log import LogEntry
from app.live.rooms import Channel
from app.live.time_slice import TimeSlice

AnyClass = TypeVar("AnyClass")


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False)
def region(cls: type[AnyClass]) -> type[AnyClass]:
    """For every class of regions that adds fields: a frozen dataclass, the same only as itself (`Region.value`)."""
    return dataclass(frozen=True, kw_only=True, eq=False)(cls)


@region
class Region(ABC):
    element: str
    """Its id on the page."""
    channels: frozenset[Channel]
    """What it subscribes to."""
    locale: Locale
    """Of its readers: what differs in words or times is another region."""

    coalesced: ClassVar[bool] = False
    """Whether many events make one refresh."""
    is_kept: ClassVar[bool] = True
    """Whether all that changes what it shows is an event, or the day (kept.py)."""

    @cached_property
    def value(self) -> tuple[Any, ...]:
        """Equal for regions that show the same. The hub keeps one region of each value; being the same object is what
        counts from there on, and costs a tenth of comparing values for each of thousands of people."""
        return type(self), *(getattr(self, field.name) for field in fields(self))

    @property
    def rows_value(self) -> tuple[Any, ...]:
        """Equal for regions of which an event changes the same."""
        return self.value

    @cached_property
    def terms(self) -> frozenset[Hashable] | None:
        """What it searches for: an event concerns it only if `terms_of` gives one of them; None: any may."""
        return None

    @classmethod
    async def terms_of(cls, entries: Sequence[LogEntry], batch: Batch) -> Collection[Hashable] | None:
        """All that could be searched for to find what these entries concern; None: anything."""
        return None

    @abstractmethod
    async def full(self) -> Partials:
        """The region as a fresh page shows it."""

    @abstractmethod
    async def patch(self, batch: Batch, entries: Sequence[LogEntry]) -> Partials:
        """What brings a page that knew nothing of these entries up to date."""

    @abstractmethod
    async def context(self) -> Mapping[str, Any]:
        """What the page's template needs to show it."""

    async def json(self) -> Any:
        """The same as data, for those who ask for JSON; None where there is nothing to say."""
        return None

    @classmethod
    async def full_many(cls, regions: Collection[Self], batch: Batch) -> dict[Self, Partials]:
        """`full` of each; a class whose regions differ from person to person fetches what they need at once."""
        time_slice = TimeSlice()
        rendered = {}
        for region in regions:
            rendered[region] = await region.full()
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        return rendered

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        """`patch` of each, with the entries of its channels."""
        time_slice = TimeSlice()
        rendered = {}
        for region, entries in entries_by_region.items():
            rendered[region] = await region.patch(batch, entries)
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        return rendered


@region
class Summary(Region):
    """Small, always sent in full, coalesced."""

    coalesced = True

    @abstractmethod
    async def html(self) -> Markup: ...

    async def full(self) -> Partials:
        return (replace(self.element, await self.html()),)

    async def patch(self, batch: Batch, entries: Sequence[LogEntry]) -> Partials:
        return await self.full()

    async def context(self) -> Mapping[str, Any]:
        return {self.element.replace("-", "_"): await self.html()}
