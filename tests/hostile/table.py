"""What came of a run, as a table for docs/security.md, beside the figures of the version before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.databases import ROOT
from tests.hostile.latencies import KINDS
from tests.hostile.run import Run

DOCUMENT = ROOT / "docs" / "security.md"
BEFORE = Path(__file__).with_name("before.json")
"""The same run against commit 6951a5c, the last one before the desk was made ready for the open internet."""
BEGIN, END = "<!-- hostile: begin -->", "<!-- hostile: end -->"

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
    head = [
        "attack", *(f"{kind}, {when}" for kind in KINDS for when in ("before", "now")), "hold, before", "hold, now",
        "MiB, before", "MiB, now", "held", "goal",
    ]  # fmt: skip
    lines = [_row(head), _row(["---"] * len(head))]
    for name, outcome in now["attacks"].items():
        old = then["attacks"].get(name)
        cells = [outcome["title"]]
        for kind in KINDS:
            cells += [_waiting(old, kind), _waiting(outcome, kind)]
        cells += [_hold(old), _hold(outcome), _memory(old), _memory(outcome)]
        cells += ["no" if outcome["wrong"] else "yes", "; ".join(outcome["missed"]) or "met"]
        lines.append(_row(cells))
    return "\n".join(lines)


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
    DOCUMENT.write_text(f"{start}{BEGIN}\n{markdown(now, before())}\n{END}{end}")
