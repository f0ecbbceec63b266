"""The intruders, made by the verbs of whichever tree is attacked: `python …/people.py MANY PASSWORD`, in that tree.

Prints them as JSON, with the tokens of their sessions. Not through /register: quotas are for the attacks themselves.
"""

from __future__ import annotations

import asyncio
import json
import sys

import app.main  # noqa: F401 - with it every domain has declared its events
from app.accounts.tables import CustomerAccount
from app.db.engine import engine
from app.people.tables import Person, Session


async def main(many: int, password: str) -> None:
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
        made.append({"name": person.username, "token": token, "account": 0})
    account = await CustomerAccount.create(
        "mallory-0", platform="mt5", account_number="66600666", plan="90", product="robot", by=grace
    )
    made[0]["account"] = account.id
    print(json.dumps(made))
    await engine().close_connection_pool()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
