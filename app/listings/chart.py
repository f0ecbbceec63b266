"""Numbers of days as bars: what its template (templates/shared/chart.html) needs to draw them, and to say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.listings import daily

WIDTH, HEIGHT = 10, 60
"""Of a day, and of the highest bar, in the units of the picture."""


@dataclass(frozen=True)
class Chart:
    title: Any
    days: Sequence[date]
    counts: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def is_capped(self) -> bool:
        """Whether there may be more, as some day was counted no further."""
        return max(self.counts) >= daily.MOST_A_DAY

    @property
    def width(self) -> int:
        return WIDTH * len(self.days)

    @property
    def bars(self) -> str:
        """The path of all bars; a day without any has a line at the ground."""
        peak = max([*self.counts, 1])
        heights = [max(1, round(count * HEIGHT / peak)) for count in self.counts]
        return "".join(f"M{at * WIDTH + 1} {HEIGHT}v-{high}h{WIDTH - 2}v{high}z" for at, high in enumerate(heights))
