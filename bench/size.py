"""How much is measured: enough for steady medians, or enough to see in two minutes that it works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    name: str = "full"
    rounds: int = 5
    sockets: tuple[int, ...] = (1, 50, 200, 500)
    """Growth of the room; the figures speak of the last."""
    warm: int = 150
    """Times that everything is done before it is measured: Node compiles as it goes."""
    broadcasts: int = 60
    burst: int = 40
    viewers: tuple[int, ...] = (1, 5, 20)
    pairs: int = 100
    idle: int = 1000
    requests: int = 200
    rows: tuple[int, int] = (1_000, 1_000_000)
    """Codes in the table: of every figure, and of the lists of a large desk."""
    seconds: float = 3.0
    """Of steady load, for actions a second."""

    @property
    def most_sockets(self) -> int:
        return max(self.idle, self.sockets[-1])


FULL = Size()
QUICK = Size(
    name="quick",
    rounds=1,
    sockets=(1, 200),
    warm=30,
    broadcasts=15,
    pairs=25,
    idle=200,
    requests=60,
    rows=(1_000, 50_000),
    seconds=1.0,
)
