"""Accounts from a file: looked at first, each mistake told by its line, then all of them at once or none."""

import asyncio
import re

import pytest

from app.accounts.tables import CustomerAccount
from app.errors import Conflict, Invalid
from app.imports.pages import MOST_TEXT
from app.imports.table_of_file import MOST_ROWS, parsed
from app.imports.tables import AccountImport
from app.limits import LARGEST_BODY
from app.products.tables import Product, Terms
from tests.browser import HTMX, PLAIN, Browser, api
from tests.inspection import everything, happened

IMPORT = "/api/admin/accounts/import"
HEADING = "username,platform,account_number,plan"
GOOD = f"{HEADING}\nbob,mt5,12345678,30\neve,mt4,87654321,lifetime\n"


async def sent(person, text, **more):
    return await (await api(person)).post(IMPORT, json={"csv": text, **more})


async def problems_of(text):
    return await AccountImport.problems(parsed(text))


async def all_but_sessions():
    """Whoever asks has signed in for it."""
    return await everything() | {"session": []}


def refused(text):
    with pytest.raises(Invalid) as raised:
        parsed(text)
    return str(raised.value.fields["csv"])


async def test_a_file_is_looked_at_and_nothing_is_made_yet(ada, bob, eve):
    before = await all_but_sessions()
    answer = await sent(ada, GOOD)
    assert (answer.status_code, answer.json()) == (200, {"rows": 2, "problems": {}})
    assert await all_but_sessions() == before


async def test_then_its_accounts_are_made_in_their_order(ada, bob, eve):
    answer = await sent(ada, GOOD, confirmed="1", request_key="k")
    assert answer.status_code == 201
    made = [(each["owner"], each["platform"], each["account_number"], each["plan"]) for each in answer.json()]
    assert made == [("bob", "mt5", "12345678", "30"), ("eve", "mt4", "87654321", "lifetime")]
    assert await happened() == [("AccountCreated", bob.id, "ada"), ("AccountCreated", eve.id, "ada")]


async def test_every_mistake_is_told_by_its_line_and_nothing_is_made(ada, bob):
    text = (
        f"{HEADING},product\nbob,mt5,12345678,30,robot\nnobody,mt6,1,31,none\n\nada,mt5,12345678,30,robot\n"
        "bob,mt5,12345678,90,robot\n"
    )
    before = await all_but_sessions()
    answer = await sent(ada, text)
    told = answer.json()
    assert (answer.status_code, told["rows"], set(told["problems"])) == (200, 4, {"3", "5", "6"})
    assert len(told["problems"]["3"]) == 5, "platform, number, plan, client, product"
    assert "There is no client called “ada”." in told["problems"]["5"]
    assert told["problems"]["6"] == ["The same stands in line 2."]
    confirmed = await sent(ada, text, confirmed="1", request_key="k")
    assert confirmed.status_code == 422
    assert confirmed.json()["error"]["fields"]["csv"].startswith("3: ")
    assert await all_but_sessions() == before


async def test_which_of_several_products_must_be_named(ada, bob):
    assert await problems_of(GOOD.replace("eve", "bob")) == {}
    await Product.create("night-scalper", Terms(name="Night Scalper", modes=("demo",)), by=ada)
    [told] = (await problems_of(f"{HEADING}\nbob,mt5,12345678,30\n"))[2]
    assert "Name its product, one of " in str(told)
    assert "night-scalper" in str(told)
    assert await problems_of(f"{HEADING},product\nbob,mt5,12345678,30,night-scalper\n") == {}


def test_a_row_of_several_lines_bears_the_first_and_those_after_it_their_own():
    rows = parsed(f'{HEADING}\nbob,mt5,12345678,30\n"bob\n\n ",mt5,22345678,30\n\neve,mt5,32345678,30\n')
    assert [(row.line, row.account_number) for row in rows] == [(2, "12345678"), (3, "22345678"), (7, "32345678")]


