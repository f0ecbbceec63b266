"""Who stands at the door, for tests that knock without HTTP."""

from __future__ import annotations

from app.signing_in.caller import Caller, Known
from app.signing_in.tables import Device, SignInFailure
from app.web.addresses import network_of


def caller(address: str = "127.0.0.1", device: str | None = None) -> Caller:
    return Caller(address, network_of(address), device=device)


HOME = caller()


async def failed(name: str, where: Caller = HOME, times: int = 1) -> None:
    """Wrong passwords, without the time that a hash takes."""
    known: Known = await Device.known(name, where)
    for _ in range(times):
        await SignInFailure.note(name, where, known)
