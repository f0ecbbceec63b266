"""What a request carries, as a struct: form-encoded or JSON, with a sentence for each invalid field.

This is the edge. How many fields there are and how long each is stands first, before anything else looks at them; no
other file reads a body.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from multipart import MultipartError, MultipartParser, parse_options_header

from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.web.fields import Reading, Shape, expected_value, fields_of, readings_of, shape_of
from app.web.redirects import LONGEST_PATH

Input = TypeVar("Input", bound=msgspec.Struct)

MOST_STRAY = 1_000
"""Percent signs, from which on those that escape nothing are counted."""
MOST_FIELDS = 1_000
"""In a form, and values in one list of JSON: a page of 500 rows may be sent with all of them selected."""
MOST_PARTS = 16
"""Of a form with a file."""
LONGEST_NAME = 64
LONGEST_NUMBER = 20
"""Characters of a number, before it is read."""
KEPT = 4_096
"""Characters of a refused value that still stand in its field when the form is shown again."""

_Plain = str | int | float | bool | None
_json = msgspec.json.Decoder(dict[str, _Plain | list[_Plain]])
"""Nothing of the desk is nested: what is, is refused while it is read."""


async def read(request: Request[Any, Any, Any], shape: type[Input], encoding: str = "utf-8") -> Input:
    """The body as the struct that its route declares (fields.py). Raises Invalid with a sentence for each invalid
    field: the one of its type. `encoding`: of a form; latin-1 keeps whatever bytes it holds, one a sign."""
    assert shape is shape_of(request.route_handler.opt), f"{request.url.path} does not declare what it takes"
    values = await _body(request, encoding)
    _check_others(values, shape)
    request.state.sent = {name: value for name, value in values.items() if _can_be_kept(value)}
    fields: dict[str, str] = {}
    parsed: dict[str, Any] = {}
    for field in readings_of(shape):
        value = values.get(field.name)
        if value is None or (value == "" and not field.required):
            if field.required:
                fields[field.name] = expected_value(field.kind)
            continue
        try:
            parsed[field.name] = _convert(value, field)
        except (msgspec.ValidationError, ValueError):
            fields[field.name] = expected_value(field.kind)
        else:
            if "\0" in str(value):
                # PostgreSQL has no text with a NUL.
                fields[field.name] = say("This holds a sign that cannot be stored.")
    if fields:
        raise Invalid(MARKED, fields)
    return shape(**parsed)


async def _body(request: Request[Any, Any, Any], encoding: str) -> dict[str, Any]:
    """The fields as they came; one that is given several times is a list. Raises Invalid."""
    # Not by Litestar's `form`: it keeps the last 1,024 bodies, passwords and all, and lets a part of a multipart name
    # the codec in which it is read.
    content = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(content)
    if kind == "application/x-www-form-urlencoded":
        # MetaTrader ends a body with a NUL, as it ends its texts; to what people send it does not belong.
        return _from_form(content if encoding == "utf-8" else content.removesuffix(b"\0"), encoding)
    if kind == "multipart/form-data" and request.route_handler.opt.get("files"):
        return _from_multipart(content, request.headers["content-type"])
    if content:
        raise Invalid(say("Send the fields form-encoded or as JSON."))
    return {}


def _from_json(content: bytes) -> dict[str, Any]:
    try:
        values: dict[str, Any] = _json.decode(content)
    except msgspec.ValidationError:
        raise Invalid(say("The body must be a JSON object of texts, numbers and lists of them.")) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(say("The body is not valid JSON: {error}.", error=error)) from None
    if len(values) > MOST_FIELDS or any(
        isinstance(value, list) and len(value) > MOST_FIELDS for value in values.values()
    ):
        raise _too_many()
    return values


def _from_form(content: bytes, encoding: str) -> dict[str, Any]:
    # Each begins an escape of three bytes. To look for as many that are none takes longer than any form may.
    if (signs := content.count(b"%")) > MOST_STRAY and signs * 3 > len(content):
        raise _too_many()
    try:
        text = content.decode(encoding, errors="replace")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding=encoding)
    except ValueError:
        raise _too_many() from None
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: many if len(many) > 1 else many[0] for name, many in values.items()}


def _from_multipart(content: bytes, kind: str) -> dict[str, Any]:
    """Of the few forms that take a file, whose text is a field like any other. Raises Invalid."""
    boundary = parse_options_header(kind)[1].get("boundary", "")
    values: dict[str, Any] = {}
    try:
        parts = MultipartParser(BytesIO(content), boundary, part_limit=MOST_PARTS, strict=True)
        for part in parts:
            text = part.raw.decode("utf-8-sig")
            if text or not part.filename:
                values[part.name] = text
    except MultipartError as error:
        raise Invalid(say("This form cannot be read: {error}.", error=error)) from None
    except UnicodeDecodeError:
        raise Invalid(say("The file is not UTF-8. Save it as “CSV UTF-8”.")) from None
    return values


def _too_many() -> Invalid:
    return Invalid(say("That is too much at once: a form has at most {most} fields.", most=MOST_FIELDS))


def _check_others(values: Mapping[str, Any], shape: Shape) -> None:
    """What the struct does not know is passed over, as browsers add fields of their own, but has its bounds too: `back`
    is read of it. Raises Invalid."""
    known = {field.name for field in fields_of(shape)}
    for name in values.keys() - known:
        if len(name) > LONGEST_NAME:
            raise Invalid(say("The name of a field has at most {most} characters.", most=LONGEST_NAME))
        value = values[name]
        if any(
            isinstance(text, str) and len(text) > LONGEST_PATH
            for text in (value if isinstance(value, list) else [value])
        ):
            raise Invalid(
                say(
                    "What is sent as “{name}” is too long: it may have {most} characters.", name=name, most=LONGEST_PATH
                )
            )


def _can_be_kept(value: Any) -> bool:
    if isinstance(value, list):
        return all(_can_be_kept(item) for item in value)
    return not isinstance(value, str) or len(value) <= KEPT


def _convert(value: Any, field: Reading) -> Any:
    """Raises ValueError or msgspec's error for what its type does not take."""
    if field.is_list and not isinstance(value, list):
        value = [value]
    converted = msgspec.convert(_text(value, field.plain, field.is_list), field.kind, strict=False)
    for read_as in field.meant:
        converted = read_as(converted)
    return converted


def _text(value: Any, kind: Any, is_list: bool = False) -> Any:
    """JSON may give a number where a form gives its digits; booleans and the rest stay what they are."""
    if isinstance(value, list):
        return [_text(item, int) for item in value] if is_list else value
    if kind is int and isinstance(value, str) and len(value) > LONGEST_NUMBER:
        raise ValueError("no number of the desk is that long")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