CHANGES = {
    "a product is retired": "UPDATE product SET status = 'retired'",
    "a client is none any more": "UPDATE person SET role = 'admin' WHERE username = 'eve'",
    "a client is gone": "UPDATE person SET username = 'eva' WHERE username = 'eve'",
}
BACK = {
    "a product is retired": "UPDATE product SET status = 'active'",
    "a client is none any more": "UPDATE person SET role = 'client' WHERE username = 'eve'",
    "a client is gone": "UPDATE person SET username = 'eve' WHERE username = 'eva'",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changes_between_the_look_and_the_making_leaves_nothing_half_done(ada, bob, eve, change):
    """A later row cannot be made any more, so none is; and the same press works once it can be."""
    wanted = parsed(GOOD)
    assert await AccountImport.problems(wanted) == {}
    await CustomerAccount.raw(CHANGES[change])
    before = await all_but_sessions()
    with pytest.raises(Invalid, match="correct the marked fields") as raised:
        await AccountImport.create(wanted, "k", ada)
    line = "Line 2: " if change == "a product is retired" else "Line 3: "
    assert str(raised.value.fields["csv"]).startswith(line)
    assert await all_but_sessions() == before
    await CustomerAccount.raw(BACK[change])
    assert len(await AccountImport.create(wanted, "k", ada)) == 2


async def test_the_same_file_sent_again_makes_nothing(ada, bob, eve):
    assert (await sent(ada, GOOD, confirmed="1", request_key="k")).status_code == 201
    before = await all_but_sessions()
    again = await sent(ada, GOOD, confirmed="1", request_key="k")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    assert await all_but_sessions() == before


async def test_of_twenty_presses_at_once_one_makes_the_accounts(ada, bob, eve):
    wanted = parsed(GOOD)
    results = await asyncio.gather(*(AccountImport.create(wanted, "k", ada) for _ in range(20)), return_exceptions=True)
    assert sorted({type(result) for result in results}, key=str) == [Conflict, list]
    assert [type(result) for result in results].count(list) == 1
    assert await CustomerAccount.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 65])
async def test_without_a_key_of_its_own_nothing_is_made(ada, bob, eve, key):
    before = await all_but_sessions()
    answer = await sent(ada, GOOD, confirmed="1", request_key=key)
    assert (answer.status_code, set(answer.json()["error"]["fields"])) == (422, {"request_key"})
    assert await all_but_sessions() == before


async def test_an_account_that_exists_is_no_mistake_as_a_client_may_have_two(ada, bob, eve):
    await sent(ada, GOOD, confirmed="1", request_key="k")
    assert (await sent(ada, GOOD)).json()["problems"] == {}


async def test_no_client_looks_at_a_file_or_imports_one(ada, bob, eve):
    before = await all_but_sessions()
    for more in ({}, {"confirmed": "1", "request_key": "k"}):
        assert (await sent(eve, GOOD, **more)).status_code == 403
    assert (await (await api(eve)).get("/admin/accounts/import")).status_code == 403
    assert await all_but_sessions() == before


async def test_each_client_hears_of_their_own_account_alone(ada, bob, eve):
    await sent(ada, GOOD, confirmed="1", request_key="k")
    for person, number, others in ((bob, "12345678", "87654321"), (eve, "87654321", "12345678")):
        inbox = (await (await api(person)).get("/notifications")).text
        assert number in inbox
        assert others not in inbox


@pytest.mark.parametrize("view", ["/admin/accounts", "/admin/accounts?sort=end"])
async def test_what_was_exported_can_be_imported(ada, bob, eve, view):
    await sent(ada, GOOD, confirmed="1", request_key="k")
    exported = (await (await api(ada)).get("/csv", params={"view": view})).content.decode()
    assert (await sent(ada, exported)).json() == {"rows": 2, "problems": {}}
    made = await sent(ada, exported, confirmed="1", request_key="k2")
    assert {(each["owner"], each["account_number"], each["plan"]) for each in made.json()} == {
        ("bob", "12345678", "30"), ("eve", "87654321", "lifetime"),
    }  # fmt: skip


