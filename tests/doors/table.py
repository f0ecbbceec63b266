"""The door matrix: what each route of the desk gives to whom. Written by hand, because it is there to contradict the
program; a route without an entry fails, and an entry without a route too (test_doors.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.people import PASSWORDS

ROLES = ("nobody", "bob", "eve", "ada", "suspended", "demoted")
"""Bob owns what the request is about; Eve is another client, Ada an admin. The last two were a client and an admin when
they signed in, and come with the cookie that they got then."""

Kind = Literal["page", "htmx", "json"]
KINDS: tuple[Kind, ...] = ("page", "htmx", "json")


@dataclass(frozen=True)
class Answer:
    """Statuses: to a plain page or form, to htmx, and to who asks for JSON; with words that it holds."""

    page: int
    htmx: int
    json: int
    words: str = ""
    leads_to: str = ""
    """Of a redirect: how its address begins."""


PAGE = Answer(200, 200, 200)
EMPTY = Answer(204, 204, 204)
HOME = Answer(303, 303, 303, leads_to="/")
DONE, MADE = Answer(303, 200, 200, leads_to="/"), Answer(303, 201, 201, leads_to="/")
LET_IN = Answer(303, 303, 200, leads_to="/")
LED_TO_THE_DOOR = Answer(303, 401, 401, "Please sign in first.", leads_to="/login?next=/")
SIGN_IN = Answer(401, 401, 401, "Please sign in first.")
ADMINS_ONLY = Answer(403, 403, 403, "Only admins can do this.")
CLIENTS_ONLY = Answer(403, 403, 403, "Only clients can do this")
NOT_THEIRS = Answer(404, 404, 404, "There is no such")
NOTHING_HERE = Answer(404, 404, 404, "There is nothing here")
NO_SUCH_METHOD = Answer(405, 405, 405, "does not take that kind of request")


@dataclass(frozen=True)
class Door:
    nobody: Answer
    bob: Answer
    eve: Answer
    ada: Answer
    query: str = ""
    sends: Mapping[str, Any] = field(default_factory=dict)
    """The fields. `{code}`, `{account}` and `{request}` stand for Bob's, here and in the query."""

    def answer(self, role: str) -> Answer:
        """Whose session has ended is nobody, whoever they were and are."""
        answer: Answer = getattr(self, "nobody" if role in ("suspended", "demoted") else role)
        return answer


def everybody(answer: Answer, **more: Any) -> Door:
    return Door(answer, answer, answer, answer, **more)


def admins_page(query: str = "") -> Door:
    return Door(LED_TO_THE_DOOR, ADMINS_ONLY, ADMINS_ONLY, PAGE, query)


def admins_action(done: Answer = DONE, **sends: Any) -> Door:
    return Door(SIGN_IN, ADMINS_ONLY, ADMINS_ONLY, done, sends=sends)


LICENCE = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
BROADCAST = {"message": "The desk closes early today.", "level": "info"}
GRACE = {"username": "grace", "password": "first-actual-bug"}
MIA = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}

ROBOT = {
    "v": "1", "licence": "7K3QF-0M9TW-B2XHD-RV84N-C6YPA", "platform": "mt5", "account": "12345678",
    "server": "Broker-Real7", "mode": "real", "version": "1.0", "terminal": "A1B2C3", "nonce": "0" * 32,
}  # fmt: skip

SCALPER = {"name": "Night Scalper", "modes": "real", "seats": 1}
ONE_PRODUCT = Answer(409, 409, 409, "the only product on sale")
LINK = Answer(201, 201, 201)
NO_LINK = Answer(404, 404, 404, "There is no such link")
NOT_HERS = Answer(422, 422, 422)
LET_IN_HERE = Answer(303, 200, 200, leads_to="/me")
BOBS = PASSWORDS["bob"]
NEW_NUMBER = {"account_number": "87654321"}
ACCOUNTS_FILE = "username,platform,account_number,plan,product\nbob,mt5,12345678,30,robot\n"
TO_THE_LIST = Answer(303, 303, 303, leads_to="/admin/codes?hide=")
NO_FACTOR = Answer(409, 409, 409, "Set up your own second factor first")
TOO_LATE = Answer(401, 401, 401, "That took too long")
NOT_BEGUN = Answer(422, 422, 422)

