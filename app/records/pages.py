from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.tables import CustomerAccount
from app.i18n.message import say
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.people.tables import Person
from app.records.regions import of_page, of_person_page
from app.web.guards import admins, clients
from app.web.parameters import canonical_id
from app.web.responses import page


class AccountPage(Page):
    """For admins."""

    path = "/admin/accounts/{account}"
    roles = frozenset({"admin"})
    link = NavLink("accounts", say("Account"), 21)
    in_navigation = False
    parameters = {"account": canonical_id}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return of_page(reader, int(query["account"]))


class OwnAccountPage(AccountPage):
    """For whoever has it."""

    path = "/accounts/{account}"
    roles = frozenset({"client"})
    link = NavLink("desk", say("Licence"), 1)


class PersonPage(Page):
    path = "/admin/people/{person}"
    roles = frozenset({"admin"})
    link = NavLink("people", say("Person"), 41)
    in_navigation = False
    parameters = {"person": canonical_id}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return of_person_page(reader, int(query["person"]))


ACCOUNT, OWN_ACCOUNT, PERSON = AccountPage(), OwnAccountPage(), PersonPage()


class RecordPages(Controller):
    include_in_schema = False

    @get("/admin/accounts/{account:int}", guards=[admins])
    async def account(self, request: Request[Any, Any, Any], account: FromPath[int]) -> Response[Any]:
        await CustomerAccount.of(request.user, account)
        return await page(request, ACCOUNT, "records/account_page.html", say("Account"), back="/admin/accounts")

    @get("/accounts/{account:int}", guards=[clients])
    async def own_account(self, request: Request[Any, Any, Any], account: FromPath[int]) -> Response[Any]:
        await CustomerAccount.of(request.user, account)
        return await page(request, OWN_ACCOUNT, "records/account_page.html", say("Licence"), back="/")

    @get("/admin/people/{person:int}", guards=[admins])
    async def person(self, request: Request[Any, Any, Any], person: FromPath[int]) -> Response[Any]:
        await Person.with_id(person)
        return await page(request, PERSON, "records/person_page.html", say("Person"), back="/admin/people")
