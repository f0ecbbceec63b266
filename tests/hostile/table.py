"""What came of a run, as a table for docs/security.md, beside the figures of the version before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.databases import ROOT
from tests.hostile.run import Run

DOCUMENT = ROOT / "docs" / "security.md"
BEFORE = Path(__file__).with_name("before.json")
"""The same run against commit 6951a5c, the last one before the desk was made ready for the open internet."""
BEGIN, END = "<!-- hostile: begin -->", "<!-- hostile: end -->"

LEGEND = """In each cell p50/max in milliseconds, without the attack → during it. *request*: a page or an action of an
honest person, until its answer is there. *shown*: from the beginning of an action until the other's open page shows it.
*sign-in*: with the right password. *hold*: milliseconds for which the event loop was held at most, by the histogram's
bounds. *MiB*: the server's memory before the attack → at its highest. *held*: nothing was lost, refused to honest
people, answered with an error of ours or otherwise wrong; every page equals a fresh load. *goal*: during the attack p50
is at most twice as long, nobody waits for more than 250 ms, and afterwards all is as it was."""

Figures = dict[str, Any]


def figures(run: Run) -> Figures:
    return {
        "seconds": run.seconds,
        "attacks": {outcome.attack.name: outcome.as_json() for outcome in run.outcomes},
        "wrong": run.wrong,
    }


def before() -> Figures:
    found: Figures = json.loads(BEFORE.read_text()) if BEFORE.exists() else {"attacks": {}}
    return found


def markdown(now: Figures, then: Figures) -> str:
    """Two tables and what did not hold; a `–` where the version before was not measured."""
    pairs = [(outcome, then["attacks"].get(name)) for name, outcome in now["attacks"].items()]
    waiting = [
        ["attack", "request, before", "request, now", "shown, before", "shown, now", "goal"],
        *(
            [
                outcome["title"],
                *(_waiting(each, kind) for kind in ("request", "shown") for each in (old, outcome)),
                "; ".join(outcome["missed"]) or "met",
            ]
            for outcome, old in pairs
        ),
    ]
    rest = [
        ["attack", "sign-in, before", "sign-in, now", "hold, before", "hold, now", "MiB, before", "MiB, now", "held"],
        *(
            [
                outcome["title"],
                *(cell(each) for cell in (_signing_in, _hold, _memory) for each in (old, outcome)),
                "no" if outcome["wrong"] else "yes",
            ]
            for outcome, old in pairs
        ),
    ]
    parts = [LEGEND, _table(waiting), _table(rest)]
    parts += [
        f"What did not hold {when}:\n\n{broken}"
        for when, of in (("before", then), ("now", now))
        if (broken := _broken(of))
    ]
    return "\n\n".join(parts)


def _table(rows: list[list[str]]) -> str:
    return "\n".join(_row(row) for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]))


def _broken(figures: Figures) -> str:
    lines = [
        f"- {outcome['title']}: {'; '.join(outcome['wrong'])}"
        for outcome in figures["attacks"].values()
        if outcome["wrong"]
    ]
    return "\n".join(lines + [f"- at the end: {wrong}" for wrong in figures.get("wrong", [])])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _waiting(outcome: Mapping[str, Any] | None, kind: str) -> str:
    """`4/9 → 6/31`: the median and the worst without the attack, and during it."""
    if outcome is None:
        return "–"
    without, during = (
        "/".join("–" if value is None else f"{value:,.0f}" for value in outcome[when][kind])
        for when in ("without", "during")
    )
    return f"{without} → {during}"


def _signing_in(outcome: Mapping[str, Any] | None) -> str:
    return _waiting(outcome, "sign-in")


def _hold(outcome: Mapping[str, Any] | None) -> str:
    """Infinity: longer than the highest bound of the histogram, 2.5 s."""
    if outcome is None:
        return "–"
    return "> 2,500" if outcome["hold"] > 2.5 else f"{outcome['hold'] * 1000:,.0f}"


def _memory(outcome: Mapping[str, Any] | None) -> str:
    return "–" if outcome is None else f"{outcome['memory'][0]} → {outcome['memory'][1]}"


def write(now: Figures) -> None:
    text = DOCUMENT.read_text() if DOCUMENT.exists() else f"# Security\n\n## What the attacks do\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text:
        text += f"\n## What the attacks do\n\n{BEGIN}\n{END}\n"
    start, _, rest = text.partition(BEGIN)
    _, _, end = rest.partition(END)
    DOCUMENT.write_text(f"{start}{BEGIN}\n\n{markdown(now, before())}\n\n{END}{end}")
