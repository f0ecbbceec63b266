"""Who makes room for whom, where there is none."""

from __future__ import annotations

import pytest

from app.web.connections import Connections, Place


class Holder:
    """A connection as it stands: `half` a request, `idle` after a response, `working`, or a `socket`."""

    def __init__(self, connections: Connections, address: str, state: str) -> None:
        self.state, self.was_cut = state, False
        self.place: Place | None = connections.enter(address, self)
        if self.place is not None and state == "socket":
            self.place.pass_to_socket()

    @property
    def is_waiting(self) -> bool:
        return self.state in ("half", "idle")

    @property
    def is_half_open(self) -> bool:
        return self.state == "half"

    def cut(self) -> None:
        assert self.place is not None
        self.was_cut = True
        self.place.leave()


EVE, BOB, ADA = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def those_cut(holders: list[Holder]) -> list[int]:
    return [number for number, holder in enumerate(holders) if holder.was_cut]


def test_an_address_makes_room_for_itself_and_half_sent_requests_go_first() -> None:
    connections = Connections(100, 5)
    states = ("idle", "working", "socket", "half", "half")
    holders = [Holder(connections, EVE, state) for state in states]
    for cut in ([3], [3, 4], [0, 3, 4]):
        assert Holder(connections, EVE, "working").place is not None
        assert those_cut(holders) == cut
    assert Holder(connections, EVE, "half").place is None, "what is left is being worked on"
    assert Holder(connections, BOB, "half").place is not None
    assert connections.count == 6


def test_a_flood_of_one_address_is_not_looked_through_for_each_that_comes() -> None:
    """A look takes as long as there are connections: it makes room for many."""
    connections = Connections(1_000, 200)
    looks = 0
    eves = [Holder(connections, EVE, "half") for _ in range(200)]
    for _ in range(100):
        before = len(those_cut(eves))
        assert Holder(connections, EVE, "working").place is not None
        looks += len(those_cut(eves)) > before
    assert looks == 10


def test_of_all_addresses_the_one_that_waits_most_makes_room() -> None:
    connections = Connections(10, 8)
    bobs = [Holder(connections, BOB, "half") for _ in range(2)]
    eves = [Holder(connections, EVE, "half") for _ in range(8)]
    assert Holder(connections, ADA, "working").place is not None
    assert (those_cut(bobs), those_cut(eves)) == ([], [0])


@pytest.mark.parametrize("state", ["working", "socket"])
def test_nobody_is_cut_off_who_is_being_served(state: str) -> None:
    connections = Connections(10, 8)
    holders = [Holder(connections, address, state) for address in (BOB, EVE) for _ in range(5)]
    assert Holder(connections, ADA, "half").place is None
    assert not those_cut(holders)
    for holder in holders[:2]:
        assert holder.place is not None
        holder.place.leave()
        holder.place.leave()
    assert connections.count == 8
    assert Holder(connections, ADA, "half").place is not None


def test_one_customer_s_ipv6_addresses_are_one() -> None:
    connections = Connections(100, 2)
    for number in range(2):
        assert Holder(connections, f"2001:db8::{number + 1}", "socket").place is not None
    assert Holder(connections, "2001:db8::ffff:1", "socket").place is None
    assert Holder(connections, "2001:db8:0:1::1", "socket").place is not None


@pytest.mark.parametrize("address", ["192.0.2.9", "::ffff:192.0.2.9", "2001:db8::9"])
def test_a_trusted_proxy_is_not_bound_by_the_limit_of_an_address(address: str) -> None:
    connections = Connections(100, 2, ["192.0.2.8/30", "2001:db8::9"])
    assert all(Holder(connections, address, "socket").place is not None for _ in range(5))


def test_nothing_is_kept_of_who_has_gone() -> None:
    connections = Connections(100, 10)
    for holder in [Holder(connections, f"198.51.100.{number}", "half") for number in range(20)]:
        assert holder.place is not None
        holder.place.leave()
    assert connections.count == 0
    assert not connections._of