WAYS = {
    "semicolons": GOOD.replace(",", ";"),
    "tabs": GOOD.replace(",", "\t"),
    "windows": GOOD.replace("\n", "\r\n"),
    "old mac": GOOD.replace("\n", "\r"),
    "mark": "\ufeff" + GOOD,
    "no end of line": GOOD.rstrip(),
    "capitals": GOOD.upper().replace("BOB", "Bob"),
    "quotes": GOOD.replace("bob", '"bob"').replace("username", '"username"'),
    "spaces": GOOD.replace(",", " , "),
    "apostrophes": GOOD.replace("bob", "'bob").replace("12345678", "'12345678"),
    "blank lines": GOOD.replace("\n", "\n\n") + ",,,\n",
    "more columns": GOOD.replace("\n", ",note\n"),
    "as exported": GOOD.replace("username", "owner"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_a_spreadsheet_makes_of_the_table_is_read(ada, bob, eve, way):
    wanted = parsed(WAYS[way])
    assert [(row.username, row.platform, row.account_number, row.plan) for row in wanted] == [
        ("bob", "mt5", "12345678", "30"), ("eve", "mt4", "87654321", "lifetime"),
    ]  # fmt: skip
    assert await AccountImport.problems(wanted) == {}


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Missing: username, platform, account_number, plan"),
        ("\n\n", "Missing: username, platform, account_number, plan"),
        ("bob,mt5,12345678,30\n", "Missing: username, platform, account_number, plan"),
        ("username,platform,plan\nbob,mt5,30\n", "Missing: account_number."),
        (f"{HEADING}\n", "There is no row below the heading."),
        (f"{HEADING}\n,,,\n\n", "There is no row below the heading."),
        (f'{HEADING}\n"bob"x,mt5,12345678,30\n', "This is no CSV"),
        (f'{HEADING}\n"bob,mt5,12345678,30\n', "This is no CSV"),
        (f"{HEADING}\n" + "bob,mt5,12345678,30\n" * (MOST_ROWS + 1), "A file may have 500 rows"),
    ],
)
async def test_what_is_no_such_table_is_refused_in_words(text, why):
    assert why in refused(text)


@pytest.mark.once
@pytest.mark.parametrize(
    "rows", [f"{'9' * 40},x\n", "x" + "," * 5_000 + "\n", "\x00,\x1b,\u2028\n", "a\n" * 400, "\u0130,mt5\n"]
)
async def test_whatever_stands_in_the_rows_is_told_by_its_line(ada, rows):
    found = await problems_of(f"{HEADING}\n{rows}")
    assert all(line >= 2 for line in found)


async def test_as_many_rows_as_a_file_may_have_are_made_within_one_request(ada, bob):
    text = HEADING + "".join(f"\nbob,mt5,{10_000_000 + number},lifetime" for number in range(MOST_ROWS))
    answer = await sent(ada, text, confirmed="1", request_key="k")
    assert (answer.status_code, len(answer.json())) == (201, MOST_ROWS)


@pytest.mark.once
async def test_a_file_that_is_too_long_is_refused_in_words(ada):
    long = HEADING + "\n" + "x" * (MOST_TEXT - len(HEADING))
    answer = await sent(ada, long)
    assert answer.status_code == 422
    assert "60,000 characters" in answer.json()["error"]["fields"]["csv"]
    browser = await api(ada)
    assert (await browser.post(IMPORT, files={"file": ("a.csv", long.encode())})).status_code == 422
    assert (await browser.post(IMPORT, files={"file": ("a.csv", b"x" * LARGEST_BODY)})).status_code == 413