DOORS: dict[str, Door] = {
    # Pages                                       nobody           bob         eve         ada
    "GET /":                                 Door(LED_TO_THE_DOOR, PAGE,       PAGE,       HOME),
    "GET /notifications":                    Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE),
    "GET /me":                               Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE),
    "GET /me/sessions":                      Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE),
    "GET /help":                             Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE),
    "GET /extend/{account_id:int}":          Door(LED_TO_THE_DOOR, PAGE,       NOT_THEIRS, CLIENTS_ONLY),
    "GET /accounts/{account:int}":           Door(LED_TO_THE_DOOR, PAGE,       NOT_THEIRS, CLIENTS_ONLY),
    "GET /move/{account_id:int}":            Door(LED_TO_THE_DOOR, PAGE,       NOT_THEIRS, CLIENTS_ONLY),
    "GET /trial":                            Door(LED_TO_THE_DOOR, PAGE,       PAGE,       CLIENTS_ONLY),
    "GET /search":                           Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE, query="q=a"),
    "GET /csv":                              Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE,
                                                  query="view=/notifications"),
    "GET /codes/{code:int}":                 Door(LED_TO_THE_DOOR, PAGE,       NOT_THEIRS, CLIENTS_ONLY),
    "GET /codes/{code_id:int}/change":       Door(LED_TO_THE_DOOR, PAGE,       NOT_THEIRS, CLIENTS_ONLY),
    "GET /requests/{request_id:int}":        Door(LED_TO_THE_DOOR, PAGE,       NOT_THEIRS, CLIENTS_ONLY),
    "GET /me/second-factor":                 Door(LED_TO_THE_DOOR, PAGE,       PAGE,       PAGE),
    "GET /admin":                            admins_page(),
    "GET /admin/codes/{code:int}":           admins_page(),
    "GET /admin/extensions/{request_id:int}": admins_page(),
    "GET /admin/accounts/confirm":           admins_page("action=suspend&account_id={account}"),
    "GET /admin/accounts/import":            admins_page(),
    "GET /admin/extensions/confirm":         admins_page("action=approve&request_id={request}"),
    "GET /admin/views":                      admins_page("view=/admin/codes"),
    "GET /admin/columns":                    admins_page("view=/admin/codes"),
    "GET /admin/columns/choose":             Door(LED_TO_THE_DOOR, ADMINS_ONLY, ADMINS_ONLY, TO_THE_LIST,
                                                  query="view=/admin/codes&show=owner"),
    "GET /admin/codes":                      admins_page(),
    "GET /admin/codes/confirm":              admins_page("action=cancel&code_id={code}"),
    "GET /admin/codes/{code_id:int}/actions": admins_page(),
    "GET /admin/accounts":                   admins_page(),
    "GET /admin/accounts/{account:int}":     admins_page(),
    "GET /admin/accounts/{account_id:int}/move": admins_page(),
    "GET /admin/products":                   admins_page(),
    "GET /admin/products/new":               admins_page(),
    "GET /admin/products/{product_id:int}/edit": admins_page(),
    "GET /admin/accounts/new":               admins_page(),
    "GET /admin/accounts/{account_id:int}/actions": admins_page(),
    "GET /admin/accounts/{account_id:int}/extend": admins_page(),
    "GET /admin/extensions":                 admins_page(),
    "GET /admin/extensions/{request_id:int}/decide": admins_page("action=reject"),
    "GET /admin/activity":                   admins_page(),
    "GET /admin/people":                     admins_page(),
    "GET /admin/people/invite":              admins_page(),
    "GET /admin/people/{person:int}":        admins_page(),
    "GET /admin/people/{person_id:int}/actions": admins_page(),
    "GET /admin/people/{person_id:int}/sessions": admins_page(),
    "GET /admin/people/{person_id:int}/password-link": admins_page(),
    "GET /admin/broadcast":                  admins_page(),
    # Actions of clients                          nobody           bob         eve         ada
    "POST /api/generate-code":               Door(SIGN_IN,         MADE,       MADE,       CLIENTS_ONLY,
                                                  sends=LICENCE),
    "POST /api/extend-code":                 Door(SIGN_IN,         MADE,       NOT_THEIRS, CLIENTS_ONLY,
                                                  sends={"account_id": "{other_account}", "plan": "30"}),
    "POST /api/move-account":                Door(SIGN_IN,         MADE,       NOT_THEIRS, CLIENTS_ONLY,
                                                  sends={"account_id": "{other_account}", **NEW_NUMBER}),
    "POST /api/start-trial":                 Door(SIGN_IN,         MADE,       MADE,       CLIENTS_ONLY,
                                                  sends={"platform": "mt5", "product": "robot", **NEW_NUMBER}),
    "POST /api/correct-code":                Door(SIGN_IN,         DONE,       NOT_THEIRS, CLIENTS_ONLY,
                                                  sends={"code_id": "{code}", **NEW_NUMBER}),
    "POST /api/take-back-code":              Door(SIGN_IN,         DONE,       NOT_THEIRS, CLIENTS_ONLY,
                                                  sends={"code_id": "{code}"}),
    "POST /api/messages":                    Door(SIGN_IN,         MADE,       NOT_THEIRS, MADE,
                                                  sends={"about": "account", "row_id": "{account}", "message": "Hi"}),
    "POST /api/free-seat":                   Door(SIGN_IN,         DONE,       NOT_THEIRS, DONE,
                                                  sends={"installation_id": "{seat}"}),
    "POST /api/extension-requests/withdraw": Door(SIGN_IN,         DONE,       NOT_THEIRS, CLIENTS_ONLY,
                                                  sends={"request_id": "{request}"}),
    "POST /api/notifications/seen":          Door(SIGN_IN,         DONE,       DONE,       DONE,
                                                  sends={"up_to": 1}),
    # Actions of admins
    "PUT /api/admin/codes":                  admins_action(code_id="{code}", action="activate"),
    "POST /api/admin/codes":                 admins_action(code_id="{code}", action="activate"),
    "POST /api/admin/codes/select":          admins_action(Answer(303, 200, 200, leads_to="/admin/codes"),
                                                           view="/admin/codes", scope="ticks", code_id="{code}"),
    "POST /api/admin/codes/selected":        admins_action(view="/admin/codes", action="activate", code_id="{code}",
                                                           ticked="1"),
    "PUT /api/admin/accounts":               admins_action(account_id="{account}", action="suspend"),
    "POST /api/admin/accounts":              admins_action(account_id="{account}", action="suspend"),
    "PUT /api/admin/extension-requests":     admins_action(request_id="{request}", action="approve"),
    "POST /api/admin/extension-requests":    admins_action(request_id="{request}", action="approve"),
    "POST /api/admin/extend-customer":       admins_action(account_id="{account}", days=3),
    "POST /api/admin/create-account":        admins_action(MADE, username="bob", **LICENCE),
    "POST /api/admin/move-account":          admins_action(account_id="{account}", **NEW_NUMBER),
    "POST /api/admin/products":              admins_action(ONE_PRODUCT, product_id="{product}", action="retire"),
    "POST /api/admin/products/new":          admins_action(MADE, slug="night-scalper", **SCALPER),
    "POST /api/admin/products/change":       admins_action(product_id="{product}", version="{version}", **SCALPER),
    "POST /api/admin/accounts/select":       admins_action(Answer(303, 200, 200, leads_to="/admin/accounts"),
                                                           view="/admin/accounts", scope="ticks",
                                                           account_id="{account}"),
    "POST /api/admin/accounts/selected":     admins_action(view="/admin/accounts", action="extend", days=3, ticked="1",
                                                           account_id="{account}"),
    "POST /api/admin/accounts/import":       admins_action(PAGE, csv=ACCOUNTS_FILE),
    "POST /api/admin/extensions/select":     admins_action(Answer(303, 200, 200, leads_to="/admin/extensions"),
                                                           view="/admin/extensions", scope="ticks",
                                                           request_id="{request}"),
    "POST /api/admin/extensions/selected":   admins_action(view="/admin/extensions", action="approve", ticked="1",
                                                           request_id="{request}"),
    "POST /api/admin/views":                 admins_action(MADE, name="Waiting", view="/admin/codes?status=pending"),
    "POST /api/admin/views/unpin":           admins_action(NOT_THEIRS, view_id=999999),
    "POST /api/admin/second-factor":         admins_action(NO_FACTOR, required="yes"),
    "POST /api/admin/people":                admins_action(person_id="{person}", action="sign-out"),
    "POST /api/admin/people/password-link":  admins_action(LINK, person_id="{person}"),
    "POST /api/admin/invitations":           admins_action(LINK, role="client"),
    "POST /api/admin/undo":                  admins_action(NOT_THEIRS, first=999999, last=999999),
    "POST /api/admin/broadcast":             admins_action(MADE, **BROADCAST),
    # In and out                                  nobody           bob         eve         ada
    "GET /login":                            Door(PAGE,            HOME,       HOME,       HOME),
    "GET /register":                         Door(PAGE,            HOME,       HOME,       HOME),
    "POST /login":                           everybody(LET_IN, sends=GRACE),
    "POST /login/code":                      everybody(TOO_LATE, sends={"token": "x" * 43, "code": "123456"}),
    "POST /register":                        everybody(LET_IN, sends=MIA),
    "POST /logout":                          everybody(DONE),
    # Robots, whoever else sits at that browser
    "POST /robot/check":                     everybody(PAGE, sends=ROBOT),
    "GET /robot/keys":                       everybody(PAGE),
    # The desk itself; the people of the matrix are on another host
    "GET /healthz":                          everybody(PAGE),
    "GET /metrics":                          everybody(NOTHING_HERE),
    "POST /me":                              Door(SIGN_IN,         DONE,       DONE,       DONE,
                                                  sends={"language": "en", "zone": "UTC"}),
    "POST /me/email":                        Door(SIGN_IN,         DONE,       NOT_HERS,   NOT_HERS,
                                                  sends={"email": "somebody@example.net", "password": BOBS}),
    "POST /me/password":                     Door(SIGN_IN,         LET_IN_HERE, NOT_HERS,  NOT_HERS,
                                                  sends={"password": BOBS, "new_password": "nine-quiet-harbours"}),
    "POST /me/second-factor/begin":          Door(SIGN_IN,         PAGE,       NOT_HERS,   NOT_HERS,
                                                  sends={"password": BOBS}),
    "POST /me/second-factor/confirm":        Door(SIGN_IN,         NOT_BEGUN,  NOT_BEGUN,  NOT_BEGUN,
                                                  sends={"code": "123456"}),
    "POST /me/second-factor/remove":         Door(SIGN_IN,         NOT_HERS,   NOT_HERS,   NOT_HERS,
                                                  sends={"password": BOBS, "code": "123456"}),
    "POST /me/second-factor/recovery-codes": Door(SIGN_IN,         NOT_HERS,   NOT_HERS,   NOT_HERS,
                                                  sends={"password": BOBS, "code": "123456"}),
    "POST /me/sessions/end":                 Door(SIGN_IN,         DONE,       NOT_THEIRS, NOT_THEIRS,
                                                  sends={"session_id": "{session}"}),
    # Links that work once; of these there are none
    "GET /welcome":                          everybody(NO_LINK, query="token=" + "x" * 43),
    "POST /welcome/join":                    everybody(NO_LINK, sends={**MIA, "token": "x" * 43}),
    "POST /welcome/password":                everybody(NO_LINK, sends={"password": MIA["password"], "token": "x" * 43}),
    "GET /live/reload":                      everybody(PAGE),
    "GET /live/ended":                       Door(PAGE,            EMPTY,      EMPTY,      EMPTY),
    "GET /static/{file_path:path}":          everybody(PAGE),
    "GET /styleguide":                       everybody(PAGE),
    "GET /styleguide/states.css":            everybody(PAGE),
}  # fmt: skip
DOORS |= {name.replace("GET", "HEAD"): door for name, door in DOORS.items() if name.startswith("GET ")}
"""What may be read may be asked about."""

SOCKETS: dict[str, tuple[int | None, ...]] = {
    # The code with which the socket of a page at /live is closed, by what the page shows; None: it lives.
    #           nobody  bob    eve    ada    suspended  demoted
    "/":       (4401,   None,  None,  4403,  4401,      4401),
    "/admin":  (4401,   4403,  4403,  None,  4401,      4401),
    "/login":  (4401,   4403,  4403,  4403,  4401,      4401),
}  # fmt: skip
