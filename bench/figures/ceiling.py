"""What the load generator itself can take, from a sender that never pauses."""

from __future__ import annotations

from bench.figures.base import Row, Run, Values
from bench.load.pages import Crowd
from bench.targets.limit import LimitRoom

ROWS = (Row("messages_per_second", "messages the load generator can take", "/s"),)
FRAMES = 100


def measure(run: Run) -> Values:
    assert isinstance(run.room, LimitRoom)
    crowd = Crowd(run.loop, run.room.open_pages(run.size.sockets[-1]))
    crowd.expect(run.room.announced(FRAMES))
    with run.span() as span:
        run.room.send(FRAMES)
        crowd.wait()
    return {"messages_per_second": FRAMES * len(crowd.pages) / span.load, "busy": span.busy}
