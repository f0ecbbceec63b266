"""What is said of a run: the goal, and the place of the table in its document."""

from __future__ import annotations

import pytest

from tests.hostile import table
from tests.hostile.attacks import ATTACKS
from tests.hostile.latencies import Latencies
from tests.hostile.run import Outcome, Run


def latencies(*milliseconds: float) -> Latencies:
    found = Latencies()
    found.seconds["request"] = [each / 1000 for each in milliseconds]
    return found


def outcome(during: Latencies, after: Latencies, *wrong: str) -> Outcome:
    without = latencies(9, 10, 11)
    return Outcome(ATTACKS["dots"], without, during, after, (90, 95, 92), 0.05, {"422": 3}, 0.1, list(wrong))


@pytest.mark.parametrize(
    ("during", "after", "missed"),
    [
        ((18, 20, 250), (10, 20), []),
        ((18, 21, 240), (10, 20), ["request p50 ×2.1"]),
        ((18, 20, 251), (10, 20), ["request max 251 ms"]),
        ((18, 20, 240), (10, 90), ["request afterwards ×5.0"]),
    ],
)
def test_the_goal_is_twice_the_median_a_quarter_of_a_second_and_afterwards_as_before(during, after, missed):
    assert outcome(latencies(*during), latencies(*after)).missed == missed


def test_the_table_takes_its_place_in_the_document_and_leaves_the_rest(tmp_path, monkeypatch):
    document = tmp_path / "security.md"
    monkeypatch.setattr(table, "DOCUMENT", document)
    document.write_text(f"# Security\n\nAbove.\n\n{table.BEGIN}\nyesterday\n{table.END}\n\nBelow.\n")
    run = Run(5, 3, small=False)
    run.outcomes.append(outcome(latencies(18, 20, 251), latencies(10), "codes [7] are lost"))
    table.write(table.figures(run))
    text = document.read_text()
    assert text.startswith(f"# Security\n\nAbove.\n\n{table.BEGIN}\n")
    assert text.endswith(f"{table.END}\n\nBelow.\n")
    assert "yesterday" not in text
    assert "10/11 → 20/251" in text
    assert "- an e-mail of 60,000 dots on /register: codes [7] are lost" in text
    again = text
    table.write(table.figures(run))
    assert document.read_text() == again
