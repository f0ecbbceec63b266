"""Every error of the contract: as JSON, as fragments for htmx and as a page, in a sentence that a person can act on,
and with nothing changed afterwards. (429 is in auth/test_signing_in.py; who is refused where, with 401, 403 and 404,
is the door matrix: doors/.)"""

from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.people.tables import Person
from app.requests.tables import AccountRequest
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.inspection import everything

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
KINDS = {"json": JSON, "htmx": HTMX, "page": PLAIN}

WRITES = {
    "client": {
        "/api/generate-code": WISH,
        "/api/extend-code": {"account_id": 1, "plan": "30"},
        "/api/extension-requests/withdraw": {"request_id": 1},
    },
    "admin": {
        "/api/admin/codes": {"code_id": 1, "action": "activate"},
        "/api/admin/extension-requests": {"request_id": 1, "action": "reject", "reason": "No."},
        "/api/admin/extend-customer": {"account_id": 1, "days": 3},
        "/api/admin/create-account": {"username": "bob", **WISH},
        "/api/admin/accounts": {"account_id": 1, "action": "suspend"},
        "/api/admin/broadcast": {"message": "Hear!", "level": "info"},
    },
    "anybody": {"/api/notifications/seen": {"up_to": 0}},
}
ALL_WRITES = [(path, fields) for group in WRITES.values() for path, fields in group.items()]


@dataclass
class Desk:
    """Bob's: a pending code, an account with a pending request, and one that is suspended."""

    code: TradingCode
    account: CustomerAccount
    request: AccountRequest
    suspended: CustomerAccount


@pytest.fixture
async def made(bob, ada):
    account = await CustomerAccount.create("bob", **WISH, by=ada)
    suspended = await CustomerAccount.create("bob", **WISH, by=ada)
    return Desk(
        code=await TradingCode.generate(bob, **WISH),
        account=account,
        request=await AccountRequest.ask(account, "30", "", by=bob),
        suspended=await suspended.suspend(by=ada),
    )


async def failing(person: Person | None, kind: str, status: int, method: str, path: str, **more: Any) -> str:
    """Asks, checks that it fails with nothing changed, and gives the words."""
    browser = await Browser.of(person, KINDS[kind])
    before = await everything()
    response = await browser.request(method, path, **more)
    assert (path, response.status_code) == (path, status)
    assert await everything() == before
    if kind == "json":
        error = response.json()["error"]
        assert set(error) == {"code", "message", "fields"}
        for sentence in (error["message"], *error["fields"].values()):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
        return error["message"] + " " + " ".join(error["fields"].values())
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"]
    assert "Traceback" not in response.text
    if kind == "htmx":
        assert "<html" not in response.text
    return unescape(response.text)


# 401: not signed in


