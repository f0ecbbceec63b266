"""What an operator can do for robots: the bodies of the commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.operations import fail
from app.robots.keys import Keys, KeysError, keys_of
from app.robots.verdicts import MESSAGES, Robot, verdict_on
from app.settings import settings


def look_at_keys() -> None:
    """Before a server starts that could answer no robot: keys that cannot be used are one line and exit 1."""
    with _using_keys() as keys:
        keys.all()


def new_key(*, once: bool) -> None:
    with _using_keys() as keys:
        if not (once and keys.all()):
            print(f"{keys.add().id} is made; {keys.all()[0].id} signs")


def list_keys() -> None:
    with _using_keys() as keys:
        for key in keys.all():
            print(f"{key.id} {'signs' if key is keys.all()[0] else 'will sign'}\n{key.modulus}")


def retire_key(key_id: str) -> None:
    with _using_keys() as keys:
        print(f"{keys.retire(key_id).id} is gone; {keys.all()[0].id} signs")


@contextmanager
def _using_keys() -> Iterator[Keys]:
    try:
        yield keys_of(settings())
    except (KeysError, OSError) as error:
        fail(str(error))


async def check_licence(licence: str, platform: str, account: str) -> None:
    code, expires = await verdict_on(Robot(licence=licence, platform=platform, account=account))
    print(
        f"{code}: {MESSAGES[code]}" + (f" Until {expires:%Y-%m-%d %H:%M} UTC." if code == "VALID" and expires else "")
    )
