"""The accounts sorted by their end: pages forth and back, and the live page is that of a fresh load."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.tables import CustomerAccount
from app.live.relay import Relay
from app.people.tables import Person
from app.settings import settings
from tests.browser import Browser, api
from tests.live.conftest import deliver
from tests.live.tabs import Tab
from tests.loops import rounds

SOON = datetime(2030, 1, 1, tzinfo=UTC)
NUMBERS = ("90000001", "90000002", "90000003", "90000004", "90000005", "90000006", "90000007")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(settings(), page_size=3)
    monkeypatch.setattr("app.listings.owned.settings", lambda: small)


@pytest.fixture
async def accounts(bob: Person, ada: Person) -> list[int]:
    """Ids by their end, two of the same moment, and two without one last."""
    ends = [SOON + timedelta(days=days) for days in (5, 1, 3, 3, 2)] + [None, None]
    made = []
    for number, end in zip(NUMBERS, ends, strict=True):
        account = await CustomerAccount.create("bob", platform="mt5", account_number=number, plan="30", by=ada)
        await CustomerAccount.update({CustomerAccount.expires_at: end}).where(CustomerAccount.id == account.id)
        made.append((end is None, end or SOON, account.id))
    return [key for _, _, key in sorted(made)]


async def pages(ada: Person, **query: str) -> list[list[int]]:
    asking, found = await api(ada), []
    for _ in rounds("a page follows the last one"):
        answer = (await asking.get("/admin/accounts", params=query)).json()
        found.append([item["id"] for item in answer["items"]])
        if not answer["next"]:
            break
        query["after"] = answer["next"]
    return found


@pytest.mark.usefixtures("small_pages")
async def test_those_that_end_first_come_first_and_the_other_way_round(accounts: list[int], ada: Person) -> None:
    assert await pages(ada, sort="end") == [accounts[:3], accounts[3:6], accounts[6:]]
    last_first = accounts[::-1]
    assert await pages(ada, sort="-end") == [last_first[:3], last_first[3:6], last_first[6:]]
    assert await pages(ada, sort="end", q="90000002") == [[accounts[0]]]
    assert await pages(ada, sort="end", q="0000") == [[]], "numbers are found by their beginning"
    assert [key for page in await pages(ada, sort="end", plan="30") for key in page] == accounts
    assert await pages(ada, sort="end", plan="7") == [[]]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("order", ["end", "-end"])
async def test_previous_leads_back_through_the_same_pages(
    accounts: list[int], ada: Person, relay: Relay, order: str
) -> None:
    tab = await Tab.open(relay, ada, f"/admin/accounts?sort={order}")
    forth = [rows(tab)]
    for _ in rounds("a page follows the last one"):
        if (following := tab.document.find("accounts-next")) is None:
            break
        tab = await Tab.open(relay, ada, following.get("href"))
        forth.append(rows(tab))
    assert len(forth) == 3
    back = [rows(tab)]
    for _ in rounds("a page precedes the first one"):
        if (previous := tab.document.find("accounts-previous")) is None:
            break
        browser = await Browser.of(ada)
        answer = await browser.get(previous.get("href"), follow_redirects=False)
        assert answer.status_code == 303
        tab = await Tab.open(relay, ada, answer.headers["location"])
        back.append(rows(tab))
    assert back == forth[::-1]


@pytest.mark.usefixtures("small_pages")
async def test_an_account_that_is_extended_moves_to_its_place_on_an_open_page(
    accounts: list[int], ada: Person, relay: Relay
) -> None:
    account = await CustomerAccount.by_id(accounts[0])
    tab = await Tab.open(relay, ada, "/admin/accounts?sort=end")
    before = (await CustomerAccount.by_id(accounts[2])).place_by_end
    second = await Tab.open(relay, ada, f"/admin/accounts?sort=end&after={before}")
    assert rows(tab) == [f"account-{key}" for key in accounts[:3]]
    assert rows(second) == [f"account-{key}" for key in accounts[3:6]]
    await account.extend(4, by=ada)
    await deliver(relay)
    for page in (tab, second):
        page.take_in()
    assert rows(tab) == [f"account-{key}" for key in accounts[1:4]]
    assert rows(second) == [f"account-{key}" for key in (accounts[3], accounts[4], accounts[0])]
    for page in (tab, second):
        swaps = {partial.swap for frame in page.frames for partial in frame.partials if partial.target == "#accounts"}
        assert not swaps, "the page is not sent in full"
        await page.assert_up_to_date()


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("order", ["end", "-end"])
async def test_a_sorted_page_says_which_rows_it_shows_and_its_tabs_keep_their_counts(
    accounts: list[int], ada: Person, relay: Relay, order: str
) -> None:
    tab = await Tab.open(relay, ada, f"/admin/accounts?status=valid&sort={order}")
    shown = [tab]
    while (following := tab.document.find("accounts-next")) is not None:
        tab = await Tab.open(relay, ada, following.get("href"))
        shown.append(tab)
    assert [said(page, "accounts-place") for page in shown] == ["1–3 of 7", "4–6 of 7", "7–7 of 7"]
    await CustomerAccount.create("bob", platform="mt5", account_number="90000008", plan="7", by=ada)
    await deliver(relay)
    places = {"end": ["1–3 of 8", "5–7 of 8", "8–8 of 8"], "-end": ["1–3 of 8", "4–6 of 8", "7–8 of 8"]}[order]
    for page, place in zip(shown, places, strict=True):
        page.take_in()
        assert said(page, "accounts-place") == place
        assert said(page, "accounts-tabs") == "All 8Valid 8Expired 0Suspended 0"
        await page.assert_up_to_date()


@pytest.mark.usefixtures("small_pages", "accounts")
async def test_among_very_many_rows_of_a_kind_a_sorted_page_does_not_count_those_before_it(
    ada: Person, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("app.listings.counts", "app.accounts.position"):
        monkeypatch.setattr(f"{module}.MOST", 6)
    tab = await Tab.open(relay, ada, "/admin/accounts?sort=end")
    after = tab.document.find("accounts-next").get("href").partition("after=")[2]
    for query, place in (("", "4–6 of more than 6"), ("&status=valid", "More than 6")):
        tab = await Tab.open(relay, ada, f"/admin/accounts?sort=end{query}&after={after}")
        assert said(tab, "accounts-place") == place


def said(tab: Tab, element: str) -> str:
    return " ".join(tab.document.find(element).text_content().split())


@pytest.mark.parametrize(
    "query",
    ["sort=name", "sort=end&after=7", "sort=end&after=x.1", "sort=end&after=1.0", "sort=end&after=01.1", "after=1.1"],
)
async def test_an_order_or_a_place_that_there_is_not_is_said_so(ada: Person, query: str) -> None:
    assert (await (await api(ada)).get(f"/admin/accounts?{query}")).status_code == 422


def rows(tab: Tab) -> list[str]:
    return [row.get("id") for row in tab.document.find("accounts")]