async def test_401_htmx_is_led_to_the_door_and_back_to_the_page_it_was_on(desk):
    headers = {"HX-Current-URL": "http://desk.test/admin/codes?status=pending"}
    response = await Browser(HTMX).post("/api/admin/codes", data={"code_id": 1, "action": "activate"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["hx-redirect"] == "/login?next=/admin/codes%3Fstatus%3Dpending"


async def test_401_a_wrong_password(desk):
    for kind in KINDS:
        words = await failing(
            None, kind, 401, "POST", "/login", data={"username": "bob", "password": "not-the-password"}
        )
        assert "User name or password is wrong." in words


@pytest.mark.parametrize("cookie", ["x", "", "a" * 5000, "desk; desk"])
async def test_401_a_made_up_cookie(desk, cookie):
    response = await (await api(None)).get("/", headers={"Cookie": f"desk={cookie}"})
    assert response.status_code == 401


# 403: wrong role


async def test_403_is_told_before_anything_about_the_fields(bob):
    await failing(bob, "json", 403, "POST", "/api/admin/codes", data={"code_id": "nonsense"})


# 404: not there, or not yours


async def test_404_what_is_not_there(made, ada, bob):
    for kind in KINDS:
        for person, path, fields in (
            (ada, "/api/admin/codes", {"code_id": 999_999, "action": "activate"}),
            (ada, "/api/admin/extension-requests", {"request_id": 999_999, "action": "approve"}),
            (ada, "/api/admin/extend-customer", {"account_id": 999_999, "days": 3}),
            (ada, "/api/admin/accounts", {"account_id": 999_999, "action": "suspend"}),
            (bob, "/api/extend-code", {"account_id": 999_999, "plan": "30"}),
            (bob, "/api/extension-requests/withdraw", {"request_id": 999_999}),
        ):
            assert "There is no such " in await failing(person, kind, 404, "POST", path, data=fields)


@pytest.mark.parametrize(
    "path",
    [
        "/no/such/page", "/admin/accounts/999999/extend", "/admin/accounts/99999999999999999999/extend",
        "/admin/accounts/-1/extend", "/admin/accounts/bob/extend", "/admin/extensions/999999/decide",
        "/admin/codes/confirm?action=cancel&code_id=999999", "/static/no-such.css", "/static/../app/main.py",
    ],
)  # fmt: skip
async def test_404_pages_that_are_not_there(ada, path):
    for kind in KINDS:
        words = await failing(ada, kind, 404, "GET", path)
        assert "There is no" in words


async def test_405_an_address_that_takes_another_kind_of_request(ada):
    for kind in KINDS:
        assert "does not take that kind" in await failing(ada, kind, 405, "DELETE", "/api/admin/codes")


# 409: someone was first


async def test_409_says_what_the_state_is_now_and_who_made_it_so(made, bob, ada, grace):
    code, request, suspended = made.code.id, made.request.id, made.suspended.id
    asked_twice = {"account_id": made.account.id, "plan": "7"}
    waits = "A request for this account is waiting for its decision already."
    for kind in KINDS:
        assert waits in await failing(bob, kind, 409, "POST", "/api/extend-code", data=asked_twice)
    await made.code.cancel(by=grace)
    await made.request.approve(by=grace)
    decide, withdraw = "/api/admin/extension-requests", "/api/extension-requests/withdraw"
    cancelled = f"Code {made.code.grouped_key} is cancelled (by grace,"
    for person, path, fields, words in (
        (ada, "/api/admin/codes", {"code_id": code, "action": "activate"}, cancelled),
        (ada, decide, {"request_id": request, "action": "reject", "reason": "No."}, "approved (by grace, today,"),
        (bob, withdraw, {"request_id": request}, "approved (by grace, today,"),
        (ada, "/api/admin/extend-customer", {"account_id": suspended, "days": 3}, "is suspended (by ada,"),
        (grace, "/api/admin/accounts", {"account_id": suspended, "action": "suspend"}, "is suspended (by ada,"),
    ):
        for kind in KINDS:
            assert words in await failing(person, kind, 409, "POST", path, data=fields)


async def test_409_a_user_name_that_is_taken(desk):
    for kind in KINDS:
        mia = {"username": "bob", "email": "mia@example.com", "password": "seven-quiet-harbours"}
        words = await failing(None, kind, 409, "POST", "/register", data=mia)
        assert "This name cannot be had." in words


async def test_409_refreshes_the_row_on_the_page_that_htmx_shows(made, ada, grace):
    await made.code.cancel(by=grace)
    response = await (await Browser.of(ada, HTMX)).post(
        "/api/admin/codes", data={"code_id": made.code.id, "action": "activate"},
        headers={"HX-Current-URL": "http://desk.test/admin/codes"},
    )  # fmt: skip
    assert response.status_code == 409
    assert f'id="code-{made.code.id}"' in response.text
    assert "Cancelled" in response.text


# 422: invalid input, per field

MISSING = {
    "/api/generate-code": {"platform", "account_number", "plan"},
    "/api/extend-code": {"account_id", "plan"},
    "/api/extension-requests/withdraw": {"request_id"},
    "/api/admin/codes": {"code_id", "action"},
    "/api/admin/extension-requests": {"request_id", "action"},
    "/api/admin/extend-customer": {"account_id", "days"},
    "/api/admin/create-account": {"username", "platform", "account_number", "plan"},
    "/api/admin/accounts": {"account_id", "action"},
    "/api/admin/broadcast": {"message"},
    "/api/notifications/seen": {"up_to"},
    "/login": {"username", "password"},
    "/register": {"username", "email", "password"},
}


def who(path, bob, ada):
    return None if path in ("/login", "/register") else ada if path in WRITES["admin"] else bob


@pytest.mark.once
@pytest.mark.parametrize("path", MISSING)
async def test_422_every_field_that_is_needed_says_so(bob, ada, path):
    person = who(path, bob, ada)
    for empty in ({}, dict.fromkeys(MISSING[path], "")):
        response = await (await api(person)).post(path, data=empty)
        assert response.status_code == 422
        assert response.json()["error"]["code"] == "invalid"
        assert set(response.json()["error"]["fields"]) == MISSING[path]
    for kind in KINDS:
        await failing(person, kind, 422, "POST", path, data={})
        await failing(person, kind, 422, "POST", path, json={})


WRONG = [
    ("/api/generate-code", "platform", "mt9"), ("/api/generate-code", "account_number", "12"),
    ("/api/generate-code", "plan", "forever"), ("/api/generate-code", "request_key", "k" * 65),
    ("/api/extend-code", "plan", "lifetime"), ("/api/extend-code", "note", "n" * 501),
    ("/api/extend-code", "account_id", "one"), ("/api/extend-code", "account_id", "0"),
    ("/api/extend-code", "account_id", str(2**31)), ("/api/extend-code", "account_id", "1" * 400),
    ("/api/extension-requests/withdraw", "request_id", "-1"),
    ("/api/admin/codes", "action", "delete"), ("/api/admin/codes", "code_id", "1.5"),
    ("/api/admin/codes", "code_id", "true"),
    ("/api/admin/extension-requests", "action", "postpone"), ("/api/admin/extension-requests", "reason", ""),
    ("/api/admin/extension-requests", "reason", "r" * 501),
    ("/api/admin/extend-customer", "days", "0"), ("/api/admin/extend-customer", "days", "3651"),
    ("/api/admin/extend-customer", "days", "many"),
    ("/api/admin/create-account", "username", "nobody"), ("/api/admin/create-account", "plan", "31"),
    ("/api/admin/accounts", "action", "delete"),
    ("/api/admin/broadcast", "message", "m" * 501), ("/api/admin/broadcast", "level", "loud"),
    ("/api/notifications/seen", "up_to", "999999"), ("/api/notifications/seen", "up_to", "-1"),
    ("/register", "username", "m"), ("/register", "email", "nowhere"), ("/register", "password", "short"),
]  # fmt: skip
NUL = [
    ("/api/generate-code", "request_key"), ("/api/generate-code", "account_number"), ("/api/extend-code", "note"),
    ("/api/admin/extension-requests", "reason"), ("/api/admin/broadcast", "message"),
    ("/api/admin/create-account", "username"), ("/register", "email"), ("/register", "username"),
    ("/login", "username"),
]  # fmt: skip


def good(path, made):
    """Fields that would be accepted."""
    ids = {"code_id": made.code.id, "account_id": made.account.id, "request_id": made.request.id}
    known = {path: dict(fields) for path, fields in ALL_WRITES}
    known["/register"] = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}
    known["/login"] = {"username": "bob", "password": "robots-never-sleep"}
    return {name: ids.get(name, value) for name, value in known[path].items()}


@pytest.mark.once
@pytest.mark.parametrize(("path", "field", "value"), [*WRONG, *((path, field, "a\0b") for path, field in NUL)])
async def test_422_a_field_that_will_not_do(made, bob, ada, path, field, value):
    for kind in KINDS:
        fields = good(path, made) | {field: value}
        await failing(who(path, bob, ada), kind, 422, "POST", path, data=fields)


@pytest.mark.once
@pytest.mark.parametrize(("path", "field", "value"), WRONG)
async def test_422_names_that_field_and_no_other(made, bob, ada, path, field, value):
    response = await (await api(who(path, bob, ada))).post(path, json=good(path, made) | {field: value})
    assert list(response.json()["error"]["fields"]) == [field]


@pytest.mark.once
@pytest.mark.parametrize("value", [None, [], {}, True, 1.5, [1, "x"], [[1]], {"a": 1}, "\ud800"[:0] + "٣"])
async def test_422_a_json_value_of_the_wrong_kind(made, bob, ada, value):
    for path, field in (("/api/admin/codes", "code_id"), ("/api/admin/extend-customer", "days")):
        await failing(ada, "json", 422, "POST", path, json=good(path, made) | {field: value})
    await failing(bob, "json", 422, "POST", "/api/generate-code", json=WISH | {"account_number": value})


@pytest.mark.once
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'"text"', b"null", b"\xff\xfe", b'{"platform": "\xff"}', b'{"platform": "\\ud800"}',
                b"[" * 60_000, b'{"a":' * 10_000],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
