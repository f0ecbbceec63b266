"""What an operator can do for robots: the bodies of the commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from app.installations.refusals import MESSAGES
from app.operations import fail
from app.robots.keys import Keys, KeysError, keys_of
from app.robots.verdicts import Robot, Verdict, judge, key_of, licence_of, verdict_without_account
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


async def check_licence(licence: str, said: Mapping[str, str]) -> None:
    """The verdict on a robot that says so of itself; what is left out is as the licence wants it. No seat is taken."""
    robot = Robot(licence=licence, **said)
    key = key_of(robot)
    row = await licence_of(key, robot.terminal) if key else None
    if row is not None:
        wanted = {
            "product": row["product"], "server": row["server"], "version": row["least_version"],
            "mode": "demo" if row["origin"] == "trial" else row["modes"].split()[0],
        }  # fmt: skip
        robot = replace(robot, **{name: value for name, value in wanted.items() if not getattr(robot, name)})
        verdict = judge(row, robot)
    else:
        verdict = Verdict(code="BAD_KEY") if key is None else await verdict_without_account(key, robot)
    until = f" Until {verdict.expires:%Y-%m-%d %H:%M} UTC." if verdict.code == "VALID" and verdict.expires else ""
    expected = f" Expected: {verdict.expected}." if verdict.expected else ""
    print(f"{verdict.code}: {MESSAGES[verdict.code]}{until}{expected}")
