"""A desk that the first released version made is brought up to date: every row stays, is shown, is found and goes on.

What that version left stands beside this file; `first_version.md` says how it was made, and that nobody edits it.
"""

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg
import httpx
import pytest

import app.main  # noqa: F401 - so that every event is known
from app.licences.key import grouped
from app.live.event import decoder
from tests.databases import run_app
from tests.live.rows import execute
from tests.server import Server

HERE = Path(__file__).parent
STATES = {
    "trading_code": {"pending", "activated", "completed", "cancelled", "expired"},
    "customer_account": {"valid", "expired", "suspended"},
    "extension_request": {"pending", "approved", "rejected", "withdrawn"},
}
KINDS = {
    "AccountCreated", "AccountExpired", "AccountExpiringSoon", "AccountExtended", "AccountRestored", "AccountSuspended",
    "BroadcastSent", "CodeActivated", "CodeCancelled", "CodeCompleted", "CodeExpired", "CodeGenerated", "DayBegan",
    "ExtensionApproved", "ExtensionRejected", "ExtensionRequested", "ExtensionWithdrawn", "NotificationsSeen",
    "PasswordChanged", "PersonRegistered", "PersonSuspended", "RoleChanged", "SessionEnded",
}  # fmt: skip
"""All events that the first version had."""
UNTOLD = {"DayBegan", "NotificationsSeen", "SessionEnded"}
"""Of them those that nobody reads; then those that only the trail of activity told; then those that no client reads."""
OF_PEOPLE = {"PasswordChanged", "PersonRegistered", "PersonSuspended", "RoleChanged"}
BY_CLIENTS = {"CodeGenerated", "ExtensionRequested", "ExtensionWithdrawn"}

TOKEN = "signed-in-by-the-first-version-of-the-desk-"
"""Of Ada's cookie."""
OTHERS = {
    "mia.lee": "paper-boats-uphill", "mia-lee": "slow-train-singing", "max.": "wooden-clock-tower-2",
    "support": "codedesk-robot",
}  # fmt: skip
"""Names that look alike, that end in a dot and that are reserved, and a password that is too easy: nobody registers so
today."""

SCHEMA = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
    "postgresql": """
        SELECT table_name, column_name, data_type || coalesce(character_maximum_length::text, '') || is_nullable ||
            coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3
    """,
}


class Upgraded(NamedTuple):
    url: str
    before: dict
    after: dict
    """All rows by their tables, before it was migrated and after."""


def upgrade(url):
    """From what the first version left to a desk of today; on a database that is empty."""
    left = (HERE / f"first_version.{'sqlite' if kind(url) == 'sqlite' else 'postgres'}.sql").read_text()
    if kind(url) == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.executescript(left)
    else:
        asyncio.run(_on_postgres(url, lambda connection: connection.execute(left)))
    before = rows(url)
    run_app(url, "-m", "app", "migrate")
    return Upgraded(url, before, rows(url))


def kind(url):
    return url.partition(":")[0]


def schema(url):
    return execute(url, SCHEMA[kind(url)])


def rows(url):
    """All that a database holds: of each table its rows, as dictionaries."""
    if kind(url) == "postgresql":
        return asyncio.run(_on_postgres(url, _rows_of_postgres))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1")] for (name,) in tables
        }


async def _on_postgres(url, work):
    connection = await asyncpg.connect(url)
    try:
        return await work(connection)
    finally:
        await connection.close()


async def _rows_of_postgres(connection):
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return {
        name: [dict(row) for row in await connection.fetch(f"SELECT * FROM {name} ORDER BY 1")] for (name,) in tables
    }


def lost(before, after):
    """What was there before and is not, or is not the same; what is there besides is no loss."""
    found = []
    for table, rows_before in before.items():
        if table not in after:
            found.append(f"table {table}")
            continue
        there = {row["id"]: row for row in after[table]}
        for row in rows_before:
            now = there.get(row["id"])
            if now is None:
                found.append(f"{table} {row['id']}")
            else:
                changed = [name for name, value in row.items() if name not in now or now[name] != value]
                found += [f"{table} {row['id']}: {name}" for name in changed]
    return found


@pytest.fixture(scope="module")
def upgraded(database):
    return upgrade(database.empty())


class Served(NamedTuple):
    server: Server
    before: dict
    """What the first version left. Meanwhile the server does what has become due since."""


