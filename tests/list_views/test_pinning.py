"""A list under its filter gets a name and a place in the navigation of whoever pins it; columns are left out of it."""

from __future__ import annotations

import asyncio
import csv
import re
from pathlib import Path
from typing import Any

import pytest

from app.errors import Conflict, DeskError
from app.list_views.tables import LONGEST_URL, MOST_NAME, MOST_PINNED, PinnedView
from app.listings.columns import TITLES
from app.listings.list_page import ListPage
from app.people.tables import Person
from tests.browser import HTMX, PLAIN, Browser, api, app
from tests.inspection import everything, happened

VIEW = "/admin/codes?status=pending"
LISTS = [page for page in app.state.views._pages.values() if isinstance(page, ListPage) and page.hideable]


async def pin(person: Person, name: str = "Waiting", view: str = VIEW) -> Any:
    return await (await api(person)).post("/api/admin/views", json={"name": name, "view": view})


async def pinned(person: Person) -> list[tuple[str, str]]:
    answer = await (await api(person)).get("/admin/views")
    return [(item["name"], item["url"]) for item in answer.json()["items"]]


async def test_ada_pins_a_list_and_it_is_in_her_navigation_and_in_nobody_elses(
    ada: Person, grace: Person, bob: Person
) -> None:
    answer = await pin(ada)
    assert (answer.status_code, answer.json()["name"], answer.json()["url"]) == (201, "Waiting", VIEW)
    assert await happened() == [("ViewPinned", ada.id, "ada")]
    assert (await pinned(ada), await pinned(grace)) == ([("Waiting", VIEW)], [])
    for reader, path in ((ada, "/admin"), (ada, "/notifications"), (grace, "/admin"), (bob, "/")):
        page = (await (await Browser.of(reader, PLAIN)).get(path)).text
        assert (f'href="{VIEW}"' in page and ">Waiting<" in page) == (reader is ada), (reader.username, path)


async def test_pinning_again_changes_nothing_and_under_the_same_name_another_list_takes_its_place(ada: Person) -> None:
    first = (await pin(ada)).json()
    assert (await pin(ada)).json() == first
    assert await pinned(ada) == [("Waiting", VIEW)]
    moved = (await pin(ada, "  Waiting ", "/admin/extensions?status=pending")).json()
    assert moved == first | {"url": "/admin/extensions?status=pending"}
    assert await pinned(ada) == [("Waiting", "/admin/extensions?status=pending")]


async def test_unpinning_works_once_and_again_says_that_it_is_unpinned(ada: Person) -> None:
    key = (await pin(ada)).json()["id"]
    adas = await api(ada)
    assert (await adas.post("/api/admin/views/unpin", json={"view_id": key})).status_code == 200
    assert await pinned(ada) == []
    before = await everything()
    again = await adas.post("/api/admin/views/unpin", json={"view_id": key})
    assert (again.status_code, await everything()) == (404, before)


async def test_neither_another_admin_nor_a_client_unpins_it(ada: Person, grace: Person, bob: Person) -> None:
    key = (await pin(ada)).json()["id"]
    for who, status in ((grace, 404), (bob, 403)):
        browser = await api(who)
        before = await everything()
        assert (await browser.post("/api/admin/views/unpin", json={"view_id": key})).status_code == status
        assert (await everything(), await pinned(ada)) == (before, [("Waiting", VIEW)])


async def test_two_admins_use_the_same_name(ada: Person, grace: Person) -> None:
    assert {(await pin(who)).status_code for who in (ada, grace)} == {201}
    assert await pinned(ada) == await pinned(grace)


@pytest.mark.parametrize(
    ("view", "kept"),
    [
        ("/admin/codes", "/admin/codes"), ("/admin/codes?after=7&status=pending", VIEW),
        ("/admin/codes?utm=x&status=pending", VIEW), ("/admin/codes?q= BoB ", "/admin/codes?q=bob"),
        ("/admin/people?hide=role.nothing.email", "/admin/people?hide=email.role"),
        ("/admin/codes?status=pending#there", VIEW), ("http://desk.test/admin/codes", "/admin/codes"),
        ("//evil.example/admin/codes", "/admin/codes"), ("javascript:/admin/codes", "/admin/codes"),
        ('/admin/codes?q="><b>', "/admin/codes?q=b"),
    ],
)  # fmt: skip
async def test_what_is_kept_is_the_address_of_a_list_of_ours_from_its_first_page_on(
    ada: Person, view: str, kept: str
) -> None:
    assert (await pin(ada, view=view)).json()["url"] == kept
    assert (await (await Browser.of(ada, PLAIN)).get(kept)).status_code == 200


