"""The intruders, made by the verbs of the tree that is attacked, in it: `python …/people.py MANY PASSWORD SPECIAL`.

Prints them as JSON, with the tokens of their sessions. Not through /register: quotas are for the attacks themselves.
SPECIAL: as JSON, which of them (attack.py) are an admin, have a second factor, and have how many codes each.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pyotp

import app.main  # noqa: F401 - with it every domain has declared its events
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from app.db import transaction
from app.db.engine import engine
from app.people.tables import Person, Session
from app.second_factor.tables import SecondFactor


async def main(many: int, password: str, special: dict[str, Any]) -> None:
    await engine().start_connection_pool()
    grace = await Person.named("grace")
    assert grace is not None
    made = []
    first = await Person.register("mallory-0", "mallory-0@example.com", password)
    # The others without the cost of a hash each.
    row = (await Person.select().where(Person.id == first.id))[0]
    del row["id"]
    if "skeleton" in row:  # of its name, of which there may be one; none for those who never chose theirs
        row["skeleton"] = None
    rows = [Person(**(row | {"username": f"mallory-{number}"})) for number in range(1, many)]
    await Person.insert(*rows)
    for number in range(many):
        person = await Person.named(f"mallory-{number}")
        assert person is not None
        token = await Session.start(person, address="127.0.0.3", browser="curl", instead_of=None)
        made.append({"name": person.username, "id": person.id, "token": token, "account": 0})
    account = await CustomerAccount.create(
        "mallory-0", platform="mt5", account_number="66600666", plan="90", product="robot", by=grace
    )
    made[0]["account"] = account.id
    await guard(made[special["guarded"]]["id"])
    for number in special["collectors"]:
        await collect(made[number]["id"], special["codes"])
    await Person.update({Person.role: "admin"}, force=True).where(Person.id == made[special["admin"]]["id"])
    print(json.dumps(made))
    await engine().close_connection_pool()


async def guard(id: int) -> None:
    """From now on that person's password alone opens nothing."""
    person = await Person.with_id(id)
    secret = (await SecondFactor.begin(id)).secret
    await SecondFactor.confirm(id, pyotp.TOTP(secret).at(now()), by=person)


async def collect(id: int, many: int) -> None:
    """What they could generate in days, so that their lists are long."""
    person = await Person.with_id(id)
    async with transaction():
        for number in range(many):
            await TradingCode.generate(
                person, platform="mt5", account_number=f"{66_000_000 + number}", plan="7", product="robot"
            )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])))
