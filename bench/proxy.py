"""`python -m bench.proxy PORT JOURNAL`: passes what is said to PostgreSQL on, and notes each round trip.

Prints the port on which it listens. A round trip is a message after which the client waits for the server: Query (Q),
Sync (S) or Flush (H) of the protocol's version 3. Each is a line of the journal, tab-separated: the moment
(perf_counter, which all processes share), the connection's number, its application_name, and the SQL of it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from asyncio import StreamReader, StreamWriter
from itertools import count
from typing import TextIO

STARTUP = 196_608
"""Version 3.0; what else comes untyped asks for TLS, and is answered "no", or cancels a query."""

numbers = count(1)


class Connection:
    def __init__(self, journal: TextIO) -> None:
        self._journal, self._number = journal, next(numbers)
        self._application = self._sql = ""
        self._statements: dict[bytes, str] = {}

    async def pass_on(self, client: StreamReader, server: StreamWriter) -> None:
        """Client to server, message by message; raises IncompleteReadError at the end."""
        while True:
            head = await client.readexactly(4)
            body = await client.readexactly(int.from_bytes(head, "big") - 4)
            server.write(head + body)
            if int.from_bytes(body[:4], "big") == STARTUP:
                break
        words = body[4:].split(b"\0")
        self._application = dict(zip(words[::2], words[1::2], strict=False)).get(b"application_name", b"").decode()
        while True:
            head = await client.readexactly(5)
            body = await client.readexactly(int.from_bytes(head[1:], "big") - 4)
            self._note(head[:1], body)
            server.write(head + body)

    def _note(self, kind: bytes, body: bytes) -> None:
        if kind == b"P":
            statement, text, _ = body.split(b"\0", 2)
            self._statements[statement] = self._sql = text.decode()
        elif kind == b"B":
            self._sql = self._statements.get(body.split(b"\0", 2)[1], "")
        elif kind in (b"Q", b"S", b"H"):
            sql = body.rstrip(b"\0").decode() if kind == b"Q" else self._sql
            trip = (f"{time.perf_counter():.6f}", str(self._number), self._application, " ".join(sql.split()))
            self._journal.write("\t".join(trip) + "\n")
            self._journal.flush()


async def serve(port: int, journal: TextIO) -> None:
    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        back = asyncio.create_task(_copy(server_reader, writer))
        try:
            await Connection(journal).pass_on(reader, server_writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            server_writer.close()
            await back

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
    except ConnectionError:
        pass
    writer.close()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with open(sys.argv[2], "w") as lines:
        asyncio.run(serve(int(sys.argv[1]), lines))
