"""Lists as files: whole, as they are filtered, of what their reader may see, and for a spreadsheet without danger."""

import asyncio
import csv
import io
import tracemalloc

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.errors import NotSignedIn
from app.exports.pages import _while_signed_in
from app.exports.portions import PORTION, as_csv
from app.live.listing import Listing
from app.people.tables import Session
from app.requests.tables import AccountRequest
from tests.browser import JSON, Browser, api, app

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


async def made(owner, ada, **wish):
    return await CustomerAccount.create(owner.username, by=ada, **WISH | wish)


async def many_codes(owner, many):
    """Their number, by one statement."""
    rows = [
        TradingCode(
            code=f"K{number:024}", owner=owner.id, owner_name=owner.username, platform="mt5",
            account_number=f"{10_000_000 + number}", plan="30", product="robot", status="pending",
            created_at=owner.created_at,
        )
        for number in range(many)
    ]  # fmt: skip
    for first in range(0, many, 500):
        await TradingCode.insert(*rows[first : first + 500])


def table(text):
    """Its heading and its rows, as a spreadsheet reads them."""
    assert text[0] == "\ufeff", "by which a spreadsheet knows that it is UTF-8"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


async def downloaded(person, view, element=""):
    answer = await (await api(person)).get("/csv", params={"view": view, "list": element})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return table(answer.content.decode())


def listings(person, view):
    found = app.state.views.of(view)
    return [region for region in found.page.regions(person, found.query) if isinstance(region, Listing)]


PLACES = {
    "ada": ("/admin/codes", "/admin/accounts", "/admin/accounts?sort=end", "/admin/extensions", "/admin/people",
            "/admin/activity", "/notifications", "/me"),
    "bob": ("/", "/notifications", "/me"),
}  # fmt: skip
OF_ROWS = {
    "ada": (
        "/admin/codes/{code}",
        "/admin/accounts/{account}",
        "/admin/extensions/{request}",
        "/admin/people/{person}",
    ),
    "bob": ("/codes/{code}", "/accounts/{account}", "/requests/{request}"),
}


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name in PLACES for place in PLACES[name] + OF_ROWS[name]]
)
async def test_every_list_of_every_page_is_a_file_of_its_fields(ada, bob, name, place):
    code, account = await TradingCode.generate(bob, **WISH), await made(bob, ada)
    request = await AccountRequest.ask(account, "30", "please", by=bob)
    view = place.format(code=code.id, account=account.id, request=request.id, person=bob.id)
    person = {"ada": ada, "bob": bob}[name]
    shown = listings(person, view)
    assert shown, "a page with a list"
    for listing in shown:
        heading, *rows = await downloaded(person, view, listing.element)
        assert tuple(heading) == listing.csv_fields
        assert {len(row) for row in rows} <= {len(heading)}
        assert len(rows) == len(await listing.window(1_000))


async def test_the_file_holds_what_the_list_shows_under_its_filter_whatever_page_of_it(ada, bob, eve):
    accounts = [await made(person, ada) for person in (bob, bob, eve)]
    await accounts[0].suspend(by=ada)

    async def ids(view):
        heading, *rows = await downloaded(ada, view)
        return [int(row[heading.index("id")]) for row in rows]

    first, second, third = [account.id for account in accounts]
    assert await ids("/admin/accounts") == [third, second, first]
    assert await ids("/admin/accounts?status=suspended") == [first]
    assert await ids("/admin/accounts?status=valid") == [third, second]
    assert await ids("/admin/accounts?status=expired") == []
    assert await ids(f"/admin/accounts?after={second}") == [third, second, first]
    assert await ids("/admin/accounts?sort=end") == [first, second, third]


async def test_a_row_says_what_the_json_of_its_list_says(ada, bob):
    account = await made(bob, ada)
    heading, row = await downloaded(ada, "/admin/accounts")
    shown = account.as_json()
    assert row == ["" if shown[field] is None else str(shown[field]) for field in heading]


async def test_a_client_gets_their_own_and_not_a_word_of_anothers(ada, bob, eve):
    code, account = await TradingCode.generate(bob, **WISH), await made(bob, ada)
    request = await AccountRequest.ask(account, "30", "please", by=bob)
    own = await TradingCode.generate(eve, **WISH)
    browser = await Browser.of(eve, JSON)
    for view in ("/", "/?owner=bob", "/?q=bob", "/notifications"):
        for element in ("", "codes", "accounts", "inbox", "notifications"):
            text = (await browser.get("/csv", params={"view": view, "list": element})).text
            assert "bob" not in text
            assert code.code not in text
    for view in (f"/codes/{code.id}", f"/accounts/{account.id}", f"/requests/{request.id}"):
        answer = await browser.get("/csv", params={"view": view})
        assert len(table(answer.content.decode())) == 1, "its heading alone"
    heading, row = await downloaded(eve, "/", "codes")
    assert (row[heading.index("id")], row[heading.index("owner")]) == (str(own.id), "eve")


NOT_THERE = (
    "",
    "/nowhere",
    "/admin",
    "//desk.test/",
    "http://desk.test/",
    "/admin/codes/0",
    "/é",
    "/login",
    "x" * 3_000,
)


@pytest.mark.parametrize("view", NOT_THERE)
async def test_what_is_no_list_is_not_there(ada, view):
    answer = await (await api(ada)).get("/csv", params={"view": view})
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is no such list.")


@pytest.mark.parametrize(
    "view", ["/admin/codes", "/admin/accounts", "/admin/people", "/admin/activity", "/admin/people/1"]
)
async def test_no_list_of_admins_is_there_for_a_client(eve, view):
    assert (await (await api(eve)).get("/csv", params={"view": view})).status_code == 404


