"""The app's own route table, and the worst that one can send to a field: made from the declarations, so that a new
route and a new field are covered by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin
from urllib.parse import quote

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.main import LARGEST_BODY
from app.web.fields import Shape, fields_of, meta, plain, shape_of
from tests.browser import Browser, app

SAFE = ("GET", "HEAD", "OPTIONS")


class Write(NamedTuple):
    method: str
    path: str
    takes: Shape | None
    """What it declares."""
    handler: HTTPRouteHandler

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> list[HTTPRoute]:
    return [route for route in app.routes if isinstance(route, HTTPRoute)]


def writes() -> Iterator[Write]:
    for route in routes():
        for handler in route.route_handlers:
            for method in sorted(set(handler.http_methods) - set(SAFE)):
                yield Write(method, route.path, shape_of(handler.opt), handler)


WRITES = sorted(writes(), key=str)
READS = sorted(
    (route.path for route in routes() if "GET" in route.methods and route.path not in ("/metrics", "/healthz")), key=str
)
FIELDS = [(write, field.name) for write in WRITES if write.takes for field in fields_of(write.takes)]

WORST = {
    "dots": ".", "spaces": " ", "at signs": "@", "digits": "1", "NUL": "\0", "sharp s": "ẞ", "dotted I": "İ",
    "combining marks": "\u0316\u0301", "backslashes": "\\", "quotes": '"', "less than": "<", "addresses": "a@a.",
    "wide spaces": "\u2003", "ligature": "\ufdfa", "slashes": "/", "ampersands": "&", "line breaks": "\r\n",
}  # fmt: skip


def some_signs(turn: int) -> dict[str, str]:
    """A few of the worst, others each turn: for what is read by the same code as something that was fed with all."""
    names = list(WORST)
    return {name: WORST[name] for name in (names[(turn * SOME + n) % len(names)] for n in range(SOME))}


SOME = 4


def _signs_of() -> Iterator[Mapping[str, str]]:
    """Of each field: all for the first of its type, by which it is read, and some for the others."""
    seen: set[str] = set()
    for turn, (write, name) in enumerate(FIELDS):
        assert write.takes is not None
        kind = repr(next(field.type for field in fields_of(write.takes) if field.name == name))
        yield some_signs(turn) if kind in seen else WORST
        seen.add(kind)


SIGNS_OF = dict(zip(FIELDS, _signs_of(), strict=True))


def plausible(takes: Shape) -> dict[str, Any]:
    """Something for each field that its type takes, so that nothing else is wrong with the form."""
    return {field.name: _plausible(field.type) for field in fields_of(takes) if field.required}


def _plausible(kind: Any) -> Any:
    if get_origin(plain(kind)) is list:
        return [_plausible(get_args(plain(kind))[0])]
    return "1" if plain(kind) is int else "b" * max(2, meta(kind).min_length or 0)


def as_address(values: Mapping[str, Any], field: str, sign: str) -> bytes:
    """The same between two @, where a pattern for e-mail addresses has most ways to go back."""
    between = as_form(values, field, sign)[: LARGEST_BODY - 3]
    return between.replace(f"{field}=".encode(), f"{field}=a@".encode(), 1) + b"@"


def as_form(values: Mapping[str, Any], field: str, sign: str) -> bytes:
    """A form of the largest size, in which `field` holds nothing but that sign."""
    others = "".join(f"{name}={quote(str(one))}&" for name, one in pairs(values) if name != field) + f"{field}="
    encoded = sign if not sign.isascii() else quote(sign, safe="")  # what is not of ASCII is shorter as it is
    return (others + encoded * ((LARGEST_BODY - len(others)) // len(encoded.encode()))).encode()


def as_json(values: Mapping[str, Any], field: str, sign: str) -> bytes:
    space = LARGEST_BODY - len(msgspec.json.encode({**values, field: ""}))
    return msgspec.json.encode({**values, field: sign * (space // (len(msgspec.json.encode(sign)) - 2))})


def pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        yield from ((name, one) for one in (value if isinstance(value, list) else [value]))


async def browser_for(write: Write, people: Mapping[str, Any], headers: dict[str, str]) -> Browser:
    """Of somebody whom its guards let in."""
    guards = {guard.__name__ for guard in write.handler.resolve_guards()}
    name = "ada" if "admins" in guards else "bob" if guards & {"clients", "signed_in"} else None
    return await Browser.of(people[name] if name else None, headers)
