"""A view is what its URL means, not what was typed: pages that show the same are one view, rendered once."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.licences.key import grouped, normalised
from app.listings.filter import Filter
from app.listings.search import MOST_TYPED, NOTHING, keys_of, searched, searched_name
from app.live.connection import NOT_ALLOWED
from app.live.relay import Relay
from app.live.views import View, Views
from app.people.names import NAME
from app.people.tables import Person
from tests.browser import HTMX, Browser, api, app
from tests.live.conftest import deliver
from tests.live.crowd import look_at
from tests.live.tabs import Tab
from tests.live.test_replay import LICENCE

TYPED = st.one_of(st.text(), st.text("malMALoil01u.-!% \u017f\u212a\u0130\0", max_size=80))
ADMIN_PAGES = ("/admin/codes", "/admin/accounts", "/admin/extensions", "/admin/activity")


def views() -> Views:
    found: Views = app.state.views
    return found


def view_of(path: str, **parameters: str) -> View:
    view = views().on(views()._pages[path], parameters)
    assert view is not None
    return view


@pytest.mark.once
@given(TYPED)
@example("!!!")
@example("-" * (MOST_TYPED + 1))
@pytest.mark.parametrize("canonical", [searched, searched_name])
def test_the_canonical_form_of_a_canonical_form_is_itself(canonical: Callable[[str], str], typed: str) -> None:
    once = canonical(typed)
    assert canonical(once) == once
    assert len(once) <= MOST_TYPED or once == typed.strip(), "what is too long stays as it is, and is rejected"
    assert bool(once) == bool(typed.strip())


@pytest.mark.once
@given(TYPED, st.sampled_from(["", "pending", "made up"]), st.sampled_from(["", "007", " 7 ", "x", "٧", "2147483648"]))
def test_a_views_own_url_names_that_view(typed: str, status: str, after: str) -> None:
    for path in ("/", *ADMIN_PAGES):
        view = view_of(path, q=typed, status=status, after=after, accounts_after=after, unknown="x")
        again = views().of(str(view))
        assert again == view
        assert (str(again), again.token) == (str(view), view.token)


class Row:
    """What a search looks at."""

    def __init__(self, owner_name: str, account_number: str, licence: str) -> None:
        self.owner_name, self.account_number, self.licence = owner_name, account_number, licence


ROWS = st.builds(
    Row,
    owner_name=st.from_regex(NAME, fullmatch=True),
    account_number=st.from_regex("[0-9]{4,12}", fullmatch=True),
    licence=st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=25, max_size=25),
)


@pytest.mark.once
@given(TYPED, ROWS, st.data())
def test_what_is_typed_finds_what_it_stands_in_however_it_was_made_canonical(
    typed: str, row: Row, data: st.DataObject
) -> None:
    value = data.draw(st.sampled_from([row.owner_name, row.account_number, row.licence, grouped(row.licence)]))
    start, end = data.draw(st.integers(0, 30)), data.draw(st.integers(0, 30))
    typed = data.draw(st.sampled_from([typed, value[:end], value[start : start + end], f"{value[:9]}!", f"-{value}"]))
    text = re.sub(r"[^a-z0-9.-]", "", "".join(c for c in typed.strip() if c.isascii())[:MOST_TYPED].casefold())
    name = text.strip("-.")
    key = normalised(name or text)

    def stands(sought: str, value: str) -> bool:
        return bool(sought) and (sought in value if len(sought) >= 3 else value.startswith(sought))

    finds = (
        not typed.strip()
        or stands(name, row.owner_name)
        or (name.isdecimal() and row.account_number.startswith(name))
        or stands(key, row.licence)
    )
    if len(typed) <= MOST_TYPED:
        filter = Filter(q=typed)
        assert filter.finds(row, "licence") == finds  # type: ignore[arg-type]
        if finds and filter.q:
            keys = {key for column in ("owner_name", "account_number", "licence") for key in _keys(row, column)}
            assert keys & {term.key for term in filter.terms("licence")}, "a push would pass it over"


def _keys(row: Row, column: str) -> set[tuple[str, bool, str]]:
    return keys_of(column, getattr(row, column))


@pytest.mark.once
@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_what_means_nothing_is_one_view_however_it_is_typed(path: str) -> None:
    nothing = {
        str(view_of(path, q=typed)) for typed in ("!!!", "-", "%", "_", "--", "\0", "é", "-" * MOST_TYPED, "." * 40)
    }
    assert nothing == {f"{path}?q={NOTHING}"}


def test_defaults_and_what_is_unknown_are_dropped_and_the_order_is_the_pages() -> None:
    view = views().of("/?after=&x=1&extensions_after=007&q=%20Mal!&status=&status=pending")
    assert str(view) == "/?q=mal&extensions_after=7"
    assert views().of("/?q=one&q=two") == view_of("/", q="one"), "the first counts, as for requests"
    assert views().of("/?q=" + "a" * 3_000) is None


def typed_texts(pick: random.Random, codes: list[TradingCode]) -> list[str]:
    begins = ["bob", "BOB", "eve", "1234", "12345678", "-", "!", "0", "b", "e", ""]
    begins += [code.grouped_key[: pick.randint(1, 29)] for code in codes]
    begins += [code.code[: pick.randint(1, 25)].lower() for code in codes]
    noise = ["", "!", "!!", " ", "-", "%", "é", "'"]
    return [f"{pick.choice(noise)}{begin}{pick.choice(noise)}" for begin in begins for _ in range(4)]


@pytest.mark.parametrize("seed", range(3))
async def test_two_urls_with_one_canonical_form_list_the_same_rows(
    ada: Person, bob: Person, eve: Person, seed: int
) -> None:
    pick = random.Random(seed)
    codes = [await TradingCode.generate(owner, **LICENCE) for owner in (bob, eve, bob)]
    await codes[0].activate(by=ada)
    asking = await api(ada)
    listed: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    spellings: dict[str, set[str]] = defaultdict(set)
    for typed in typed_texts(pick, codes):
        status = pick.choice(["", "pending"])
        after = pick.choice(["", "007", str(codes[-1].id), f"0{codes[-1].id}", f" {codes[-1].id}"])
        query = {"q": typed, "status": status, "after": after}
        view = str(view_of("/admin/codes", **query))
        for url in (view, "/admin/codes"):
            response = await asking.get(url, params=None if url == view else query)
            listed[view].add(tuple(item["id"] for item in response.json()["items"]))
        spellings[view].add(str(query))
    assert {view: rows for view, rows in listed.items() if len(rows) > 1} == {}
    assert max(map(len, spellings.values())) > 2
    assert len({rows for [rows] in listed.values()}) > 2


async def test_searches_that_mean_the_same_share_one_region_and_one_frame(
    relay: Relay, bob: Person, queries: list[str]
) -> None:
    sinks = [look_at(relay, app.state, bob, f"/?q=bob{'!' * n}") for n in range(10)]
    assert len(relay.hub._groups) == 1
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    assert [len(sink.frames) for sink in sinks] == [1] * 10
    assert len({id(sink.frames[0]) for sink in sinks}) == 1


async def test_lists_of_the_same_rows_are_read_once_though_their_pagers_lead_elsewhere(
    relay: Relay, ada: Person, bob: Person, queries: list[str]
) -> None:
    costs = {}
    for many in (1, 4):
        for n in range(len(relay.hub.open), many):
            look_at(relay, app.state, bob, f"/?q=nobody{n}")
        await CustomerAccount.create(bob.username, **LICENCE, by=ada)
        queries.clear()
        await deliver(relay)
        # Besides the lists a client's desk asks whether they have had a trial, four times a second at most.
        of_lists = [query for query in queries if "customer_account" in query and "trial" not in query]
        costs[many] = len(of_lists)
    assert costs[4] == costs[1]


@pytest.mark.parametrize("typed", ["bob!", " BOB ", "!!!", "b-o-b"])
async def test_the_box_shows_what_was_typed_and_the_live_page_is_that_of_a_fresh_load(
    relay: Relay, bob: Person, ada: Person, typed: str
) -> None:
    codes = [await TradingCode.generate(bob, **LICENCE) for _ in range(3)]
    await deliver(relay)
    tab = await Tab.open(relay, bob, f"/?{urlencode({'q': typed})}")
    assert tab.document.value("q") == typed
    await codes[0].activate(by=ada)
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    await tab.settle()
    await tab.assert_up_to_date()


async def test_a_search_that_is_too_long_is_rejected_and_not_cut(ada: Person) -> None:
    asking = await api(ada)
    for path in ADMIN_PAGES:
        statuses = [
            (await asking.get(path, params={"q": "!" * many})).status_code for many in (MOST_TYPED, MOST_TYPED + 1)
        ]
        assert statuses == [200, 422]


async def test_links_lead_to_the_canonical_form(ada: Person, bob: Person) -> None:
    html = (await (await Browser.of(ada)).get("/admin/codes", params={"q": "Bob!", "x": "1"})).text
    assert 'href="/admin/codes?status=pending&amp;q=bob"' in html
    assert 'name="view" value="/admin/codes?q=bob"' in html


async def test_the_response_to_an_action_is_addressed_to_the_view_that_was_typed(relay: Relay, bob: Person) -> None:
    headers = HTMX | {"HX-Current-URL": "http://desk.test/?q=Bob!!&q=eve"}
    response = await (await Browser.of(bob)).post("/api/generate-code", data=LICENCE, headers=headers)
    assert f'hx-target=".{view_of("/", q="bob").token} #codes' in response.text


async def test_a_view_that_no_page_of_ours_is_so_long_to_name_closes_the_socket(relay: Relay, bob: Person) -> None:
    tab = await Tab.open(relay, bob, "/")
    await tab.sync(view="/?q=" + "!" * 3_000)
    assert tab.closed == NOT_ALLOWED


def test_no_name_is_longer_than_what_is_searched_for() -> None:
    assert searched(longest := "n" * 32) == longest
    assert NAME.fullmatch(longest)
    assert not NAME.fullmatch(longest + "n")
