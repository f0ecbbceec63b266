"""One search over all that the desk knows: admins find everything, a client what is theirs, a stranger nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.db.fetch import fetch_planned
from app.listings.search import MOST_TYPED
from app.people.tables import Person
from app.products.tables import Product, Terms
from app.requests.tables import AccountRequest
from app.search.regions import MOST_FOUND
from tests.browser import HTMX, PLAIN, Browser, api

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30", "product": "robot"}
SCALPER = Terms(name="Night Scalper", modes=("real",), offline_hours=48, check_hours=2)
KINDS = ("people", "accounts", "codes", "requests", "products")


class Things(NamedTuple):
    code: TradingCode
    account: CustomerAccount
    request: AccountRequest
    eves: CustomerAccount


@pytest.fixture
async def things(ada: Person, bob: Person, eve: Person) -> Things:
    """Bob's of each kind, an account of Eve's, and a second product."""
    code = await (await TradingCode.generate(bob, **WISH)).activate(by=ada)
    account = await CustomerAccount.licensed(code.code)
    assert account is not None
    request = await AccountRequest.ask(account, "7", "", by=bob)
    await Product.create("night-scalper", SCALPER, by=ada)
    return Things(code, account, request, await CustomerAccount.create("eve", **WISH, by=ada))


async def found(person: Person, q: str) -> dict[str, list[str]]:
    """The addresses of what is found, by kind, without the kinds of which nothing is."""
    answer = await (await api(person)).get("/search", params={"q": q})
    assert answer.status_code == 200, answer.text
    kinds: dict[str, list[dict[str, Any]]] = answer.json()
    return {kind: urls for kind in KINDS if (urls := [row["url"] for row in kinds.get(f"found-{kind}", ())])}


async def test_admins_find_whatever_bears_a_name_a_key_or_a_number(things: Things, ada: Person, bob: Person) -> None:
    account, eves = (f"/admin/accounts/{each.id}" for each in (things.account, things.eves))
    of_bob = {
        "accounts": [account], "codes": [f"/admin/codes/{things.code.id}"],
        "requests": [f"/admin/extensions/{things.request.id}"],
    }  # fmt: skip
    person = f"/admin/people/{bob.id}"
    for typed, expected in {
        "bob": {"people": [person], **of_bob}, "BOB": {"people": [person], **of_bob},
        things.code.grouped_key: of_bob, things.code.code[3:12].lower(): of_bob,
        "12345": {**of_bob, "accounts": [eves, account]}, "bob@example.com": {"people": [person]},
        " bob@example.com ": {"people": [person]}, "night": {"products": ["/admin/products"]},
        "Night Scalper": {"products": ["/admin/products"]}, "night-scalper": {"products": ["/admin/products"]},
    }.items():  # fmt: skip
        assert await found(ada, typed) == expected, typed


@pytest.mark.parametrize("typed", ["bob", "12345678", "1234", "mt5"])
async def test_a_client_finds_only_what_is_theirs_and_no_people_and_no_products(
    things: Things, bob: Person, eve: Person, typed: str
) -> None:
    everything_of = {
        bob.id: {
            f"/accounts/{things.account.id}", f"/codes/{things.code.id}", f"/requests/{things.request.id}",
        },
        eve.id: {f"/accounts/{things.eves.id}"},
    }  # fmt: skip
    for person in (bob, eve):
        urls = await found(person, typed)
        assert {url for kind in urls.values() for url in kind} <= everything_of[person.id]
        assert urls.keys() <= {"accounts", "codes", "requests"}
    assert await found(eve, "bob") == {}
    assert await found(eve, things.code.grouped_key) == {}
    assert await found(eve, "bob@example.com") == {}
    assert (await found(bob, "12345678"))["accounts"] == [f"/accounts/{things.account.id}"]
    shown = (await (await Browser.of(eve, PLAIN)).get("/search", params={"q": "1234"})).text
    assert things.account.grouped_key not in shown
    assert "found-people" not in shown


@pytest.mark.parametrize(
    "typed",
    ["%", "_", "b%b", "b_b%", "\\", "*", "' OR 1=1 --", "-", "--", ".", "%%%", "@", "%@%", "_@example.com", "nobody",
     "ночь", "🤖", "b" * MOST_TYPED],
)  # fmt: skip
async def test_what_stands_in_no_name_finds_nothing_and_what_like_would_read_is_no_pattern(
    things: Things, ada: Person, typed: str
) -> None:
    assert (await found(ada, typed)).keys() <= (
        {"people", "accounts", "codes", "requests"} if typed == "b%b" else set()
    )
    page = (await (await Browser.of(ada, PLAIN)).get("/search", params={"q": typed})).text
    assert "Nothing matches." in page
    assert "1=1 --<" not in page


@pytest.mark.parametrize("typed", ["", " ", "\t"])
async def test_who_has_typed_nothing_is_told_what_to_type(things: Things, ada: Person, typed: str) -> None:
    assert await found(ada, typed) == {}
    page = (await (await Browser.of(ada, PLAIN)).get("/search", params={"q": typed})).text
    assert "Type a part of a name or a key" in page


async def test_one_letter_finds_what_begins_so_and_nothing_in_the_middle(things: Things, ada: Person) -> None:
    assert {"people", "codes"} <= (await found(ada, "b")).keys()
    assert "people" not in await found(ada, "o")


@pytest.mark.parametrize("typed", ["b" * (MOST_TYPED + 1), f"{'b' * MOST_TYPED}@example.com", "1" * 4_000])
async def test_what_is_too_long_is_refused_in_words(ada: Person, typed: str) -> None:
    refused = await (await api(ada)).get("/search", params={"q": typed})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["q"])


async def test_a_few_of_each_kind_stand_there_the_newest_first_and_all_are_a_link_away(
    things: Things, ada: Person, bob: Person
) -> None:
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(MOST_FOUND + 2)]
    newest = [f"/admin/codes/{code.id}" for code in reversed(codes)][:MOST_FOUND]
    assert (await found(ada, "bob"))["codes"] == newest
    page = (await (await Browser.of(ada, PLAIN)).get("/search", params={"q": "Bob"})).text
    assert 'href="/admin/codes?q=bob"' in page
    assert 'href="/admin/codes?q=' not in (await (await Browser.of(bob, PLAIN)).get("/search?q=bob")).text


async def test_people_found_by_an_address_have_no_list_that_would_find_them(things: Things, ada: Person) -> None:
    """Lists are searched by names."""
    page = (await (await Browser.of(ada, PLAIN)).get("/search", params={"q": "bob@example.com"})).text
    assert "found-people" in page
    assert "/admin/people?q=" not in page


async def test_what_is_typed_and_what_is_found_is_text(things: Things, ada: Person, bob: Person) -> None:
    typed = '"><script>alert(1)</script>@x'
    await Person.update({Person.email: typed}).where(Person.id == bob.id)
    page = (await (await Browser.of(ada, PLAIN)).get("/search", params={"q": typed})).text
    assert "<script>alert" not in page
    assert await found(ada, typed) == {"people": [f"/admin/people/{bob.id}"]}


async def test_while_somebody_types_the_address_follows_what_it_means(things: Things, ada: Person) -> None:
    browser = await Browser.of(ada, {**HTMX, "HX-Source": "form#find"})
    first = await browser.get("/search", params={"q": " Bob "}, headers={"HX-Current-URL": "http://desk.test/admin"})
    again = await browser.get("/search", params={"q": "bo"}, headers={"HX-Current-URL": "http://desk.test/search?q=b"})
    assert first.headers["hx-push-url"] == "/search?q=bob"
    assert again.headers["hx-replace-url"] == "/search?q=bo"


async def test_a_search_costs_as_many_queries_for_many_rows_as_for_few(
    things: Things, ada: Person, bob: Person, queries: list[str]
) -> None:
    browser = await api(ada)
    asked = []
    for more in (0, 40):
        for _ in range(more):
            await TradingCode.generate(bob, **WISH)
        queries.clear()
        await browser.get("/search", params={"q": "bob"})
        asked.append(len(queries))
    assert asked[0] == asked[1] < 30


async def test_names_are_looked_up_once_for_all_tables_and_anew_for_the_next_answer(
    things: Things, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, asked = await api(ada), list[str]()

    async def ask(sql: str, *values: Any) -> Any:
        asked.append(sql)
        return await fetch_planned(sql, *values)

    monkeypatch.setattr("app.listings.matching.fetch_planned", ask)
    for many in (0, 1):
        asked.clear()
        answer = (await browser.get("/search", params={"q": "wanda"})).json()
        assert (len(answer["found-accounts"]), len(asked)) == (many, 1)
        if not many:
            await Person.register("wanda", "wanda@example.com", "seventeen-tame-herons")
            await CustomerAccount.create("wanda", **WISH, by=ada)
