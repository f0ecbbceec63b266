"""A short run of `make chaos`, with a seed of its own each time."""

SECONDS = {"postgres": 25, "sqlite": 15}


def test_nothing_is_lost_and_nothing_happens_twice(chaos, request):
    result = chaos(SECONDS[request.config.getoption("--database")])
    assert (result.lost, result.twice) == ([], [])
    assert result.rounds >= 1
    assert result.journal.faults
    assert result.totals["replays"]
