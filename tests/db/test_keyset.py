"""The ways in which a search finds the newest rows; each must find the same."""

import sqlite3

import pytest

from app import operations
from app.codes.regions import CodeListing
from app.codes.tables import TradingCode
from app.db.engine import engine
from app.db.fetch import fetch
from app.db.keyset import NEVER, OF_ONE, newest_ids, next_newer_ids, of_column
from app.db.parts import begins, contains, index_new_parts
from app.i18n.locale import ENGLISH
from app.listings.filter import Filter
from app.listings.matching import match_for
from app.listings.search import term
from tests.loops import rounds

AT_ONCE, FINDS_MANY = ("app.db.keyset.FIRST_LOOK", 1), ("app.db.keyset.MANY_MATCHES", 3)
SCANS_NO_FURTHER = ("app.db.keyset.SCAN_LIMIT", 4)
WAYS = [(), (AT_ONCE,), (AT_ONCE, FINDS_MANY), (AT_ONCE, FINDS_MANY, SCANS_NO_FURTHER)]


async def codes(person, many, status="pending"):
    wish = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    made = [await TradingCode.generate(person, **wish) for _ in range(many)]
    await TradingCode.update({TradingCode.status: status}).where(TradingCode.id.is_in([code.id for code in made]))
    return [code.id for code in reversed(made)]


@pytest.mark.parametrize("limits", WAYS)
@pytest.mark.parametrize("limit", [2, 5, 100])
async def test_every_way_finds_the_newest_that_match(bob, eve, limits, limit, monkeypatch):
    for name, value in limits:
        monkeypatch.setattr(name, value)
    old, middle, new = await codes(bob, 8), await codes(eve, 6, "expired"), await codes(bob, 3)
    search = {"owner_name": "bo", "account_number": "bo"}

    async def page(conditions, columns=None, before=None):
        matches = [begins(column, text) for column, text in (columns or {}).items()]
        return await newest_ids("trading_code", conditions, limit=limit, before=before, matches=matches)

    assert await page({}) == (new + middle + old)[:limit]
    assert await page({}, search) == (new + old)[:limit]
    assert await page({}, search, before=middle[0]) == old[:limit]
    assert await page({"status = {}": ["expired"]}, {"account_number": "1"}) == middle[:limit]
    assert await page({"status = {}": ["expired"]}, {"account_number": "1"}, before=middle[1]) == middle[2:][:limit]
    assert await page({"owner = {}": [eve.id]}, search) == []
    assert await page({}, {"owner_name": "nobody"}) == []


@pytest.mark.parametrize("limits", WAYS)
async def test_every_way_finds_what_stands_within(bob, eve, limits, monkeypatch):
    for name, value in limits:
        monkeypatch.setattr(name, value)
    ids = [*await codes(bob, 5), *await codes(eve, 5)]
    keys = {code.id: code.code for code in (await TradingCode.by_ids(ids)).values()}
    for wanted in list(keys.values())[:3]:
        for part in (wanted[:4], wanted[7:11], wanted[21:], wanted[3:9], wanted[5:24]):
            for is_random in (False, True):
                match = contains("trading_code", "code", part, is_random=is_random)
                found = await newest_ids("trading_code", {}, limit=20, matches=[match])
                assert found == sorted((key for key, code in keys.items() if part in code), reverse=True)


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_of_a_key_two_trigrams_are_asked_for_and_the_others_looked_at(bob, is_indexed, monkeypatch):
    for name, value in (AT_ONCE, ("app.db.parts.PORTION", 1)):
        monkeypatch.setattr(name, value)
    texts = ["ZZ9ZZ9ZZ9", "ZZZZZZZZZ", "ABCDEFGHJ", "ABCXXXGHJ", "GHJABCDEF", "52229224A", "ABCABCABC"]
    keys = dict(zip(await codes(bob, len(texts)), texts, strict=True))
    for key, text in keys.items():
        await TradingCode.update({TradingCode.code: text.ljust(25, "0")}).where(TradingCode.id == key)
    while is_indexed and await index_new_parts():
        pass
    parts = {text[start:end] for text in texts for start in range(7) for end in range(start + 3, 10)}
    for part in (*parts, "ABCGHJ", "9ZZ9ZZ9Z", "ZZZZZZZZZ0"):
        match = contains("trading_code", "code", part, is_random=True)
        found = await newest_ids("trading_code", {}, limit=20, matches=[match])
        assert found == sorted((key for key, text in keys.items() if part in text.ljust(25, "0")), reverse=True), part


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_an_index_of_parts_follows_its_rows(bob, is_indexed, monkeypatch):
    """Also of a row that it does not hold yet."""
    [key] = await codes(bob, 1)
    monkeypatch.setattr(*AT_ONCE)
    if is_indexed:
        monkeypatch.setattr("app.db.parts.PORTION", 1)
        for _ in rounds("there are new rows to index"):
            if not await index_new_parts():
                break
    code = await TradingCode.by_id(key)

    async def found(part):
        return await newest_ids("trading_code", {}, limit=20, matches=[contains("trading_code", "code", part)])

    assert await found(code.code[9:15]) == [key]
    await TradingCode.update({TradingCode.code: "0" * 25}).where(TradingCode.id == key)
    assert (await found(code.code[9:15]), await found("000")) == ([], [key])
    await TradingCode.delete().where(TradingCode.id == key)
    assert await found("000") == []


