"""Where one request ends and the next begins is never a matter of opinion: what could be read in two ways is refused,
and whatever follows it on that connection is not read."""

import re
import socket

HIDDEN = "GET /healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n"
TWO_WAYS = {
    "both lengths": f"Content-Length: {len(HIDDEN) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both lengths, the other way round": "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n",
    "a list of lengths": f"Content-Length: 0, {len(HIDDEN)}\r\n\r\n",
    "a length with a sign": "Content-Length: +0\r\n\r\n",
    "a space before the colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded header": "X-A: 1\r\n Transfer-Encoding: chunked\r\nContent-Length : 0\r\n\r\n",
    "chunked, and something after it": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks with a length of signs": "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
}


def test_no_request_hides_behind_another(server):
    assert statuses(server, "Content-Length: 0\r\n\r\n") == ["303", "200"], "two that are plainly two are both answered"
    for way, head in TWO_WAYS.items():
        assert statuses(server, head) == ["400"], way


def statuses(server, head):
    with socket.create_connection(("127.0.0.1", server.port), 10) as raw:
        raw.sendall(f"POST /logout HTTP/1.1\r\nHost: desk\r\n{head}{HIDDEN}".encode())
        return re.findall(r"HTTP/1\.1 (\d+)", raw.makefile("rb").read().decode())
