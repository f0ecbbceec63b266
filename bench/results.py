"""What was measured, round by round: medians, spreads, and ratios of values that were taken in the same round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any, NamedTuple

from bench.figures.base import Goal


class Verdict(NamedTuple):
    goal: Goal
    ratio: float
    """To what the goal compares with; the value itself for an absolute goal."""

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal.most if self.goal.least else self.ratio <= self.goal.most


class Results:
    def __init__(self, results: Iterable[dict[str, Any]]) -> None:
        self._values: dict[tuple[str, str], dict[int, dict[str, Any]]] = defaultdict(dict)
        for result in results:
            self._values[result["figure"], result["target"]][result["round"]] = result["values"]

    def of(self, figure: str, target: str, key: str) -> list[float]:
        return list(self._rounds(figure, target, key).values())

    def median(self, figure: str, target: str, key: str) -> float | None:
        values = self.of(figure, target, key)
        return median(values) if values else None

    def keys(self, figure: str, target: str) -> list[str]:
        """Of all that was measured, in the order in which it was."""
        return list(dict.fromkeys(key for values in self._values[figure, target].values() for key in values))

    def figures(self) -> set[str]:
        return {figure for figure, _ in self._values}

    def failures(self, figures: set[str]) -> list[str]:
        return [
            f"{figure}, {target}, round {number}: {values['failed']}"
            for (figure, target), rounds in self._values.items()
            for number, values in rounds.items()
            if "failed" in values and figure in figures
        ]

    def ratio(self, figure: str, of: tuple[str, str], to: tuple[str, str], to_figure: str = "") -> float | None:
        """The median, over the rounds that both were in, of one (target, key) to another."""
        above, below = self._rounds(figure, *of), self._rounds(to_figure or figure, *to)
        both = [above[number] / below[number] for number in above.keys() & below.keys() if below[number]]
        return median(both) if both else None

    def judge(self, figure: str, key: str, goal: Goal, name: str = "codedesk") -> Verdict | None:
        """None when what the goal compares with was not measured."""
        if goal.of is None:
            value = self.median(figure, name, key)
        else:
            other = name if goal.of == "self" else goal.of
            value = self.ratio(figure, (name, key), (other, goal.key or key))
        return None if value is None else Verdict(goal, value)

    def _rounds(self, figure: str, target: str, key: str) -> dict[int, float]:
        rounds = self._values.get((figure, target), {})
        return {number: float(values[key]) for number, values in rounds.items() if key in values}