async def test_422_a_body_that_is_no_json_object(bob, content):
    for kind in KINDS:
        headers = {"Content-Type": "application/json"}
        await failing(bob, kind, 422, "POST", "/api/generate-code", content=content, headers=headers)


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"platform=mt5", "text/plain"),
        (b"platform=%ff%fe&account_number=%00", "application/x-www-form-urlencoded"),
        (b"&&&===&", "application/x-www-form-urlencoded"),
        (b"no boundary", "multipart/form-data"),
        (b"nothing like it", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="platform"; filename="p"\r\n\r\nmt5\r\n--x--\r\n',
         "multipart/form-data; boundary=x"),
    ],
    ids=str,
)  # fmt: skip
async def test_422_a_body_that_is_no_form(bob, content, content_type):
    for kind in KINDS:
        headers = {"Content-Type": content_type}
        await failing(bob, kind, 422, "POST", "/api/generate-code", content=content, headers=headers)


@pytest.mark.once
async def test_413_a_body_that_is_far_too_large(bob):
    for kind in KINDS:
        words = await failing(bob, kind, 413, "POST", "/api/extend-code", data={"account_id": 1, "note": "n" * 70_000})
        assert "The request is too large." in words


@pytest.mark.parametrize(
    "path",
    [
        "/admin/codes?status=lost", "/admin/codes?after=x", "/admin/codes?after=-1", "/admin/accounts?status=pending",
        "/admin/accounts?after=1e3", "/admin/extensions?status=lost", "/admin/activity?status=Nothing",
        "/admin/activity?after=99999999999", "/notifications?after=first", "/admin/codes?status=%00",
        "/admin/codes/confirm?action=delete&code_id=1", "/admin/codes/confirm?action=cancel",
        "/admin/codes/confirm?action=cancel&code_id=one",
    ],
)  # fmt: skip
async def test_422_a_page_under_a_filter_that_there_is_not(ada, path):
    for kind in KINDS:
        await failing(ada, kind, 422, "GET", path)