@pytest.mark.parametrize(
    "view",
    [
        "", "/", "/admin", "/nowhere", "/notifications", "/me", "/search?q=bob", "/admin/codes/1", "/admin/codes/",
        "/api/admin/codes", "http://evil.example", "http://evil.example/", "javascript:alert(1)", "data:text/html,x",
        "http://[evil", "/\\evil.example", "/admin/codes?status=none", "/admin/codes?plan=31", "/admin/codes?since=now",
        f"/admin/codes?q={'b' * 65}", f"/admin/codes?status={'<' * 1_900}", f"/admin/codes?q={'b' * LONGEST_URL}",
        "/admin/accounts?sort=name", "/admin/accounts?product=No!",
    ],
)  # fmt: skip
async def test_nothing_else_is_pinned_nor_a_list_that_would_not_open(ada: Person, view: str) -> None:
    adas = await api(ada)
    before = await everything()
    for method, path, sent in (
        ("POST", "/api/admin/views", {"json": {"name": "Waiting", "view": view}}),
        ("GET", "/admin/columns", {"params": {"view": view}}),
        ("GET", "/admin/columns/choose", {"params": {"view": view, "show": "owner"}}),
    ):
        answer = await adas.request(method, path, **sent)
        assert answer.status_code == 422, (path, answer.text)
        assert "location" not in answer.headers
    assert await everything() == before


@pytest.mark.parametrize("name", ["", " ", "\t\n", "n" * (MOST_NAME + 1), "nul\0"])
async def test_a_name_that_is_none_is_refused_at_its_field(ada: Person, name: str) -> None:
    before = await happened()
    refused = await pin(ada, name)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["name"])
    assert (await happened(), await pinned(ada)) == (before, [])


async def test_a_name_is_a_text(ada: Person) -> None:
    await pin(ada, "<b>Mine</b>\n now")
    page = (await (await Browser.of(ada, PLAIN)).get("/admin")).text
    assert "&lt;b&gt;Mine&lt;/b&gt; now" in page
    assert "<b>Mine" not in page


async def test_one_too_many_is_a_conflict_and_one_of_them_still_changes_its_list(ada: Person, grace: Person) -> None:
    for number in range(MOST_PINNED):
        await PinnedView.pin(ada, f"View {number}", VIEW)
    before = await everything()
    with pytest.raises(Conflict, match="Unpin one first"):
        await PinnedView.pin(ada, "One more", VIEW)
    assert await everything() == before
    assert (await PinnedView.pin(ada, "View 3", "/admin/codes")).url == "/admin/codes"
    assert (await pin(grace)).status_code == 201


async def test_of_many_at_once_no_more_are_pinned_than_may_be(ada: Person) -> None:
    for number in range(MOST_PINNED - 2):
        await PinnedView.pin(ada, f"View {number}", VIEW)
    results = await asyncio.gather(
        *(PinnedView.pin(ada, f"At once {number}", VIEW) for number in range(8)), return_exceptions=True
    )
    assert {type(result) for result in results} == {PinnedView, Conflict}
    assert len(await PinnedView.of(ada.id)) == MOST_PINNED


async def test_who_is_made_a_client_has_their_views_no_more_in_sight(ada: Person, grace: Person) -> None:
    await pin(grace)
    await grace.change_role("client", by=ada)
    grace = await Person.with_id(grace.id)
    assert ">Waiting<" not in (await (await Browser.of(grace, PLAIN)).get("/")).text
    assert (await pin(grace)).status_code == 403


async def test_it_works_without_htmx_and_the_dialog_lists_what_is_pinned(ada: Person) -> None:
    adas = await Browser.of(ada, PLAIN)
    assert f'name="view" value="{VIEW}"' in (await adas.get("/admin/views", params={"view": VIEW})).text
    response = await adas.post("/api/admin/views", data={"name": "Waiting", "view": VIEW, "back": VIEW})
    assert (response.status_code, response.headers["location"]) == (303, VIEW)
    dialog = (await adas.get("/admin/views", params={"view": VIEW})).text
    [key] = re.findall(r'name="view_id" value="(\d+)"', dialog)
    # The button of the same form: the name that stands in it may be empty.
    gone = await adas.post("/api/admin/views/unpin", data={"name": "", "view": VIEW, "view_id": key, "back": VIEW})
    assert (gone.status_code, await pinned(ada)) == (303, [])


