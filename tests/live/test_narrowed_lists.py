"""Lists by plan, platform and day, their counts and their pages: a push and a fresh load say the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import now
from app.codes.tables import TradingCode
from app.listings import counts
from app.live.relay import Relay
from app.people.tables import Person
from app.settings import settings
from tests.browser import Browser, api
from tests.live.conftest import count_now, deliver
from tests.live.tabs import Tab

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(settings(), page_size=3)
    monkeypatch.setattr("app.listings.owned.settings", lambda: small)


async def generated(bob: Person, many: int = 1, days_ago: float = 0, **different: str) -> list[int]:
    made = [await TradingCode.generate(bob, **(WISH | different)) for _ in range(many)]
    ids = [code.id for code in made]
    if days_ago:
        at = now() - timedelta(days=days_ago)
        await TradingCode.update({TradingCode.created_at: at}).where(TradingCode.id.is_in(ids))
    return ids


async def listed(ada: Person, **query: str) -> list[int]:
    answer = await (await api(ada)).get("/admin/codes", params=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_a_list_is_narrowed_by_plan_platform_and_day(bob: Person, ada: Person) -> None:
    [old] = await generated(bob, days_ago=40)
    [week] = await generated(bob, days_ago=7, plan="7")
    [mt4] = await generated(bob, platform="mt4")
    [new] = await generated(bob)
    today, then = now().date(), now().date() - timedelta(days=8)
    assert await listed(ada, plan="7") == [week]
    assert await listed(ada, platform="mt4") == [mt4]
    assert await listed(ada, plan="30", platform="mt5") == [new, old]
    assert await listed(ada, since=str(then)) == [new, mt4, week]
    assert await listed(ada, until=str(then)) == [old]
    assert await listed(ada, since=str(then), until=str(today - timedelta(days=2))) == [week]
    assert await listed(ada, since=str(today), until=str(today), status="pending", q="bob") == [new, mt4]
    assert await listed(ada, since="2090-01-01") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"plan": "31"}, "plan"), ({"platform": "mt6"}, "platform"), ({"since": "yesterday"}, "since"),
        ({"until": "2026-02-30"}, "until"), ({"since": "2026-02-03", "until": "2026-02-02"}, "until"),
    ],
)  # fmt: skip
async def test_what_there_is_not_is_refused_at_its_field(ada: Person, query: dict[str, str], field: str) -> None:
    answer = await (await api(ada)).get("/admin/codes", params=query)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


async def test_a_day_is_the_readers(bob: Person, ada: Person) -> None:
    """An hour before midnight in Bangkok is the afternoon in London."""
    [code] = await generated(bob)
    at = now().replace(year=2026, month=3, day=10, hour=16, minute=30)  # 23:30 there
    await TradingCode.update({TradingCode.created_at: at}).where(TradingCode.id == code)
    await Person.update({Person.zone: "Asia/Bangkok"}).where(Person.id == ada.id)
    assert await listed(ada, since="2026-03-10", until="2026-03-10") == [code]
    late = at + timedelta(hours=1)
    await TradingCode.update({TradingCode.created_at: late}).where(TradingCode.id == code)
    assert await listed(ada, since="2026-03-10", until="2026-03-10") == []
    assert await listed(ada, since="2026-03-11", until="2026-03-11") == [code]


@pytest.mark.parametrize("query", ["plan=7", "platform=mt4", "since=2026-01-01", "until=2026-01-01", "plan=7&q=bob"])
async def test_a_push_reaches_a_narrowed_list_only_with_what_it_lists(
    bob: Person, ada: Person, relay: Relay, query: str
) -> None:
    tab = await Tab.open(relay, ada, f"/admin/codes?{query}")
    for different in ({"plan": "7"}, {"platform": "mt4"}, {}):
        await generated(bob, **different)
        await deliver(relay)
        tab.take_in()
        fresh = await Tab.open(relay, ada, tab.path)
        assert rows(tab) == rows(fresh)


@pytest.mark.usefixtures("small_pages")
async def test_previous_leads_back_to_the_page_that_is_there_now(bob: Person, ada: Person, relay: Relay) -> None:
    ids = await generated(bob, 8)
    last = await Tab.open(relay, ada, f"/admin/codes?after={ids[2]}")
    assert rows(last) == [f"code-{key}" for key in (ids[1], ids[0])]
    back = last.document.find("codes-previous").get("href")
    answer = await (await Browser.of(ada)).get(back, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/codes?after={ids[5]}")
    swapped = await (await Browser.of(ada)).get(back, headers={"HX-Request": "true"})
    assert swapped.headers["hx-push-url"] == f"/admin/codes?after={ids[5]}"
    first = await (await Browser.of(ada)).get(f"/admin/codes?back={ids[5]}", follow_redirects=False)
    assert first.headers["location"] == "/admin/codes"
    searched = await (await Browser.of(ada)).get(f"/admin/codes?q=bob&back={ids[2]}", follow_redirects=False)
    assert searched.headers["location"] == f"/admin/codes?q=bob&after={ids[5]}"
    assert (await (await Browser.of(ada)).get("/admin/codes?back=x")).status_code == 422


@pytest.mark.usefixtures("small_pages")
async def test_the_tabs_and_the_place_count_along(
    bob: Person, ada: Person, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 5)
    ids = await generated(bob, 4)
    first = await Tab.open(relay, ada, "/admin/codes")
    second = await Tab.open(relay, ada, f"/admin/codes?after={ids[1]}")
    pending = await Tab.open(relay, ada, "/admin/codes?status=pending")
    mine = await Tab.open(relay, bob, "/")
    assert (text(first, "codes-place"), text(second, "codes-place")) == ("1–3 of 4", "4–4 of 4")
    assert text(first, "codes-tabs").startswith("All 4Pending 4Activated 0")
    await (await TradingCode.by_id(ids[0])).activate(by=ada)
    await generated(bob)
    await deliver(relay)
    await count_now(relay)
    assert text(first, "codes-place") == "1–3 of 5"
    assert text(second, "codes-place") == "5–5 of 5"
    assert text(pending, "codes-place") == "1–3 of 4"
    assert text(mine, "codes-tabs").startswith("All 5Pending 4Activated 1")
    await generated(bob)
    await deliver(relay)
    await count_now(relay)
    assert text(first, "codes-place") == "1–3 of more than 5"
    assert text(first, "codes-tabs").startswith("All 5+Pending 5Activated 1")
    assert text(mine, "codes-tabs").startswith("AllPendingActivated"), "they are many, and not counted"
    for tab in (first, second, pending, mine):
        fresh = await Tab.open(relay, tab.reader, tab.path)
        for element in ("codes-tabs", "codes-place"):
            assert text(tab, element) == text(fresh, element)


async def test_what_is_searched_for_is_not_counted_with_every_event(bob: Person, ada: Person, relay: Relay) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes?q=bob")
    assert tab.document.find("codes-place") is None
    await generated(bob)
    await deliver(relay)
    tab.take_in()
    assert text(tab, "codes-tabs").startswith("AllPending")


def rows(tab: Tab) -> list[str]:
    return [row.get("id") for row in tab.document.find("codes")]


def text(tab: Tab, element: str) -> str:
    tab.take_in()
    return " ".join(tab.document.find(element).text_content().split())