# What was typed stays, in the form that was sent; where that is not on the page, the words come as a toast


def from_form(form: str) -> dict[str, dict[str, str]]:
    """The two ways in which a form is sent, with the headers of each; htmx names the form."""
    return {"page": PLAIN, "htmx": HTMX | {"HX-Source": f"form#{form}"}}


async def test_a_refused_form_keeps_what_was_typed_and_says_at_the_field_what_is_wrong(bob):
    typed = {"platform": "mt4", "account_number": '12"<b>', "plan": "180", "request_key": "the-key"}
    for headers in from_form("generate").values():
        html = (await (await Browser.of(bob, headers)).post("/api/generate-code", data=typed)).text
        assert 'value="12&#34;&lt;b&gt;"' in html
        assert 'aria-invalid="true" aria-describedby="generate-account_number-error"' in html
        assert 'id="generate-account_number-error">Enter 4 to 12 digits' in html
        assert '<option value="180" selected>' in html
        assert 'value="mt4" required checked' in html
        assert 'name="request_key" value="the-key"' in html


async def test_a_refused_rejection_keeps_the_request_and_a_refused_wish_its_note(made, bob, ada):
    sent = {"request_id": made.request.id, "action": "reject", "reason": "r" * 501, "back": "/admin/extensions?q=b"}
    for kind, headers in from_form("decide").items():
        html = (await (await Browser.of(ada, headers)).post("/api/admin/extension-requests", data=sent)).text
        assert "r" * 501 in html
        assert "Say why in 1 to 500 characters; the client will read it." in html
        assert 'name="back" value="/admin/extensions?q=b"' in html
        wish = {"account_id": made.account.id, "plan": "90", "note": "<i>" + "n" * 500}
        headers = from_form("extend")[kind]
        html = (await (await Browser.of(bob, headers)).post("/api/extend-code", data=wish)).text
        assert "&lt;i&gt;nnn" in html
        assert '<option value="90" selected>' in html
        assert "Use at most 500 characters." in html


async def test_a_refused_registration_keeps_all_but_the_password(desk):
    typed = {"username": "Mia", "email": "nowhere", "password": "seven-quiet-harbours"}
    for headers in from_form("register").values():
        html = (await Browser(headers).post("/register", data=typed)).text
        assert 'value="Mia"' in html
        assert 'value="nowhere"' in html
        assert "seven-quiet-harbours" not in html
        assert "Enter an e-mail address such as name@example.com." in html


