"""Before anything of an action is read: whether whoever asks for it still may."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator

from litestar.handlers import BaseRouteHandler

from app.db import transaction
from app.db.errors import UNAVAILABLE
from app.errors import TooMany
from app.i18n.message import say
from app.i18n.spans import span
from app.limits import Limit, Limits, in_words_of
from app.live.event import SYSTEM
from app.live.log import record
from app.quotas.events import QuotaReached
from app.quotas.tables import Quota
from app.settings import settings
from app.web.addresses import client_address, network_of
from app.web.guards import AnyConnection

logger = logging.getLogger(__name__)

TOLD_OF_ONE = Limit(1, 3600)
"""How often admins are told of one person or address, and action."""
TOLD_OF_ADDRESSES = Limit(20, 3600)
"""And of all addresses together: a thousand of them must not drown what else the admins read."""


async def within_quota(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Litestar's guard of every route; those that change something name their quota. Raises TooMany."""
    name: str | None = handler.opt.get("quota")
    if name is None or not settings().quotas:
        return
    quota = settings().quota_table[name]
    subjects = tuple(_subjects(connection, quota.person, quota.address))
    limits = {f"{name}/{key}/{limit.seconds}": limit for _, key, several in subjects for limit in several}
    if not limits or not (used_up := await Quota.use(limits)):
        return
    wait = max(used_up.values())
    key = max(used_up, key=lambda each: used_up[each])
    who = next(who for who, subject, _ in subjects if key.startswith(f"{name}/{subject}/"))
    told = in_words_of(name, limits[key])
    logger.warning("%s reached a limit: %s", who, told, extra={"path": connection.scope["path"]})
    await _tell_admins(who, key, name, limits[key])
    raise TooMany(
        say(
            "That was too much at once: {limit} are allowed. Please try again in {wait}; nothing was changed.",
            limit=told,
            wait=span(wait),
        ),
        retry_after=math.ceil(wait),
    )


async def tell_of_requests(network: str, limit: Limit) -> None:
    """That it is refused whatever it asks for, as it, or a session there, has asked for too much
    (app/web/request_rate.py)."""
    logger.warning("%s reached a limit: %s", network, in_words_of("request", limit))
    try:
        await _tell_admins(network, f"request/address-{network}/{limit.seconds}", "request", limit)
    except UNAVAILABLE:
        logger.warning("the admins could not be told of it: the database is unavailable")


def _subjects(connection: AnyConnection, of_person: Limits, of_address: Limits) -> Iterator[tuple[str, str, Limits]]:
    """Who it is in words, by which key they are counted, and what limits them."""
    if connection.user is not None:
        yield connection.user.username, f"person-{connection.user.id}", of_person
    network = network_of(client_address(connection))
    yield network, f"address-{network}", of_address


async def _tell_admins(who: str, key: str, quota: str, limit: Limit) -> None:
    limits = {f"told/{key}": TOLD_OF_ONE}
    if "/address-" in key:
        limits["told/addresses"] = TOLD_OF_ADDRESSES
    if not await Quota.use(limits):
        async with transaction():
            record(QuotaReached(who=who, quota=quota, times=limit.times, seconds=limit.seconds), by=SYSTEM)
