"""What a request carries, as a struct: form-encoded or JSON, with a sentence for each invalid field."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from litestar import Request

from app.errors import MARKED, Invalid
from app.i18n.message import Message, say

Input = TypeVar("Input", bound=msgspec.Struct)

Id = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1), say("This must be the number of a row.")]
Choice = Annotated[str, msgspec.Meta(min_length=1), say("Please choose one.")]
Needed = Annotated[str, msgspec.Meta(min_length=1), say("This field is needed.")]


async def read(request: Request[Any, Any, Any], shape: type[Input]) -> Input:
    """The body, form-encoded or JSON, as a struct. Raises Invalid with a sentence for each invalid field:
    the one in its type's annotation."""
    values = request.state.sent = await body(request)
    fields: dict[str, str] = {}
    parsed: dict[str, Any] = {}
    for field in _fields(shape):
        value = values.get(field.name)
        if value is None or (value == "" and not field.required):
            if field.required:
                fields[field.name] = _message(field.type)
            continue
        if get_origin(field.type) is list and not isinstance(value, list):
            value = [value]
        try:
            parsed[field.name] = msgspec.convert(_text(value), field.type, strict=False)
        except msgspec.ValidationError:
            fields[field.name] = _message(field.type)
        if "\0" in str(value):
            fields[field.name] = say("This holds a sign that cannot be stored.")  # PostgreSQL has no text with a NUL
    if fields:
        raise Invalid(MARKED, fields)
    return shape(**parsed)


@cache
def _fields(shape: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(shape)


async def body(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The fields of a request as they came; a field given several times is a list. Raises Invalid."""
    if request.content_type[0] == "application/json":
        try:
            values = msgspec.json.decode(await request.body())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid(say("The body is not valid JSON: {error}.", error=error)) from None
        if not isinstance(values, dict):
            raise Invalid(say("The body must be a JSON object."))
        return values
    form = await request.form()
    return {name: many if len(many := form.getall(name)) > 1 else many[0] for name in dict.fromkeys(form)}


def _text(value: Any) -> Any:
    """JSON may give a number where a form gives its digits; booleans and the rest stay what they are."""
    if isinstance(value, list):
        return [_text(item) for item in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _message(kind: Any) -> Message:
    if get_origin(kind) is list:
        return _message(get_args(kind)[0])
    for note in getattr(kind, "__metadata__", ()):
        if isinstance(note, Message):
            return note
    return say("This value cannot be used.")
