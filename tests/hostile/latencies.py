"""How long honest people wait: samples, and what is said of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Kind = Literal["request", "shown", "sign-in"]
KINDS: tuple[Kind, ...] = ("request", "shown", "sign-in")
"""`request`: a page or an action, until its answer is here. `shown`: from the beginning of an action until the other's
open page shows it. `sign-in`: with the right password, whose hash alone takes its time."""


@dataclass
class Latencies:
    seconds: dict[Kind, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    """What honest people were refused, or never told."""
    most_memory: int = 0
    """Bytes of the server's resident set, at its highest."""

    def p50(self, kind: Kind) -> float | None:
        """Milliseconds; None when there was nothing of it."""
        return round(median(self.seconds[kind]) * 1000, 1) if self.seconds[kind] else None

    def worst(self, kind: Kind) -> float | None:
        return round(max(self.seconds[kind]) * 1000, 1) if self.seconds[kind] else None

    def figures(self) -> dict[str, tuple[float | None, float | None]]:
        return {kind: (self.p50(kind), self.worst(kind)) for kind in KINDS}
