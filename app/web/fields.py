"""What the fields of a form take: each bound is declared once, with the type of the struct's field. By it the edge
refuses (request_body.py), and the form's control says in HTML what it takes (forms.py)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import msgspec

from app.db.row import LARGEST_ID, MOST_KEY
from app.i18n.message import Message, say
from app.web.redirects import LONGEST_PATH

Id = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_ID), say("This must be the number of a row.")]
Choice = Annotated[str, msgspec.Meta(min_length=1, max_length=32), say("Please choose one.")]
"""One of a short list, which the domain knows."""
Path = Annotated[
    str,
    msgspec.Meta(max_length=LONGEST_PATH),
    say("An address here has at most {most} characters.", most=LONGEST_PATH),
]
"""Of a page of the desk."""
RequestKey = Annotated[str, msgspec.Meta(max_length=MOST_KEY), say("Use at most {most} characters.", most=MOST_KEY)]

Shape = type[msgspec.Struct]


def new_key() -> dict[str, str]:
    """A RequestKey for a form that is shown."""
    return {"request_key": secrets.token_urlsafe(12)}


def shape_of(opt: Mapping[str, Any]) -> Shape | None:
    """What a route takes, as its `opt` declares it: by its form, or as `takes` where it has none. None: no body."""
    form = opt.get("form")
    shape: Shape | None = opt.get("takes") if form is None else form.takes
    return shape


@cache
def fields_of(shape: Shape) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(shape)


def plain(kind: Any) -> Any:
    """The type without its notes."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def meta(kind: Any) -> msgspec.Meta:
    """The bounds that a type declares. Raises TypeError for one without them: every field of a form has its own."""
    for note in getattr(kind, "__metadata__", ()):
        if isinstance(note, msgspec.Meta):
            return note
    raise TypeError(f"{kind} does not say what it takes")


def expected_value(kind: Any) -> Message:
    """What is said of a value that the type does not take. Raises TypeError for one that says nothing."""
    for note in getattr(kind, "__metadata__", ()):
        if isinstance(note, Message):
            return note
    raise TypeError(f"{kind} does not say what is wrong with what it does not take")


def meant(kind: Any) -> list[Callable[[Any], Any]]:
    """How a value of this type is read: what stands in its notes besides the bounds, as `names.normalised` does."""
    return [note for note in getattr(kind, "__metadata__", ()) if callable(note)]


class Reading(NamedTuple):
    """How one field is read: what its type says, looked up once."""

    name: str
    required: bool
    kind: Any
    plain: Any
    is_list: bool
    meant: Sequence[Callable[[Any], Any]]


@cache
def readings_of(shape: Shape) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            field.name, field.required, field.type, plain(field.type), get_origin(plain(field.type)) is list,
            meant(field.type),
        )
        for field in fields_of(shape)
    )  # fmt: skip


@cache
def html_limits(shape: Shape) -> Mapping[str, Mapping[str, Any]]:
    """By field, as HTML says it of the control; what else it says stands in the type's `extra`."""
    return {field.name: _attributes(meta(field.type)) for field in fields_of(shape) if plain(field.type) in (str, int)}


def _attributes(bounds: msgspec.Meta) -> dict[str, Any]:
    least = bounds.min_length if (bounds.min_length or 0) > 1 else None  # of one character, `required` says it
    attributes = {"minlength": least, "maxlength": bounds.max_length, "min": bounds.ge, "max": bounds.le}
    return {name: value for name, value in attributes.items() if value is not None} | (bounds.extra or {})
