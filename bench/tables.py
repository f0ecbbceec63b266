"""The tables of the report, in Markdown that is readable on a terminal too."""

from __future__ import annotations

from collections.abc import Iterable

from bench.figures import FIGURES, trips
from bench.figures import checks as robots
from bench.figures import history as looked_up
from bench.figures.base import Goal, Row
from bench.figures.lists import GROWTH
from bench.results import Results, Verdict
from bench.targets import TARGETS

COLUMNS = ("codedesk", "express", "django", "limit", "floor", "base")
IN_TABLES_OF_THEIR_OWN = ("large", "actions", "trips", "checks", "history", "ceiling")
MORE_ACTIONS = Goal(1.8, "base-pg", least=True)
"""Actions a second on PostgreSQL, one process, in ratio to the base's."""


def figures(results: Results) -> str:
    lines = []
    for figure, module in FIGURES.items():
        if figure in IN_TABLES_OF_THEIR_OWN:
            continue
        for row in module.ROWS:
            if not any(results.of(figure, target, row.key) for target in COLUMNS):
                continue
            cells = [_cell(results, figure, target, row.key) for target in COLUMNS]
            busy = max((value for target in COLUMNS for value in results.of(figure, target, "busy")), default=0.0)
            ratio = _ratio(results.ratio(figure, ("codedesk", row.key), ("express", row.key)))
            lines.append([_label(row), *cells, ratio, _goals(results, figure, row), f"{busy:.0%}"])
    head = ["median (least-most)", *(TARGETS[target].label for target in COLUMNS), "to Socket.IO", "goal", "load"]
    return _table(head, lines)


def lists(results: Results) -> str:
    """A list that shows fewer rows of the small table than of the large one is compared with the small table's first
    page of such rows, pending ones or any: rows cost what they cost anywhere."""
    lines = []
    for key in (key for key in results.keys("large", "codedesk") if key.endswith("_anew_ms")):
        name = key.removesuffix("_anew_ms")
        few, many = (results.median(figure, "codedesk", f"{name}_rows") for figure in ("lists", "large"))
        has_fewer = few is not None and many is not None and few < many
        like = "pending_anew_ms" if name.startswith("pending") else "first_anew_ms"
        growth = results.ratio("large", ("codedesk", key), ("codedesk", like if has_fewer else key), to_figure="lists")
        verdict = Verdict(Goal(GROWTH), growth) if growth is not None else None
        cells = [_cell(results, figure, "codedesk", key) for figure in ("lists", "large")]
        cells[0] += f"; {few:.0f} rows" if has_fewer else ""
        others = [_cell(results, "large", target, f"{name}_ms") for target in ("codedesk", "express", "django")]
        lines.append([name, *cells, _ratio(growth), _goal(verdict), *others])
    head = [
        "list made anew, server CPU in ms", "small table", "large table", "growth", "goal",
        "kept, large", "Express, large", "Django, large",
    ]  # fmt: skip
    return _table(head, lines) if lines else ""


def actions(results: Results) -> str:
    lines = []
    for name, target in TARGETS.items():
        if results.of("actions", name, "per_second"):
            ratio = results.ratio("actions", (name, "per_second"), ("codedesk", "per_second"))
            to_base = results.ratio("actions", (name, "per_second"), ("base-pg", "per_second"))
            has_goal = name == "codedesk-pg" and to_base is not None
            goal = _goal(Verdict(MORE_ACTIONS, to_base or 0.0)) if has_goal else ""
            busy = max(results.of("actions", name, "busy"))
            cell = _cell(results, "actions", name, "per_second")
            lines.append([target.label, cell, _ratio(ratio), goal, f"{busy:.0%}"])
    return _table(["actions per second", "median (least-most)", "to Codedesk", "goal", "load"], lines) if lines else ""


def round_trips(results: Results) -> str:
    columns = ("codedesk-pg", "base-pg")
    lines = [
        [_label(row), *(_cell(results, "trips", target, row.key) for target in columns), _goals(results, "trips", row)]
        for row in trips.ROWS
        if any(results.of("trips", target, row.key) for target in columns)
    ]
    return _table(["median (least-most)", *(TARGETS[name].label for name in columns), "goal"], lines) if lines else ""


ROBOTS = ("codedesk", "express", "codedesk-pg")
LICENCES = (1_000, 100_000, 1_000_000, 10_000_000)