@pytest.fixture(scope="module")
def served(database, tmp_path_factory):
    url, before, _ = upgrade(database.empty())
    at = datetime.now(UTC)
    execute(url, "UPDATE session SET created_at = {}, seen_at = {}", at, at)  # as if it had been a moment ago
    with Server(url, log=tmp_path_factory.mktemp("upgraded") / "server.log", DESK_PAGE_SIZE="20") as server:
        yield Served(server, before)


def test_what_the_first_version_left_has_every_state_and_every_event_that_there_was(upgraded):
    before = upgraded.before
    assert {table for table, there in before.items() if there} == {
        "person", "session", "sign_in_failure", "trading_code", "customer_account", "extension_request", "event", "day",
        "migration",
    }  # fmt: skip
    assert [row["name"] for row in before["migration"]] == ["2026-11-22T22:40:00:000000"]
    for table, states in STATES.items():
        assert {row["status"] for row in before[table]} == states
    assert {row["kind"] for row in before["event"]} == KINDS
    assert {row["active"] in (True, 1) for row in before["person"]} == {True, False}


def test_every_row_is_there_and_every_column_that_it_had_says_what_it_said(upgraded):
    assert lost(upgraded.before, upgraded.after) == []
    more = {table for table, there in upgraded.before.items() if len(upgraded.after[table]) > len(there)}
    assert more == {"migration"}  # those since; nothing else is made up


def test_a_row_a_value_a_column_or_a_table_that_were_gone_would_be_noticed(database):
    url, before, _ = upgrade(database.empty())
    execute(url, "DELETE FROM sign_in_failure WHERE id = 2")
    execute(url, "UPDATE event SET data = '{{}}' WHERE id = 7")
    execute(url, "UPDATE trading_code SET request_key = NULL WHERE request_key IS NOT NULL")
    execute(url, "ALTER TABLE day RENAME COLUMN last TO latest")
    execute(url, "ALTER TABLE session RENAME TO sitting")
    [keyed] = [row["id"] for row in before["trading_code"] if row["request_key"] is not None]
    assert sorted(lost(before, rows(url))) == [
        "day 1: last", "event 7: data", "sign_in_failure 2", "table session", f"trading_code {keyed}: request_key",
    ]  # fmt: skip


def test_its_tables_and_indexes_are_those_of_a_new_desk(database, upgraded):
    assert schema(upgraded.url) == schema(database.fresh())


def test_migrating_once_more_changes_nothing(upgraded):
    before = rows(upgraded.url), schema(upgraded.url)
    run_app(upgraded.url, "-m", "app", "migrate")
    assert (rows(upgraded.url), schema(upgraded.url)) == before


def test_a_new_row_of_any_table_gets_an_id_behind_all_that_there_were(database):
    url, before, _ = upgrade(database.empty())
    for table, there in before.items():
        zone = "(zone) VALUES ('Asia/Bangkok')" if table == "day" else "DEFAULT VALUES"
        [(key,)] = execute(url, f"INSERT INTO {table} {zone} RETURNING id")
        assert key > max(row["id"] for row in there), table


def test_every_event_of_then_is_read_as_what_it_was(upgraded):
    for row in upgraded.after["event"]:
        event = decoder(row["kind"]).decode(row["data"])
        assert (type(event).__name__, event.client) == (row["kind"], row["client"])


def all_pages(client, path, element):
    """The items of all pages of a list, as `next` leads from one to the other; each page of HTML shows the same."""
    items, after = [], None
    while True:
        place = {} if after is None else {"after": after}
        page = client.get(path, params=place, headers={"Accept": "application/json"}).json()
        html = client.get(path, params=place, headers={"Accept": "text/html"})
        assert html.status_code == 200
        shown = [int(key) for key in re.findall(rf'id="{element}-(\d+)"', html.text)]
        assert shown == [item["id"] for item in page["items"]]
        items += page["items"]
        after = page["next"]
        if after is None:
            return items


def told_to(name, before):
    """Of which events somebody is told in their notifications."""
    if name in ("ada", "grace"):
        return [row for row in before["event"] if row["kind"] not in UNTOLD | OF_PEOPLE]
    [key] = [row["id"] for row in before["person"] if row["username"] == name]
    own = [row for row in before["event"] if row["client"] == key and row["kind"] not in UNTOLD | BY_CLIENTS]
    return own + [row for row in before["event"] if row["kind"] == "BroadcastSent"]


