"""The open connections of this process, counted together and for each address, so that nobody can take them all.

Where there is no room, one that only waits for its peer makes it, of those who hold the most: whoever has sent a whole
request, or holds a socket, is not cut off for it.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol

from prometheus_client import Counter, Gauge

from app.settings import settings
from app.web.addresses import network_of
from app.web.open_files import most_connections

OPEN = Gauge("desk_connections", "Open connections of this process, sockets included.", multiprocess_mode="livesum")
REFUSED = Counter("desk_connections_refused_total", "Connections that were refused for want of room.", ["full"])
CUT = Counter("desk_connections_cut_total", "Connections that only waited for their peer and made room.")

MOST_CUT = 128
"""Connections that are cut at a time, of those of one address a twentieth and of all a hundredth: looking for them
takes a microsecond for each that is open, so it must not be done for each that comes."""
SAID_EVERY = 60.0
"""Seconds between two lines of the log about a want of room."""

logger = logging.getLogger(__name__)


class Holder(Protocol):
    @property
    def is_waiting(self) -> bool:
        """For its peer, with nothing of the desk's own in hand: no whole request, no socket."""
        ...

    @property
    def is_half_open(self) -> bool:
        """Waiting for the rest of a request, or for a first one."""
        ...

    def cut(self) -> None:
        """Ends it, and leaves its place at once."""


class Place:
    """Of one connection, until it leaves."""

    __slots__ = ("connections", "holder", "network")

    def __init__(self, connections: Connections, network: str, holder: Holder) -> None:
        self.connections, self.network = connections, network
        self.holder: Holder | None = holder

    @property
    def is_waiting(self) -> bool:
        return self.holder is not None and self.holder.is_waiting

    def pass_to_socket(self) -> None:
        """From now on it is a socket's, and makes room for nobody."""
        self.holder = None

    def leave(self) -> None:
        self.connections.remove(self)


class Connections:
    def __init__(self, most: int, most_of_address: int, proxies: Sequence[str] = ()) -> None:
        self.most, self.most_of_address = most, most_of_address
        self.count = 0
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in proxies]
        self._of: dict[str, dict[Place, None]] = defaultdict(dict)
        """By network, the oldest first."""
        self._said_at = -SAID_EVERY

    def enter(self, address: str, holder: Holder) -> Place | None:
        """None when there is no room, and nobody who could make it."""
        network = network_of(address)
        mine = self._of.get(network, {})
        is_full = len(mine) >= self.most_of_address and not self._is_proxy(address)
        if is_full and not self._cut(mine, self._at_a_time(self.most_of_address // 20)):
            self._note_refusal("address", network)
            return None
        if self.count >= self.most and not self._make_room():
            self._note_refusal("process", network)
            return None
        place = Place(self, network, holder)
        self._of[network][place] = None
        self._count(1)
        return place

    def remove(self, place: Place) -> None:
        """Does nothing for one that has left already."""
        places = self._of.get(place.network)
        if places is None or place not in places:
            return
        del places[place]
        if not places:
            del self._of[place.network]
        self._count(-1)

    def _make_room(self) -> bool:
        """Of the network with the most that wait first, and at most half of what waits there."""
        waiting = {network: sum(place.is_waiting for place in places) for network, places in self._of.items()}
        to_cut = self._at_a_time(self.most // 100)
        cut = 0
        for network in sorted(waiting, key=waiting.__getitem__, reverse=True):
            if cut >= to_cut or not waiting[network]:
                break
            cut += self._cut(self._of[network], min(to_cut - cut, (waiting[network] + 1) // 2))
        return cut > 0

    @staticmethod
    def _at_a_time(share: int) -> int:
        return max(1, min(MOST_CUT, share))

    def _cut(self, places: Iterable[Place], many: int) -> int:
        """The oldest of these that wait, and of them those that got a response last: their next request may be on its
        way. Gives how many there were."""
        waiting = [place.holder for place in places if place.holder is not None and place.is_waiting]
        waiting.sort(key=lambda holder: not holder.is_half_open)
        for holder in waiting[:many]:
            holder.cut()
        CUT.inc(len(waiting[:many]))
        return len(waiting[:many])

    def _note_refusal(self, full: str, network: str) -> None:
        REFUSED.labels(full=full).inc()
        if time.monotonic() - self._said_at >= SAID_EVERY:
            self._said_at = time.monotonic()
            logger.warning(
                "connections are refused: %d are open, %d of them from %s (at most %d, and %d of one address)",
                self.count, len(self._of.get(network, ())), network, self.most, self.most_of_address,
            )  # fmt: skip

    def _is_proxy(self, address: str) -> bool:
        """Behind it there are many people: it counts them itself."""
        if not self._proxies:
            return False
        try:
            parsed = ipaddress.ip_address(network_of(address) if address.startswith("::ffff:") else address)
        except ValueError:
            return False
        return any(parsed in proxy for proxy in self._proxies)

    def _count(self, change: int) -> None:
        self.count += change
        OPEN.set(self.count)


@cache
def connections() -> Connections:
    """Of this process."""
    known = settings()
    return Connections(most_connections(known.connections), known.connections_per_address, known.trusted_proxies)
