from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from string import hexdigits
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Controller, MediaType, Request, Response, get, post

from app.errors import Invalid, NotUnderstood, TooMany, Unavailable
from app.i18n.message import say
from app.licences.key import normalised
from app.robots.answer import VERSION, Answer, in_ascii, text_of
from app.robots.checks import Checks
from app.robots.keys import EXPONENT, Keys, KeysError, SigningKey
from app.robots.seats import free_seat
from app.robots.verdicts import Robot, answer
from app.web.addresses import client_address, network_of
from app.web.fields import Id
from app.web.guards import signed_in
from app.web.negotiation import wants_json
from app.web.request_body import read
from app.web.responses import respond

Result = TypeVar("Result")

logger = logging.getLogger(__name__)

NONCE_DIGITS = 32
"""Hexadecimal, of the robot's own choice: no older answer has the same."""
ASKED = ("licence", "product", "platform", "account", "server", "mode", "terminal", "nonce")
"""What the answer says again, so that it is an answer to this robot and no other."""


def _one(value: str) -> str:
    if value != VERSION:
        raise ValueError(value)
    return value


def _hexadecimal(value: str) -> str:
    if not set(value) <= set(hexdigits):
        raise ValueError(value)
    return value


Version = Annotated[str, msgspec.Meta(min_length=1, max_length=1), say("Send v=1."), _one]
Licence = Annotated[str, msgspec.Meta(min_length=1, max_length=40), say("Send the key, of at most 40 signs.")]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=20), say("Send 1 to 20 signs.")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64), say("Send 1 to 64 bytes.")]
Nonce = Annotated[
    str,
    msgspec.Meta(min_length=NONCE_DIGITS, max_length=NONCE_DIGITS),
    say("Send {many} hexadecimal digits, others each time.", many=NONCE_DIGITS),
    _hexadecimal,
]


class Check(msgspec.Struct):
    v: Version
    licence: Licence
    platform: Short
    account: Short
    server: Name
    mode: Short
    version: Short
    terminal: Name
    nonce: Nonce
    product: Annotated[str, msgspec.Meta(max_length=32), say("Send at most 32 signs.")] = ""


class Free(msgspec.Struct):
    installation_id: Id


class Seats(Controller):
    guards = [signed_in]

    @post("/api/free-seat", status_code=200, opt={"takes": Free, "quota": "free_seats"})
    async def free(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Free)
        return await respond(request, await free_seat(request.user, body.installation_id))


class Robots(Controller):
    include_in_schema = False
    opt = {"exclude_from_auth": True, "speaks": "lines"}

    @post("/robot/check", opt={"takes": Check, "rate": "check"}, status_code=200)
    async def check(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Every verdict is 200 and signed, refusals too. Anything else is no verdict: 400 for what nobody understands,
        429 for what comes too often, 503 while there is no key or no database."""
        try:
            body = await read(request, Check, encoding="latin-1")
            asked = {name: in_ascii(getattr(body, name).encode("latin-1")) for name in ASKED}
        except (Invalid, UnicodeEncodeError) as error:
            raise not_understood(error) from None
        rates = request.app.state.check_rates  # None: quotas are off
        if rates and (wait := rates.use(network_of(client_address(request)), normalised(body.licence))):
            raise TooMany(say("This licence, or this address, asks too often. Ask again later."), ceil(wait))
        robot = Robot(
            licence=body.licence, platform=asked["platform"].lower(), account=asked["account"],
            product=asked["product"], server=asked["server"], mode=asked["mode"].lower(),
            version=in_ascii(body.version.encode("latin-1")), terminal=asked["terminal"],
        )  # fmt: skip
        checks: Checks = request.app.state.checks
        told = answer(await checks.verdict_on(robot), asked)
        # Half a millisecond, and fifty when the file of the keys is another one: the loop does not wait for it.
        fields = await in_a_thread(signed, told, request.app.state.signing_keys)
        return lines_or_json(request, [fields], fields)

    @get("/robot/keys")
    async def keys(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The public halves: of the key that signs, and of the one that will."""
        found = await in_a_thread(usable, request.app.state.signing_keys)
        keys = [{"key": key.id, "modulus": key.modulus, "exponent": str(EXPONENT)} for key in found]
        return lines_or_json(request, keys, {"keys": keys})


async def in_a_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """As asyncio.to_thread, without a copy of the context, of which signing has no need."""
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


def not_understood(error: Exception) -> NotUnderstood:
    if not isinstance(error, Invalid):
        return NotUnderstood(say("Send the fields form-encoded."))
    named = {name: say("{name}: {what}", name=name, what=what) for name, what in error.fields.items()}
    return NotUnderstood(error.message, named)


def signed(told: Answer, keys: Keys) -> dict[str, str]:
    """Raises Unavailable."""
    key = usable(keys)[0]
    fields = told.fields(key)
    return {**fields, "sig": key.sign(text_of(fields))}


def usable(keys: Keys) -> tuple[SigningKey, ...]:
    """At least one. Raises Unavailable, after a line in the log, where there is none that could be used."""
    try:
        found = keys.all()
    except (KeysError, OSError) as error:  # OSError: a file that cannot be read is no key either
        logger.error("no robot is answered: %s", error)
        found = ()
    if not found:
        raise Unavailable(say("The desk has no key to sign with: `python -m app keys new` makes one."))
    return found


def lines_or_json(request: Request[Any, Any, Any], groups: Sequence[Mapping[str, str]], json: Any) -> Response[Any]:
    if wants_json(request):
        return Response(json)
    return Response(b"".join(map(text_of, groups)), media_type=MediaType.TEXT)
