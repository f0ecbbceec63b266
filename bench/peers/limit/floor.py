"""The limit of a Python event loop: limit.c's orders obeyed by uvloop, one write() on the transport of each receiver.

    floor.py PORT BYTES

What a Python server adds to this is its own; what this takes longer than limit.c is the loop's.
"""

import asyncio
import sys
from typing import cast

import uvloop

control: list[asyncio.Transport] = []
receivers: list[asyncio.Transport] = []
orders = bytearray()
expected = sent = 0


class Peer(asyncio.Protocol):
    """The first is the control connection, all others receive."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        (receivers if control else control).append(cast(asyncio.Transport, transport))
        obey()

    def data_received(self, data: bytes) -> None:
        orders.extend(data)
        obey()


def obey() -> None:
    """'+': one more receiver, which may be yet to come; '!': a frame to all."""
    global expected, sent
    while orders and (orders[0] == ord("+") or len(receivers) >= expected):
        if orders.pop(0) == ord("+"):
            expected += 1
            continue
        sent += 1
        text = f"mark-{sent:06d}".encode().ljust(size)
        frame = b"\x81\x7e" + size.to_bytes(2, "big") + text
        for transport in receivers:
            transport.write(frame)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Peer, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


size = int(sys.argv[2])
uvloop.run(main())
