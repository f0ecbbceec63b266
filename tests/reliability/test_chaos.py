"""A short run of `make chaos`, with a seed of its own each time."""

SECONDS = 15


def test_nothing_is_lost_and_nothing_happens_twice(chaos):
    result = chaos(SECONDS)
    assert (result.lost, result.twice) == ([], [])
    assert result.rounds >= 1
    assert result.journal.faults
    assert result.totals["replays"]
