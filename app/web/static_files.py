"""The desk's own files, read and compressed when it starts: none is looked for on the disk, no thread is asked for it,
and who does not read what they asked for holds nothing but a reference."""

from __future__ import annotations

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from app.errors import NotFound
from app.i18n.message import say
from app.templating import STATIC
from app.web.compression import accepts_gzip

FOR_EVER = "public, max-age=31536000, immutable"
"""Every URL of a static file bears the hash of its content."""


@dataclass(frozen=True)
class StaticFile:
    media_type: str
    plain: bytes
    compressed: bytes | None
    """By gzip, where that is shorter. (What is the same for everybody holds no secret that its length could tell.)"""


@cache
def static_files() -> dict[str, StaticFile]:
    """By their paths below /static."""
    return {f"/{path.relative_to(STATIC).as_posix()}": _read(path) for path in STATIC.rglob("*") if path.is_file()}


STRING = re.compile(rb"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)
STRING_OR_COMMENT = re.compile(STRING.pattern + rb"|/\*.*?\*/", re.DOTALL)
SPACES = (
    (re.compile(rb"\s+"), b" "), (re.compile(rb" ?([{};,]) ?"), rb"\1"), (re.compile(rb": "), b":"),
    (re.compile(rb";}"), b"}"), (re.compile(rb" ([>~]) "), rb"\1"),
)  # fmt: skip
"""Before a colon a space may lead from an element to what is in it; around a sign it belongs to the sum."""


def _read(path: Path) -> StaticFile:
    plain = path.read_bytes()
    if path.suffix == ".css":
        plain = shortened(plain)
    compressed = gzip.compress(plain, 9, mtime=0)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(media_type, plain, compressed if len(compressed) < len(plain) else None)


def shortened(css: bytes) -> bytes:
    """Without comments, and without spaces that say nothing: a fifth of what is left of a style sheet after compression
    is there for those who write it."""
    parts = STRING.split(STRING_OR_COMMENT.sub(lambda found: found[1] or b"", css))
    for place in range(0, len(parts), 2):  # between them stand the strings
        for spaces, instead in SPACES:
            parts[place] = spaces.sub(instead, parts[place])
    return b"".join(parts).strip()


@get("/static/{file_path:path}", include_in_schema=False, opt={"exclude_from_auth": True})
async def static_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    file = static_files().get(str(request.path_params["file_path"]))
    if file is None:
        raise NotFound(say("There is nothing here, or it is not yours."))
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if file.compressed is not None and accepts_gzip(request):
        return Response(file.compressed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.plain, media_type=file.media_type, headers=headers)
