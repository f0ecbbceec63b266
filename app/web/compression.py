"""HTML travels compressed where nobody else can make its length tell what stands in it (BREACH).

Who can have a page asked for with words of their choice, and see how long the response is, learns by and by what else
is on it: repeated words compress. A browser says with `Sec-Fetch-Site` whose request it is, so what another site leads
to is sent as it is; and what is sent to nobody in particular holds no secret. Words that were stored before (a note, a
name) can be somebody else's at any time: the length of a compressed page is off by a number that nobody knows.
"""

from __future__ import annotations

import re
import secrets
import struct
import zlib

from app.web.negotiation import AnyRequest

SHORTEST = 1024
"""Bytes: what is shorter fits into one packet as it is."""
LEVEL = 5
"""Of zlib: 8.9 kB for a page of 50 codes, a tenth less than level 3, for 0.1 ms more."""
MOST_PADDING = 100
"""Bytes, as Django does it (GZipMiddleware, 4.2)."""
VARY = "HX-Request, Accept, Accept-Encoding, Sec-Fetch-Site"
"""Of whatever may be compressed, whether it is or not."""

DEFLATE, NAME, UNIX = 8, 8, 3
"""RFC 1952, 2.3.1: the method, the flag of a name, and the system."""
NOT_AT_ALL = re.compile(r"q=0(\.0*)?")


def accepts_gzip(request: AnyRequest) -> bool:
    for item in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = item.partition(";")
        if coding.strip() == "gzip":
            return NOT_AT_ALL.fullmatch(weight.strip()) is None
    return False


def may_travel_compressed(request: AnyRequest) -> bool:
    return request.scope.get("user") is None or request.headers.get("sec-fetch-site") in ("same-origin", "none")


def compressed(request: AnyRequest, html: str) -> tuple[bytes, dict[str, str]]:
    """A page's bytes as this request gets them, with the headers that say so."""
    plain = html.encode()
    if len(plain) < SHORTEST or not accepts_gzip(request) or not may_travel_compressed(request):
        return plain, {"Vary": VARY}
    return padded_gzip(plain), {"Vary": VARY, "Content-Encoding": "gzip"}


def padded_gzip(plain: bytes) -> bytes:
    """With the name of a file that is of any length, which whoever unpacks it leaves out."""
    head = struct.pack("<BBBBLBB", 0x1F, 0x8B, DEFLATE, NAME, 0, 0, UNIX)
    padding = b"-" * secrets.randbelow(MOST_PADDING + 1) + b"\0"
    end = struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
    return head + padding + zlib.compress(plain, LEVEL, wbits=-zlib.MAX_WBITS) + end