async def test_a_list_that_the_page_does_not_have_is_not_there(ada):
    assert (await (await api(ada)).get("/csv", params={"view": "/admin/codes", "list": "people"})).status_code == 404


async def test_a_filter_that_makes_no_sense_is_refused_in_words(ada):
    answer = await (await api(ada)).get("/csv", params={"view": "/admin/accounts?sort=colour"})
    assert answer.status_code == 422


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20"])
async def test_no_cell_is_worked_out_by_a_spreadsheet(ada, bob, sign):
    note = f"{sign}HYPERLINK(1)"
    request = await AccountRequest.ask(await made(bob, ada), "30", "x", by=bob)
    await AccountRequest.update({AccountRequest.note: note}, force=True).where(AccountRequest.id == request.id)
    heading, row = await downloaded(ada, "/admin/extensions")
    assert row[heading.index("note")] == f"'{note}"


@pytest.mark.parametrize(
    "note", ['say "please"', "a, b; c", "one\r\ntwo\nthree", "ขอบคุณ — ✓", " spaced ", "a=1", '"', "'"]
)
async def test_any_other_text_comes_through_as_it_is(ada, bob, note):
    request = await AccountRequest.ask(await made(bob, ada), "30", "x", by=bob)
    await AccountRequest.update({AccountRequest.note: note}, force=True).where(AccountRequest.id == request.id)
    heading, row = await downloaded(ada, "/admin/extensions")
    assert row[heading.index("note")] == note


@pytest.mark.parametrize("many", [PORTION - 1, PORTION, PORTION + 1, 2 * PORTION])
async def test_what_does_not_fit_into_one_portion_comes_whole_and_nothing_twice(ada, bob, many):
    await many_codes(bob, many)
    heading, *rows = await downloaded(ada, "/admin/codes")
    ids = [int(row[heading.index("id")]) for row in rows]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == many


async def test_accounts_that_end_at_the_same_moment_come_whole_in_the_order_of_their_ends(ada, bob):
    at = [await made(bob, ada) for _ in range(3)]
    row = (await CustomerAccount.raw("SELECT * FROM customer_account WHERE id = {}", at[0].id))[0]
    names = [name for name in row if name != "id"]
    for number in range(PORTION + 10):
        values = [f"L{number:024}" if name == "licence" else row[name] for name in names]
        slots = ", ".join("{}" for _ in names)
        await CustomerAccount.raw(f"INSERT INTO customer_account ({', '.join(names)}) VALUES ({slots})", *values)
    heading, *rows = await downloaded(ada, "/admin/accounts?sort=end")
    ids = [row[heading.index("id")] for row in rows]
    assert len(ids) == len(set(ids)) == PORTION + 13


async def test_what_is_added_while_it_is_read_puts_nothing_in_twice(ada, bob):
    await many_codes(bob, PORTION + 50)
    portions = as_csv(listings(ada, "/admin/codes")[0])
    text = (await anext(portions) + await anext(portions)).decode()
    await TradingCode.generate(bob, **WISH)
    async for portion in portions:
        text += portion.decode()
    ids = [row[0] for row in table(text)[1:]]
    assert len(ids) == len(set(ids)) == PORTION + 50


@pytest.mark.once
async def test_what_it_takes_in_memory_does_not_grow_with_the_list(ada, bob):
    await many_codes(bob, 12 * PORTION)

    async def peak(portions):
        """Bytes at most while so many of them are read, one after another."""
        file = as_csv(listings(ada, "/admin/codes")[0])
        tracemalloc.start()
        try:
            for _ in range(portions):
                await anext(file)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            await file.aclose()

    await peak(2)
    assert await peak(13) < 1.5 * await peak(2)


async def test_others_are_served_between_its_portions(ada, bob):
    """The loop's budget holds for each portion; here, that there is a turn for others between two of them."""
    await many_codes(bob, 5 * PORTION)
    session = await Session.start(ada, address="127.0.0.1", browser="test", instead_of=None)
    found = await Session.find(session)
    assert found is not None
    turns, sent = [], []

    async def others():
        while True:
            turns.append(len(sent))
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    async for portion in _while_signed_in(as_csv(listings(ada, "/admin/codes")[0]), found[0].id):
        sent.append(portion)
    waiting.cancel()
    assert len(sent) == 6
    assert set(range(1, 6)) <= set(turns)


async def test_it_breaks_off_when_the_session_ends_as_half_a_list_must_not_look_whole(ada, bob, grace):
    await many_codes(bob, 2 * PORTION)
    token = await Session.start(ada, address="127.0.0.1", browser="test", instead_of=None)
    session, _ = await Session.find(token)
    file = _while_signed_in(as_csv(listings(ada, "/admin/codes")[0]), session.id)
    await anext(file)
    await ada.sign_out_everywhere(by=grace)
    with pytest.raises(NotSignedIn):
        await anext(file)


async def test_the_file_is_named_after_its_list_and_the_day_and_no_cache_keeps_it(ada):
    answer = await (await api(ada)).get("/csv?view=/admin/codes")
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="codes-20')
    assert name.endswith('.csv"')
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_page_links_to_the_file_under_its_filter(ada, bob):
    await made(bob, ada)
    page = (
        await (await Browser.of(ada)).get("/admin/accounts?status=valid&q=bob", headers={"Accept": "text/html"})
    ).text
    assert "/csv?view=%2Fadmin%2Faccounts%3Fstatus%3Dvalid%26q%3Dbob" in page