async def test_with_htmx_the_answer_is_the_navigation_as_it_is_now(ada: Person) -> None:
    adas = await Browser.of(ada, {**HTMX, "HX-Current-URL": f"http://desk.test{VIEW}"})
    response = await adas.post("/api/admin/views", data={"name": "Waiting", "view": VIEW})
    assert response.status_code == 201
    assert '<div id="pinned">' in response.text
    assert ">Waiting</a>" in response.text


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.path.rpartition("/")[2])
async def test_a_column_is_left_out_of_the_page_and_of_nothing_else(ada: Person, bob: Person, page: ListPage) -> None:
    browser = await Browser.of(ada, PLAIN)
    whole, hidden = page.path, f"{page.path}?hide={'.'.join(name for name in TITLES if name in page.hideable)}"
    for name in page.hideable:
        shown = (await browser.get(f"{page.path}?hide={name}")).text
        assert re.search(rf'class="[^"]*\bhide-{name}\b', shown), "the table says what is left out"
        assert f"c-{name}" in shown, "its heading can be found"
    assert 'class="hide-' not in (await browser.get(whole)).text
    files = [
        list(csv.reader((await browser.get("/csv", params={"view": view})).text.splitlines()))
        for view in (whole, hidden)
    ]
    lists = [(await browser.get(view, headers={"Accept": "application/json"})).json() for view in (whole, hidden)]
    assert (files[0], lists[0]) == (files[1], lists[1])
    assert (await pin(ada, "Narrow", hidden)).json()["url"] == hidden


def test_the_stylesheet_leaves_out_every_column_that_can_be() -> None:
    css = (Path(__file__).parents[2] / "static/app.css").read_text()
    for name in {name for page in LISTS for name in page.hideable}:
        assert f".hide-{name} :is(.{name}, .c-{name})" in css


@pytest.mark.parametrize("hide", ["nothing", "x" * 3_000, ".", "owner.owner.", "OWNER", "owner,plan", '"><script>'])
async def test_names_of_no_columns_are_dropped(ada: Person, hide: str) -> None:
    browser = await Browser.of(ada, PLAIN)
    answer = await browser.get("/admin/codes", params={"hide": hide})
    assert answer.status_code == 200
    assert set(re.findall(r"\bhide-[a-z]+", answer.text)) <= {"hide-owner"}
    assert "<script>" not in answer.text.partition("<body")[2].partition("<form")[0]


@pytest.mark.parametrize(
    ("view", "show", "leads_to"),
    [
        ("/admin/codes", ["owner", "account", "plan", "state", "time"], "/admin/codes"),
        ("/admin/codes?status=pending&after=5", ["owner", "account", "plan"], f"{VIEW}&hide=state.time"),
        ("/admin/people?hide=email", ["email", "role", "state"], "/admin/people"),
        ("/admin/people", ["bogus", "//evil.example"], "/admin/people?hide=state.email.role"),
        ("http://evil.example/admin/people", ["email", "role"], "/admin/people?hide=state"),
    ],
)  # fmt: skip
async def test_columns_are_chosen_by_what_shall_be_shown(
    ada: Person, view: str, show: list[str], leads_to: str
) -> None:
    browser = await Browser.of(ada, PLAIN)
    answer = await browser.get("/admin/columns/choose", params={"view": view, "show": show})
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    dialog = (await browser.get("/admin/columns", params={"view": leads_to})).text
    page: ListPage = app.state.views.of(leads_to).page
    hidden = app.state.views.of(leads_to).query.get("hide", "").split(".")
    for name in page.hideable:
        checked = re.search(rf'name="show" value="{name}"( checked)?', dialog)
        assert checked is not None
        assert bool(checked[1]) == (name not in hidden)


async def test_no_client_chooses_columns_or_sees_the_pins_of_admins(ada: Person, bob: Person) -> None:
    await pin(ada)
    bobs = await api(bob)
    for path in ("/admin/views", "/admin/columns", "/admin/columns/choose"):
        assert (await bobs.get(path, params={"view": VIEW})).status_code == 403
    with pytest.raises(DeskError):
        await PinnedView.unpin(bob, (await PinnedView.of(ada.id))[0].id)
