"""Who listens on one channel: those whom every event may concern, and those who search for something."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable

from app.live.regions import Region


class Subscribers:
    """Regions that search are found by what they search for: those that cannot match are not even looked at."""

    __slots__ = ("_searching", "regions")

    def __init__(self) -> None:
        self.regions: dict[Region, None] = {}
        """Those that do not search."""
        self._searching: dict[type[Region], dict[Hashable, dict[Region, None]]] | None = None

    def __bool__(self) -> bool:
        return bool(self.regions or self._searching)

    def add(self, region: Region) -> None:
        if region.terms is None:
            self.regions[region] = None
            return
        if self._searching is None:
            self._searching = {}
        for term in region.terms:
            self._searching.setdefault(type(region), {}).setdefault(term, {})[region] = None

    def remove(self, region: Region) -> None:
        if region.terms is None:
            del self.regions[region]
            return
        for term in region.terms:
            assert self._searching is not None
            by_term = self._searching[type(region)]
            del by_term[term][region]
            if not by_term[term]:
                del by_term[term]
            if not by_term:
                del self._searching[type(region)]

    def searching(self) -> Iterable[type[Region]]:
        """The classes of the regions that search."""
        return self._searching or ()

    def having(self, kind: type[Region], terms: Collection[Hashable] | None) -> list[Region]:
        """The regions of a class that search for any of these terms; None: for whatever they search."""
        by_term = (self._searching or {}).get(kind, {})
        matching = by_term if terms is None else [term for term in terms if term in by_term]
        return list({region: None for term in matching for region in by_term[term]})