async def test_a_refused_broadcast_and_account_keep_what_was_typed(ada):
    for kind in ("page", "htmx"):
        browser = await Browser.of(ada, from_form("broadcast")[kind])
        sent = {"message": "m" * 501, "level": "warning"}
        html = (await browser.post("/api/admin/broadcast", data=sent)).text
        assert "m" * 501 in html
        assert '<option value="warning" selected>' in html
        browser = await Browser.of(ada, from_form("create-account")[kind])
        html = (await browser.post("/api/admin/create-account", data=WISH | {"username": "nobody", "plan": "7"})).text
        assert 'value="nobody"' in html
        assert '<option value="7" selected>' in html
        assert "There is no client called" in html


async def test_a_form_about_something_that_is_gone_fails_with_the_words_only(bob):
    """The account does not exist: nothing is said of a form that cannot be shown, whatever else is wrong with it."""
    sent = {"account_id": 999_999, "plan": "lifetime"}
    too_long = sent | {"note": "n" * 501}
    missing = {
        "json": "This must be the number of a row.",
        "htmx": "This must be the number of a row.",
        "page": "Please correct the marked fields.",
    }
    unread = {
        "json": "Use at most 500 characters.",
        "htmx": "Use at most 500 characters.",
        "page": "Please correct the marked fields.",
    }
    for kind in KINDS:
        assert unread[kind] in await failing(bob, kind, 422, "POST", "/api/extend-code", data=too_long)
        assert "There is no such account." in await failing(bob, kind, 404, "POST", "/api/extend-code", data=sent)
        assert missing[kind] in await failing(bob, kind, 422, "POST", "/api/extend-code", data={"plan": "30"})


@pytest.mark.parametrize("source", ["button", "form", "form#batch", None])
async def test_what_is_refused_to_a_button_without_its_form_is_said_in_a_toast(made, ada, source):
    """A selection of 201 codes: the form that names its fields, `confirm`, is not on the page."""
    headers = HTMX if source is None else HTMX | {"HX-Source": source}
    too_many = {"action": "activate", "code_id": [str(number) for number in range(1, 202)]}
    response = await (await Browser.of(ada, headers)).post("/api/admin/codes", data=too_many)
    assert response.status_code == 422
    assert 'hx-target="#toasts"' in response.text
    assert "Select 1 to 200 codes." in response.text
    assert "marked fields" not in response.text
    assert 'hx-target="#confirm"' not in response.text


@pytest.mark.parametrize("source", ["button", "form", "form#batch", None])
async def test_what_is_refused_to_a_rows_button_is_said_in_a_toast_though_its_form_could_be_shown(made, ada, source):
    """A code that is there: `confirm` could be rendered, and would be dropped, as it is not on the page."""
    headers = HTMX if source is None else HTMX | {"HX-Source": source}
    too_long = {"action": "cancel", "code_id": made.code.id, "reason": "r" * 501}
    confirming = HTMX | {"HX-Source": "form#confirm"}
    response = await (await Browser.of(ada, confirming)).post("/api/admin/codes", data=too_long)
    assert 'hx-target="#confirm"' in response.text
    assert "r" * 501 in response.text
    assert 'hx-target="#toasts"' not in response.text
    response = await (await Browser.of(ada, headers)).post("/api/admin/codes", data=too_long)
    assert response.status_code == 422
    assert 'hx-target="#confirm"' not in response.text
    assert 'hx-target="#toasts"' in response.text
    assert "Use at most 300 characters." in response.text


async def test_what_is_refused_to_a_form_on_the_page_stands_in_it_and_in_no_toast(made, ada):
    headers = HTMX | {"HX-Source": "form#extend-account"}
    days = {"account_id": made.account.id, "days": "0"}
    response = await (await Browser.of(ada, headers)).post("/api/admin/extend-customer", data=days)
    assert "Enter 1 to 3,650 days." in response.text
    assert 'hx-target="#extend-account"' in response.text
    assert 'hx-target="#toasts"' not in response.text


async def test_a_toast_says_at_which_field_something_is_wrong_where_a_page_has_none(made, ada):
    nonsense = {"account_id": made.account.id, "action": "delete"}
    response = await (await Browser.of(ada, HTMX)).post("/api/admin/accounts", data=nonsense)
    assert "Choose one of suspend, restore, release." in response.text