def file_of(content, name="accounts.csv"):
    return {"file": (name, content, "text/csv")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
async def test_a_file_is_read_as_well_as_text(ada, bob, eve, encoding):
    answer = await (await api(ada)).post(IMPORT, files=file_of(GOOD.encode(encoding)))
    assert answer.json() == {"rows": 2, "problems": {}}


@pytest.mark.parametrize("encoding", ["utf-16", "cp874", "latin-1"])
async def test_a_file_in_another_encoding_is_refused_in_words(ada, encoding):
    text = GOOD.replace("bob", "ก" if encoding == "cp874" else "é")
    answer = await (await api(ada)).post(IMPORT, files=file_of(text.encode(encoding)))
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        422, "The file is not UTF-8. Save it as “CSV UTF-8”."
    )  # fmt: skip


async def test_no_part_of_a_form_chooses_how_it_is_read(ada):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv; charset=utf-7\r\n\r\n+AGE-,b\r\n--b--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = await (await api(ada)).post(IMPORT, content=body, headers=kind)
    assert "Missing: username" in answer.json()["error"]["fields"]["csv"]


BROKEN = {
    "no boundary": ("multipart/form-data", b"--b\r\n\r\n--b--\r\n"),
    "another boundary": ("multipart/form-data; boundary=c", b"--b\r\n\r\n--b--\r\n"),
    "no end": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="csv"\r\n\r\nx'),
    "no name": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "no header": ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
    "many parts": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="csv"\r\n\r\nx\r\n' * 17 + b"--b--\r\n",
    ),
    "nothing": ("multipart/form-data; boundary=b", b""),
}


@pytest.mark.once
@pytest.mark.parametrize("how", BROKEN)
async def test_a_form_that_is_broken_is_refused_in_words(ada, how):
    kind, body = BROKEN[how]
    answer = await (await api(ada)).post(IMPORT, content=body, headers={"content-type": kind})
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["message"]


@pytest.mark.once
async def test_no_other_form_takes_a_file(ada):
    answer = await (await api(ada)).post("/api/admin/broadcast", files=file_of(b"x"))
    assert answer.status_code == 422
    assert "form-encoded or as JSON" in answer.json()["error"]["message"]


async def test_on_the_page_it_is_looked_at_and_then_made_by_what_the_page_holds(ada, bob, eve):
    browser = await Browser.of(ada, PLAIN)
    page = (await browser.get("/admin/accounts/import?back=/admin/accounts")).text
    assert 'enctype="multipart/form-data"' in page
    looked = (
        await browser.post(IMPORT, files=file_of(GOOD.encode()), data={"csv": "", "back": "/admin/accounts"})
    ).text
    assert "2 accounts would be made" in looked
    held = {
        name: re.search(rf'name="{name}" value="([^"]*)"', looked)[1]
        for name in ("csv", "confirmed", "request_key", "back")
    }
    made = await browser.post(IMPORT, files={name: (None, value) for name, value in held.items()})
    assert (made.status_code, made.headers["location"]) == (303, "/admin/accounts")
    assert await CustomerAccount.count() == 2
    again = await browser.post(IMPORT, files={name: (None, value) for name, value in held.items()})
    assert again.status_code == 409
    assert "has been imported before" in again.text
    assert await CustomerAccount.count() == 2


@pytest.mark.parametrize("headers", [PLAIN, HTMX | {"HX-Target": "div#dialog-body"}], ids=["plain", "htmx"])
async def test_on_the_page_mistakes_stand_by_their_lines_and_what_was_typed_stays(ada, bob, headers):
    text = f"{HEADING}\nbob,mt5,12345678,30\n<b>eve</b>,mt4,87654321,30\n"
    shown = await (await Browser.of(ada, headers)).post(IMPORT, data={"csv": text})
    assert shown.status_code == 422
    assert "Line 3" in shown.text
    assert "&lt;b&gt;eve&lt;/b&gt;" in shown.text
    assert "<b>eve</b>" not in shown.text
    assert 'name="confirmed"' not in shown.text