async def test_new_rows_are_found_before_and_after_they_are_indexed(bob, monkeypatch):
    monkeypatch.setattr(*AT_ONCE)
    monkeypatch.setattr("app.db.parts.PORTION", 4)
    ids = await codes(bob, 9)
    keys = {code.id: code.code for code in (await TradingCode.by_ids(ids)).values()}
    for _ in range(4):
        for key, code in keys.items():
            match = contains("trading_code", "code", code[5:15])
            assert await newest_ids("trading_code", {}, limit=20, matches=[match]) == [key]
        indexes_something = await index_new_parts()
    assert not indexes_something, "less than a portion is left"
    if engine().engine_type == "sqlite":
        [row] = await fetch("SELECT COUNT(*) AS many FROM trading_code_parts_docsize")
        assert row["many"] == 8


@pytest.mark.parametrize(
    ("problem", "hint"),
    [
        ('could not open extension control file "/usr/share/extension/pg_trgm.control"', "contrib"),
        ('permission denied to create extension "pg_trgm"', "superuser"), ("no such module: fts5", "FTS5"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_index_parts_is_told_of_with_what_to_do(problem, hint):
    assert hint in operations._hint(sqlite3.OperationalError(problem))


@pytest.mark.parametrize("limits", [WAYS[0], WAYS[-1]])
async def test_a_search_among_ones_own_finds_the_same_by_every_way(bob, eve, limits, monkeypatch):
    """Also where more rows are one's own than are looked through."""
    for name, value in limits:
        monkeypatch.setattr(name, value)
    mine = await codes(bob, 9)
    await codes(eve, 3)
    for text, found in (("bob", mine), ("eve", []), ("12345678", mine)):
        listing = CodeListing.for_owner(Reads(bob), Filter(q=text), "")
        assert await listing.window(20) == found
    code = await TradingCode.by_id(mine[-1])
    assert await CodeListing.for_owner(Reads(bob), Filter(q=code.code[4:12]), "").window(20) == [mine[-1]]


class Reads:
    """As a page asks who reads it."""

    def __init__(self, person):
        self.id, self.role, self.username, self.locale = person.id, person.role, person.username, ENGLISH
        self.language = self.zone = None


async def test_a_whole_key_is_looked_up_by_itself_and_a_name_as_long_is_still_a_part_of_names(bob, eve):
    [key], *_ = await codes(bob, 1), await codes(eve, 3)
    code = await TradingCode.by_id(key)
    match = await match_for("trading_code", term("code", code.code))
    assert match.condition == "code = {}"
    assert await newest_ids("trading_code", {}, limit=20, matches=[match]) == [key]
    assert "username LIKE" in (await match_for("person", term("username", "b" * len(code.code)))).otherwise


async def test_a_name_among_ones_own_is_asked_of_nobody_elses_rows(bob, eve):
    await codes(bob, 2)
    theirs, anothers = [await match_for("trading_code", term("owner_name", "bob"), who.id) for who in (bob, eve)]
    assert anothers == NEVER
    assert (theirs.condition, [*theirs.values]) == (OF_ONE, [bob.id])


@pytest.mark.parametrize("people", [0, 100])
async def test_a_name_that_many_have_is_not_counted_before_the_list_is_looked_through(bob, eve, people, monkeypatch):
    monkeypatch.setattr(*AT_ONCE)
    monkeypatch.setattr("app.listings.matching.FEW_PEOPLE", people)
    mine, _ = await codes(bob, 3), await codes(eve, 2)
    match = await match_for("trading_code", term("owner_name", "bob"))
    assert await newest_ids("trading_code", {}, limit=2, matches=[match]) == mine[:2]
    assert await newest_ids("trading_code", {}, limit=9, before=mine[1], matches=[match]) == mine[2:]


async def test_a_walk_along_a_column_is_one_by_the_ids(bob, eve):
    mine, _ = await codes(bob, 5), await codes(eve, 2)
    of_bob = of_column("owner", bob.id)
    assert await newest_ids("trading_code", of_bob, limit=3, along="owner") == mine[:3]
    assert await newest_ids("trading_code", of_bob, limit=3, before=mine[2], along="owner") == mine[3:]
    back = await next_newer_ids("trading_code", of_bob, limit=2, since=mine[3], along="owner")
    assert back == [mine[3], mine[2]]