@pytest.mark.parametrize(
    ("who", "path", "element", "of_then"),
    [
        ("ada", "/admin/codes", "code", lambda before: before["trading_code"]),
        ("ada", "/admin/accounts", "account", lambda before: before["customer_account"]),
        ("ada", "/admin/extensions", "extension", lambda before: before["extension_request"]),
        ("ada", "/admin/people", "person", lambda before: before["person"]),
        ("ada", "/admin/activity", "activity", lambda before: [e for e in before["event"] if e["kind"] not in UNTOLD]),
        ("ada", "/notifications", "notification", lambda before: told_to("ada", before)),
        ("bob", "/notifications", "notification", lambda before: told_to("bob", before)),
    ],
)
def test_every_row_of_then_is_on_the_pages_of_its_list(served, who, path, element, of_then):
    items = all_pages(served.server.client(who), path, element)
    ids = [item["id"] for item in items]
    assert ids == sorted(set(ids), reverse=True)
    # More is what has become due since, and what people are told of today.
    assert {row["id"] for row in of_then(served.before)} - set(ids) == set()
    assert not [item for item in items if "cannot show more" in item.get("text", "")]


def test_a_part_of_an_old_key_or_name_finds_its_rows(served):
    ada, before = served.server.api("ada"), served.before

    def found(path, q):
        return {item["id"] for item in ada.get(path, params={"q": q}).json()["items"]}

    def having(table, column, part):
        return {row["id"] for row in before[table] if part in row[column]}

    for path, table, column in (
        ("/admin/codes", "trading_code", "code"),
        ("/admin/accounts", "customer_account", "licence"),
        ("/admin/extensions", "extension_request", "licence"),
    ):
        for row in (before[table][0], before[table][-1]):
            part = row[column][8:17]
            assert found(path, part) == having(table, column, part)
        assert found(path, "ia.le") == having(table, "owner_name", "ia.le") != set()
    assert found("/admin/people", "van.pet") == having("person", "username", "van.pet") != set()
    # Not because what is new is looked through: the rows of then are in the indexes.
    if kind(served.server.database_url) == "sqlite":
        for table in ("person", "trading_code", "customer_account", "extension_request"):
            [(indexed,)] = execute(served.server.database_url, f"SELECT count(*) FROM {table}_parts_docsize")
            assert indexed >= len(before[table])


def test_whoever_could_sign_in_still_can_and_who_was_suspended_cannot(served):
    stranger = served.server.api()
    for name in ("ada", "grace", "bob", "eve"):
        served.server.client(name)
    for name, password in OTHERS.items():
        response = stranger.post("/login", json={"username": name, "password": password})
        assert response.status_code == 200, response.text
    suspended = stranger.post("/login", json={"username": "ivan.petrov", "password": "grey-owl-at-dusk"})
    assert suspended.status_code == 401


def test_a_browser_that_was_signed_in_still_is(served):
    with httpx.Client(base_url=served.server.url, cookies={"desk": TOKEN}) as browser:
        assert browser.get("/admin/codes").status_code == 200


def test_nobody_new_comes_to_look_like_somebody_of_then(served):
    mine = {"username": "m1a.1ee", "email": "lee@example.com", "password": "quiet-lamps-over-water"}
    response = served.server.api().post("/register", json=mine)
    assert response.status_code == 409
    assert set(response.json()["error"]["fields"]) == {"username"}


def test_what_was_begun_then_goes_on(served):
    server, before = served
    bob, ada = server.api("bob"), server.api("ada")
    wish = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    response = bob.post("/api/generate-code", json=wish | {"product": "robot"})
    assert response.status_code == 201, response.text
    code = response.json()
    assert code["id"] > max(row["id"] for row in before["trading_code"])
    for newest in (bob.get("/").json()["codes"]["items"][0], ada.get("/admin/codes").json()["items"][0]):
        assert newest["id"] == code["id"]
    activated = ada.post("/api/admin/codes", json={"code_id": [code["id"]], "action": "activate"})
    assert activated.status_code == 200, activated.text

    waiting = next(row for row in before["extension_request"] if row["status"] == "pending")
    approval = {"request_id": waiting["id"], "action": "approve"}
    response = ada.post("/api/admin/extension-requests", json=approval)
    assert (response.status_code, response.json()["status"]) == (200, "approved")
    suspended = next(row for row in before["customer_account"] if row["status"] == "suspended")
    restoring = {"account_id": suspended["id"], "action": "restore"}
    response = ada.post("/api/admin/accounts", json=restoring)
    assert (response.status_code, response.json()["licence"]) == (200, grouped(suspended["licence"]))
