"""The page of one thing is as live as any list: whatever is done to it, or to what it names, stands there at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.live.relay import Relay
from app.messages.tables import write
from app.people.tables import Person
from app.products.tables import Product
from app.requests.tables import AccountRequest
from tests.live.conftest import count_now, deliver
from tests.live.tabs import Tab

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


class Things(NamedTuple):
    """Bob's, of each kind one, and who looks at them."""

    ada: Person
    bob: Person
    eve: Person
    pending: TradingCode
    code: TradingCode
    account: CustomerAccount
    request: AccountRequest

    @property
    def pages(self) -> list[tuple[Person, str]]:
        code, pending, account, request = self.code.id, self.pending.id, self.account.id, self.request.id
        return [
            (self.ada, f"/admin/codes/{pending}"), (self.ada, f"/admin/codes/{code}"),
            (self.ada, f"/admin/accounts/{account}"), (self.ada, f"/admin/extensions/{request}"),
            (self.ada, f"/admin/people/{self.bob.id}"), (self.ada, "/me"), (self.bob, f"/codes/{pending}"),
            (self.bob, f"/codes/{code}"), (self.bob, f"/accounts/{account}"), (self.bob, f"/requests/{request}"),
            (self.bob, "/me"), (self.eve, "/me"),
        ]  # fmt: skip


@pytest.fixture
async def things(ada: Person, bob: Person, eve: Person) -> Things:
    pending, code = [await TradingCode.generate(bob, **WISH) for _ in range(2)]
    code = await code.activate(by=ada)
    account = await CustomerAccount.licensed(code.code)
    assert account is not None
    return Things(ada, bob, eve, pending, code, account, await AccountRequest.ask(account, "7", "please", by=bob))


Deed = Callable[[Things], Awaitable[object]]


async def rename_the_product(of: Things) -> None:
    [sold] = await Product.all_of_them()
    await sold.change(replace(sold.terms, name="Night Scalper"), by=of.ada, version=sold.version)


async def move_the_account(of: Things) -> None:
    await (await of.account.fresh()).move("mt4", "87654321", by=of.ada)


DEEDS: Mapping[str, Deed] = {
    "a message to Bob": lambda of: write(of.account, "Hello Bob.", of.ada),
    "a message about the request": lambda of: write(of.request, "Have you paid?", of.ada),
    "an answer of Bob's": lambda of: write(of.request, "I have.", of.bob),
    "a note": lambda of: write(of.request, "Pays late.", of.ada, for_admins=True),
    "a note on Bob": lambda of: write(of.bob, "Pays late.", of.ada, for_admins=True),
    "a note on Ada": lambda of: write(of.ada, "On leave.", of.ada, for_admins=True),
    "another account number": lambda of: of.pending.correct("mt4", "76543210", by=of.bob),
    "a code that is taken back": lambda of: of.pending.take_back(by=of.bob),
    "a code that is activated": lambda of: of.pending.activate(by=of.ada),
    "a code that is cancelled": lambda of: of.code.cancel(by=of.ada, reason="Not paid."),
    "an extension": lambda of: of.account.extend(3, by=of.ada),
    "a move": move_the_account,
    "a suspension": lambda of: of.account.suspend(by=of.ada),
    "an approval": lambda of: of.request.approve(by=of.ada),
    "a rejection": lambda of: of.request.reject("Not now.", by=of.ada),
    "a product that is renamed": rename_the_product,
}


TELLS_EVERYBODY = {"a product that is renamed"}


@pytest.mark.once
@pytest.mark.parametrize("name", DEEDS)
async def test_every_page_of_one_thing_follows_what_is_done_and_nothing_of_bobs_reaches_eve(
    things: Things, relay: Relay, name: str
) -> None:
    tabs = [await Tab.open(relay, reader, path) for reader, path in things.pages]
    eves = await as_if_they_showed_bobs(relay, things.eve, f"/accounts/{things.account.id}", f"/codes/{things.code.id}")
    await DEEDS[name](things)
    await deliver(relay)
    await count_now(relay)
    if name not in TELLS_EVERYBODY:
        assert [frame.targets for tab in eves for frame in tab.take_in()] == []
    if name.startswith("a note"):  # a frame, however empty, would tell him that something was written
        assert {tab.path for tab in tabs if tab.under_way and tab.reader is not things.ada} == set()
    for tab in tabs:
        await tab.settle()
        await tab.assert_up_to_date()


async def as_if_they_showed_bobs(relay: Relay, eve: Person, *paths: str) -> list[Tab]:
    """Pages of Eve's that say to their sockets that they show what she cannot open."""
    tabs = []
    for path in paths:
        tab = await Tab.open(relay, eve, "/me")
        await tab.sync(view=path)
        assert WISH["account_number"] not in str(tab.take_in())
        tab.frames.clear()
        tabs.append(tab)
    return tabs
