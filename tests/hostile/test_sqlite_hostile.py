"""A short run of `make hostile`. How fast the machine is proves nothing here: what counts is that nothing is lost,
that what is too much is refused, and that the desk stands as it did."""

from __future__ import annotations

from tests.hostile.attacks import ATTACKS
from tests.hostile.run import hostile


def test_no_attack_costs_honest_people_their_work(tmp_path):
    run = hostile("sqlite", tmp_path / "hostile", seconds=0.3, quiet=0.05, small=True)
    assert run.all_wrong == []
    assert [outcome.attack.name for outcome in run.outcomes] == list(ATTACKS)
    honest = [outcome.during.seconds["request"] for outcome in run.outcomes]
    assert sum(len(seconds) for seconds in honest) > 2 * len(honest)
