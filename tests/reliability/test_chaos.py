"""A short run of `make chaos`, with a seed of its own each time; and the proof that it sees a relay that is wrong."""

import secrets

import pytest

from bench.chaos.run import chaos_on

SECONDS = {"postgres": 40, "sqlite": 20}


@pytest.fixture
def run(database, request, tmp_path):
    """Prints what happened, which pytest shows when it fails."""

    def chaos(seconds, broken=None):
        kind = request.config.getoption("--database")
        seed = secrets.randbelow(10**6)
        print(f"seed {seed}")
        result = chaos_on(database, kind, tmp_path, seed=seed, seconds=seconds or SECONDS[kind], broken=broken)
        print("\n".join(result.lines()))
        return result

    return chaos


def test_nothing_is_lost_and_nothing_happens_twice(run):
    result = run(None)
    assert (result.lost, result.twice) == ([], [])
    assert result.rounds >= 1
    assert result.books.faults
    assert result.totals["replays"]


def test_a_relay_that_skips_an_event_is_caught(run):
    assert run(6, "skip-event").lost


def test_a_relay_that_pushes_an_event_twice_is_caught(run):
    assert run(6, "push-twice").twice


def test_the_same_frame_twice_changes_no_page(run):
    """A push is state: repeated as it is, it does no harm, so this one is not a fault that could be caught."""
    result = run(6, "push-again")
    assert (result.lost, result.twice) == ([], [])
