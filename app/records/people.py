"""The parts of a person's page, which admins see."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app import rooms
from app.accounts.tables import CustomerAccount
from app.calendar.events import new_day_in
from app.db.keyset import OF_ONE, count, newest_ids
from app.events import of_subject
from app.listings.counts import MOST
from app.listings.short_list import ShortList, Shown
from app.live.regions import Region, Summary, region
from app.live.views import Reader
from app.people.tables import Person
from app.second_factor.tables import SecondFactor
from app.templating import render

MOST_ACCOUNTS = 20
"""Of a person's, on their page; all of them are a search away."""


@region
class PersonFacts(Summary):
    """Who somebody is, and what an admin can do about their sign-in."""

    person: int

    async def html(self) -> Markup:
        has_factor = await SecondFactor.of(self.person) is not None
        return render("records/person.html", self.locale, who=await Person.by_id(self.person), has_factor=has_factor)

    async def json(self) -> dict[str, Any] | None:
        who = await Person.by_id(self.person)
        if who is None:
            return None
        return {"id": who.id, "username": who.username, "email": who.email, "role": who.role, "active": who.active}


@region
class AccountsOf(ShortList):
    """The newest licences of a client."""

    person: int
    template = "records/accounts_of.html"
    upsert = "upsert sort:desc"

    async def _newest(self) -> list[CustomerAccount]:
        ids = await newest_ids(CustomerAccount._meta.tablename, {OF_ONE: [self.person]}, limit=MOST_ACCOUNTS)
        accounts = await CustomerAccount.by_ids(ids)
        return [accounts[key] for key in ids if key in accounts]

    async def shown(self) -> Shown:
        newest = await self._newest()
        rows = {
            f"account-of-{account.id}": render("records/account_of.html", self.locale, account=account)
            for account in newest
        }
        total = await count(CustomerAccount._meta.tablename, {OF_ONE: [self.person]}, MOST + 1)
        return Shown(rows, total, MOST)

    async def json(self) -> list[dict[str, Any]]:
        return [account.as_json() for account in await self._newest()]


def of_person_page(reader: Reader, person: int) -> tuple[Region, ...]:
    """The parts of a person's page."""
    channels = frozenset({of_subject(rooms.admin(), "person", person), new_day_in(reader.locale.zone)})
    return (
        PersonFacts(element="person-facts", channels=channels, locale=reader.locale, person=person),
        AccountsOf(element="accounts-of", channels=channels, locale=reader.locale, person=person),
    )
