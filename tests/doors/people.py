"""Who knocks: six browsers on another host, and what they would like to see of one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from app.installations.tables import Installation
from app.people.session_middleware import cookie_name
from app.people.tables import Person, Session
from app.products.tables import Product, Terms
from app.requests.tables import AccountRequest
from tests.browser import HTMX, JSON, PLAIN, Browser, app

ADDRESS = ("203.0.113.7", 50000)
HEADERS = {"page": PLAIN, "htmx": HTMX, "json": JSON}
HOMES = {"ada": "/admin", "demoted": "/admin"}
"""The page on which htmx stands; `/` for the others."""


@dataclass
class Scene:
    """Bob has a code, an account with a request that waits, another account, and notifications; so has Eve."""

    code: int
    account: int
    other_account: int
    request: int
    seat: int
    product: int
    person: int
    session: int
    version: int
    tokens: Mapping[str, str]
    """What each role has in its cookie; nobody has none."""
    secrets: Mapping[str, set[str]]
    """By whose they are: what tells of a person, and must be shown to nobody else but admins."""

    def filled(self, text: str) -> str:
        return text.format(**vars(self))

    async def browser(self, role: str, kind: str) -> Browser:
        headers = HEADERS[kind] | (
            {"HX-Current-URL": f"http://desk.test{HOMES.get(role, '/')}"} if kind == "htmx" else {}
        )
        browser = Browser(headers)
        browser.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=ADDRESS), base_url="http://desk.test", headers=headers, timeout=30
        )
        if role in self.tokens:
            browser.client.cookies.set(cookie_name(), self.tokens[role])
        return browser


async def scene() -> Scene:
    """On a desk on which nothing has happened."""
    ada, bob, eve = [await _person(name) for name in ("ada", "bob", "eve")]
    grace = await _person("grace")
    suspended, demoted = await guest("sam", "client"), await guest("dora", "admin")
    tokens = {
        role: await Session.start(person, address=ADDRESS[0], browser="test", instead_of=None)
        for role, person in {"bob": bob, "eve": eve, "ada": ada, "suspended": suspended, "demoted": demoted}.items()
    }
    [robot] = await Product.on_sale()
    robot = await robot.change(Terms(name="Trading robot", trial_days=7), by=grace, version=robot.version)
    bobs, eves = await _rows_of(bob, "4711004711", grace), await _rows_of(eve, "5822005822", grace)
    await suspended.suspend(by=grace)
    await demoted.change_role("client", by=grace)
    return Scene(
        code=bobs["code"].id, account=bobs["account"].id, other_account=bobs["other_account"].id,
        request=bobs["request"].id, seat=bobs["seat"].id, product=robot.id, person=bob.id,
        session=(await Session.of(bob.id))[0].id, version=robot.version, tokens=tokens,
        secrets={"bob": _secrets(bob, bobs), "eve": _secrets(eve, eves), "ada": {"ada@", "grace@"}},
    )  # fmt: skip


SAID = {"server": "Broker-Real7", "mode": "real", "robot_version": "1.0"}


async def _rows_of(owner: Person, number: str, by: Person) -> dict[str, Any]:
    licence = {"platform": "mt5", "account_number": number, "plan": "30"}
    account = await CustomerAccount.create(owner.username, **licence, by=by)
    return {
        "code": await TradingCode.generate(owner, **licence),
        "account": account,
        "other_account": await CustomerAccount.create(owner.username, **licence, by=by),
        "request": await AccountRequest.ask(account, "30", f"a word of {number}", by=owner),
        "seat": await Installation.seat(account.id, "robot", f"PC-{number}", SAID, None),
    }


def _secrets(owner: Person, rows: Mapping[str, Any]) -> set[str]:
    keys = {rows["code"].grouped_key, rows["account"].grouped_key, rows["other_account"].grouped_key}
    return {*keys, *(key.replace("-", "") for key in keys), rows["account"].account_number, f">{owner.username}<",
            f'"{owner.username}"', f"{owner.username}@", rows["seat"].terminal}  # fmt: skip


async def _person(name: str) -> Person:
    person = await Person.named(name)
    assert person is not None
    return person


async def guest(name: str, role: str) -> Person:
    """Without the cost of a password."""
    person = await Person.add(
        {
            Person.username: name, Person.email: f"{name}@example.com", Person.password_hash: "", Person.role: role,
            Person.active: True, Person.seen_event: 0, Person.created_at: now(),
        }
    )  # fmt: skip
    assert person is not None
    return person