def checks(results: Results) -> str:
    lines = []
    for row in robots.ROWS:
        cells = [_cell(results, "checks", target, row.key) for target in ROBOTS]
        ratio = _ratio(results.ratio("checks", ("codedesk", row.key), ("express", row.key)))
        lines.append([_label(row), *cells, ratio, _goals(results, "checks", row).replace("Socket.IO", "Express")])
    busy = max((value for target in ROBOTS for value in results.of("checks", target, "busy")), default=0.0)
    head = ["median (least-most)", *(TARGETS[name].label for name in ROBOTS), "to Express", "goal"]
    return f"{_table(head, lines)}\n\nThe load generator was busy for {busy:.0%} of its core at most."


HISTORIES = ("codedesk", "codedesk-pg")


def history(results: Results, sizes: list[int]) -> str:
    measured = [name for name in HISTORIES if results.of("history", name, "code_ms")]
    lines = []
    for key, label in looked_up.PAGES.items():
        cells, met = [], True
        for name in measured:
            growth = results.median("history", name, f"{key}_growth") or 0.0
            cells += [_cell(results, "history", name, f"{key}{size}_ms") for size in ("_small", "")]
            cells.append(_ratio(growth))
            met = met and growth <= looked_up.GROWTH
        lines.append([label, *cells, f"≤ {looked_up.GROWTH:g}: {'met' if met else '**missed**'}"])
    head = ["first page, ms"]
    for name in measured:
        head += [f"{TARGETS[name].label}, {sizes[0]:,}", f"{sizes[1]:,}", "growth"]
    memory = []
    for row in looked_up.ROWS:
        goals = [_goal(results.judge("history", row.key, goal, name)) for name in measured for goal in row.goals]
        memory.append([_label(row), *(_cell(results, "history", name, row.key) for name in measured), "; ".join(goals)])
    files = _table([f"of {sizes[1]:,} codes", *(TARGETS[name].label for name in measured), "goal"], memory)
    return f"{_table([*head, 'goal'], lines)}\n\n{files}"


def licences(results: Results) -> str:
    """What each number of them takes, by what one check costs."""
    measured = [name for name in ROBOTS if results.of("checks", name, "paced_ms")]
    labels = [TARGETS[name].label for name in measured]
    lines = []
    for count in LICENCES:
        a_second = count / robots.EVERY
        shares = [a_second * (results.median("checks", name, "paced_ms") or 0.0) / 10 for name in measured]
        times = [count / (results.median("checks", name, "per_second") or 1.0) for name in measured]
        cells = [*(f"{_number(share)} %" for share in shares), *map(_duration, times)]
        lines.append([f"{count:,}", _number(a_second), *cells])
    head = ["licences", "checks a second, every six hours", *(f"{label}, of a core" for label in labels)]
    return _table([*head, *(f"{label}, all at once" for label in labels)], lines) if measured else ""


def _duration(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{_number(seconds / length)} {unit}"
    return f"{_number(seconds)} s"


def generator(results: Results) -> str:
    messages = results.median("ceiling", "limit", "messages_per_second")
    cost = min((value for target in COLUMNS for value in results.of("lists", target, "load_us")), default=None)
    return "\n".join(
        [
            "The column load is the load generator's own share of its core, at most, while it waited for the answer.",
            *([f"By itself it takes {messages:,.0f} messages a second."] if messages else []),
            *([f"By itself it makes {1e6 / cost:,.0f} requests a second."] if cost else []),
        ]
    )


def _label(row: Row) -> str:
    return f"{row.label}, {row.unit}" if row.unit else row.label


def _goals(results: Results, figure: str, row: Row) -> str:
    of = "codedesk-pg" if figure == "trips" else "codedesk"
    return "; ".join(_goal(results.judge(figure, row.key, goal, of)) for goal in row.goals)


def _goal(judged: Verdict | None) -> str:
    if judged is None:
        return "not measured"
    goal, verdict = judged.goal, "met" if judged.met else "**missed**"
    than = {None: "", "self": f" x {goal.key}", "express": " x Socket.IO"}.get(goal.of, f" x {goal.of}")
    ratio = "" if goal.of in (None, "express") else f" ({judged.ratio:.2f})"
    return f"{'≥' if goal.least else '≤'} {round(goal.most, 3):g}{than}: {verdict}{ratio}"


def _cell(results: Results, figure: str, target: str, key: str) -> str:
    values = results.of(figure, target, key)
    if not values:
        return "-"
    return f"{_number(results.median(figure, target, key) or 0)} ({_number(min(values))}-{_number(max(values))})"


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _table(head: list[str], lines: Iterable[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
