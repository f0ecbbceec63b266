"""Lists as files: what one request costs grows with the list, and its answer takes as long as its reader likes."""

from __future__ import annotations

from collections import Counter
from itertools import count
from urllib.parse import quote

from tests.hostile.attack import ADMIN, COLLECTORS, Target, address, attack
from tests.hostile.wire import Streams, dial, hang_up

LINES = 10
"""Connections of each person: as many files as one may ask for at once."""
SLOW, PAUSE = 4_096, 0.02
"""Bytes, and seconds between two of them: much faster than whoever is cut off for reading too slowly."""
END = b"\r\n0\r\n\r\n"
"""Of a body in chunks."""


@attack("long lists as files, by four clients and an admin who read them, read slowly or break off")
async def exports(target: Target) -> None:
    given: Counter[int] = Counter()

    async def asks(number: int, place: int, view: str) -> None:
        intruder = target.intruders[place]
        head = f"Host: 127.0.0.1:{target.port}\r\nCookie: desk={intruder.token}\r\n"
        request = f"GET /csv?view={quote(view)}&list=codes HTTP/1.1\r\n{head}\r\n".encode()
        for turn in count(number):
            if target.is_over:
                return
            read = (_whole, _slowly, _beginning)[turn % 3]
            streams = await dial(target, address(-place), receive_buffer=SLOW if read is _slowly else None)
            try:
                streams[1].write(request)
                head = await streams[0].readuntil(b"\r\n\r\n")
                target.answers[head[9:12].decode()] += 1
                if head[9:12] == b"200":
                    given[place] += 1
                    await read(target, streams)
            except (OSError, EOFError):
                target.answers["cut"] += 1
            finally:
                hang_up(streams)

    works = [asks(number, place, "/") for place in COLLECTORS for number in range(LINES)]
    works += [asks(number, ADMIN, "/admin/codes") for number in range(LINES)]
    await target.together(works)
    for times in given.values():
        target.allows(times, "export")
    target.needs(given.total(), "list was given out")


async def _whole(target: Target, streams: Streams) -> None:
    """Half a list must not look whole, nor a whole one be half."""
    last = b""
    while not last.endswith(END):
        if not (data := await streams[0].read(65_536)):
            target.wrong.append("a file broke off, though its reader was still there and signed in")
            return
        last = (last + data)[-len(END) :]
    target.answers["whole files"] += 1


async def _slowly(target: Target, streams: Streams) -> None:
    last = b""
    while not last.endswith(END) and (data := await streams[0].read(SLOW)):
        last = (last + data)[-len(END) :]
        await target.rest(PAUSE)


async def _beginning(_: Target, streams: Streams) -> None:
    await streams[0].read(1)
