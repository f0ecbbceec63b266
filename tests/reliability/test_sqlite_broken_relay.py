"""The proof that chaos sees a relay that is wrong; on one kind of database, as the relay is the same on both."""


def test_a_relay_that_skips_an_event_is_caught(chaos):
    assert chaos(4, "skip-event").lost


def test_a_relay_that_pushes_an_event_twice_is_caught(chaos):
    assert chaos(4, "push-twice").twice


def test_the_same_frame_twice_changes_no_page(chaos):
    """A push is state: repeated as it is, it does no harm, so this one is not a fault that could be caught."""
    result = chaos(4, "push-again")
    assert (result.lost, result.twice) == ([], [])
