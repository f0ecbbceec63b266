"""Two versions on one PostgreSQL: the newer one commits what the older one cannot read, and neither stops."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.databases import run_app
from tests.live.pages import settle
from tests.live.people import People
from tests.live.rows import execute
from tests.server import Server


class NewerServer(Server):
    command = ("-m", "tests.reliability.newer", "serve")


@pytest.fixture
def url(database):
    return database.fresh()


@pytest.fixture
def older(url, tmp_path):
    with Server(url, log=tmp_path / "older.log") as running:
        yield running


@pytest.fixture
def newer(url, tmp_path):
    with NewerServer(url, log=tmp_path / "newer.log") as running:
        yield running


@pytest.fixture
def people(older):
    return People(older)


def bless(url, code):
    run_app(url, "-m", "tests.reliability.newer", "bless", str(code["id"]))


def garble(url, code):
    """What a version has written that gave a known kind other fields."""
    owner = execute(url, "SELECT owner FROM trading_code WHERE id = {}", code["id"])[0][0]
    sql = "INSERT INTO event (at, kind, client, actor_name, data) VALUES ({}, 'CodeActivated', {}, 'ada', {})"
    execute(url, sql, datetime.now(UTC), owner, '{"type": "CodeActivated", "codes": [1, 2]}')


def is_told_to_refetch(page):
    return any("#refetch" in frame.targets for frame in page.frames)


def lines_about(server, kind):
    return [line for line in server.log.read_text().splitlines() if "cannot read" in line and kind in line]


def test_what_the_older_process_cannot_read_makes_the_pages_that_it_may_concern_refetch_and_stops_nothing(
    url, older, newer, people, open_page
):
    code = people.generates()
    concerned = [open_page(older, people, who, path) for who, path in (("ada", "/admin/codes"), ("bob", "/"))]
    hers = open_page(older, people, "eve", "/")
    there = open_page(newer, people, "grace", "/admin/activity")
    settle([*concerned, hers, there], people.broadcasts())
    for page in (*concerned, hers, there):
        page.forget()

    for _ in range(3):
        bless(url, code)
    garble(url, code)
    garble(url, code)
    for page in concerned:
        page.until(lambda page=page: is_told_to_refetch(page), "the order to refetch")
    there.until(lambda: "blessed code" in there.document.find("activity").text_content(), "what the newer one knows")

    later = people.generates("eve")
    marker = people.broadcasts("later")
    settle([*concerned, hers, there], marker)
    concerned[0].until(lambda: f"code-{later['id']}" in concerned[0].document.rows("codes"), "what comes later")
    hers.until(lambda: f"code-{later['id']}" in hers.document.rows("codes"), "what comes later")
    assert not is_told_to_refetch(hers), "it cannot concern her"
    for page in (*concerned, hers, there):
        said = [partial.text for frame in page.frames for partial in frame.partials if partial.target == "#connection"]
        assert not any("offline" in text or "database" in text for text in said)
    hers.assert_up_to_date()
    for page in concerned:
        page.go(page.path)  # as the order says
        page.assert_up_to_date()

    assert httpx.get(f"{older.url}/healthz").json()["tasks"]["relay"] == "running"
    assert older.is_well()
    assert newer.is_well()
    assert len(lines_about(older, "CodeBlessed")) == 1, "however many there are"
    assert len(lines_about(older, "CodeActivated")) == 1
    assert lines_about(newer, "CodeBlessed") == []
    assert [len(lines_about(server, "CodeBlessed")) for server in (older, newer)] == [1, 0]
    for who, path in (("ada", "/admin/activity"), ("ada", "/notifications"), ("bob", "/notifications"), ("bob", "/")):
        response = people.browser[who].get(path)
        assert response.status_code == 200, path
        assert "cannot reach its database" not in response.text


def test_a_page_that_comes_back_over_what_cannot_be_read_is_told_to_refetch(url, older, people, open_page):
    code = people.generates()
    pages = [open_page(older, people, who, path) for who, path in (("ada", "/admin/codes"), ("bob", "/"), ("eve", "/"))]
    settle(pages, people.broadcasts())
    for page in pages:
        page.drop()
    bless(url, code)
    marker = people.broadcasts("while they were away")
    for page in pages:
        page.forget()
        page.connect()
        page.until_position(marker)
    assert [is_told_to_refetch(page) for page in pages] == [True, True, False]
    settle(pages, people.broadcasts())
    pages[2].assert_up_to_date()
