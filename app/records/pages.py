from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.i18n.message import say
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.messages.pages import write_form
from app.messages.tables import About
from app.people.tables import Person
from app.records.accounts import of_page
from app.records.licences import CodeFacts, RequestFacts, facts
from app.records.people import of_person_page
from app.records.timeline import timeline
from app.requests.tables import AccountRequest
from app.web.guards import admins, clients
from app.web.parameters import canonical_id
from app.web.responses import page


class RecordPage(Page):
    """Of one row: what is known of it, and its record."""

    roles = frozenset({"admin"})
    in_navigation = False
    subject: str
    """The log's column of what tells of it."""

    @cached_property
    def parameters(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {self.variables[0]: canonical_id, "after": canonical_id}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        key = int(query[self.variables[0]])
        record = timeline(reader, self.subject, key, self.path.format(**query), query)
        return *self.parts(reader, key), record

    @abstractmethod
    def parts(self, reader: Reader, key: int) -> tuple[Region, ...]: ...


class AccountPage(RecordPage):
    path = "/admin/accounts/{account}"
    link = NavLink("accounts", say("Account"), 21)
    subject = "account"

    def parts(self, reader: Reader, key: int) -> tuple[Region, ...]:
        return of_page(reader, key)


class CodePage(RecordPage):
    path = "/admin/codes/{code}"
    link = NavLink("codes", say("Code"), 11)
    subject = "code"

    def parts(self, reader: Reader, key: int) -> tuple[Region, ...]:
        return (facts(reader, CodeFacts, key),)


class RequestPage(RecordPage):
    path = "/admin/extensions/{request_id}"
    link = NavLink("extensions", say("Request"), 31)
    subject = "request"

    def parts(self, reader: Reader, key: int) -> tuple[Region, ...]:
        return (facts(reader, RequestFacts, key),)


class PersonPage(RecordPage):
    path = "/admin/people/{person}"
    link = NavLink("people", say("Person"), 41)
    subject = "person"

    def parts(self, reader: Reader, key: int) -> tuple[Region, ...]:
        return of_person_page(reader, key)


class OwnAccountPage(AccountPage):
    """For whoever has it; so are those that follow."""

    path = "/accounts/{account}"
    roles = frozenset({"client"})
    link = NavLink("desk", say("Licence"), 1)


class OwnCodePage(CodePage):
    path = "/codes/{code}"
    roles = frozenset({"client"})
    link = NavLink("desk", say("Code"), 2)


class OwnRequestPage(RequestPage):
    path = "/requests/{request_id}"
    roles = frozenset({"client"})
    link = NavLink("desk", say("Request"), 3)


ACCOUNT, CODE, REQUEST, PERSON = AccountPage(), CodePage(), RequestPage(), PersonPage()
OWN_ACCOUNT, OWN_CODE, OWN_REQUEST = OwnAccountPage(), OwnCodePage(), OwnRequestPage()


class AdminRecords(Controller):
    path = "/admin"
    guards = [admins]
    include_in_schema = False

    @get("/accounts/{account:int}")
    async def account(self, request: Request[Any, Any, Any], account: FromPath[int]) -> Response[Any]:
        return await _record(request, ACCOUNT, await CustomerAccount.of(request.user, account), "/admin/accounts")

    @get("/codes/{code:int}")
    async def code(self, request: Request[Any, Any, Any], code: FromPath[int]) -> Response[Any]:
        return await _record(request, CODE, await TradingCode.of(request.user, code), "/admin/codes")

    @get("/extensions/{request_id:int}")
    async def request(self, request: Request[Any, Any, Any], request_id: FromPath[int]) -> Response[Any]:
        return await _record(request, REQUEST, await AccountRequest.of(request.user, request_id), "/admin/extensions")

    @get("/people/{person:int}")
    async def person(self, request: Request[Any, Any, Any], person: FromPath[int]) -> Response[Any]:
        return await _record(request, PERSON, await Person.of(request.user, person), "/admin/people")


class OwnRecords(Controller):
    guards = [clients]
    include_in_schema = False

    @get("/accounts/{account:int}")
    async def account(self, request: Request[Any, Any, Any], account: FromPath[int]) -> Response[Any]:
        return await _record(request, OWN_ACCOUNT, await CustomerAccount.of(request.user, account), "/")

    @get("/codes/{code:int}")
    async def code(self, request: Request[Any, Any, Any], code: FromPath[int]) -> Response[Any]:
        return await _record(request, OWN_CODE, await TradingCode.of(request.user, code), "/")

    @get("/requests/{request_id:int}")
    async def request(self, request: Request[Any, Any, Any], request_id: FromPath[int]) -> Response[Any]:
        return await _record(request, OWN_REQUEST, await AccountRequest.of(request.user, request_id), "/")


async def _record(request: Request[Any, Any, Any], kind: RecordPage, about: About, back: str) -> Response[Any]:
    template = f"records/{kind.subject}_page.html"
    form = await write_form(about, request.user)
    return await page(request, kind, template, kind.link.label, back=back, write=form)
