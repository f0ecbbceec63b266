"""User names: normalised once, at the edge; what cannot be, is never looked up; what looks alike is one name."""

import asyncio

import pytest

from app.errors import Conflict, Invalid, NotSignedIn
from app.migrations import desk_2026_11_24t09_10_00_000000 as migration
from app.people import names
from app.people.tables import Person
from app.signing_in.tables import FAILURES, SignInFailure
from tests.auth.callers import HOME
from tests.browser import JSON, Browser
from tests.inspection import everything
from tests.people import PASSWORDS

MIA = {"email": "mia@example.com", "password": "seven-quiet-harbours"}
PADDINGS = ["\u2003", "\u3000", "\u00a0", "\u2028", "\x1f", " ", "\t"]


async def sign_in(name, password="not-the-password"):
    return await Browser(JSON).post("/login", data={"username": name, "password": password})


async def test_a_padded_name_is_counted_as_the_name_that_it_is(desk):
    """Sixty guesses at Bob's password, each under another spelling of his name: after ten it is over."""
    answers = []
    for number in range(60):
        padding = PADDINGS[number % len(PADDINGS)] * (1 + number % 10)
        # From many addresses, so that what counts is the name.
        await Person.raw("UPDATE sign_in_failure SET address = 'elsewhere'")
        answers.append((await sign_in(padding + ("BOB", "bob", "Bob")[number % 3] + padding)).status_code)
        if answers[-1] == 429:
            break
    assert answers == [401] * FAILURES + [429]
    assert {row["username"] for row in await SignInFailure.select(SignInFailure.username)} == {"bob"}


async def test_no_spelling_is_looked_up_as_bob_and_counted_as_somebody_else(desk):
    """Padded beyond where the name was cut to be counted, and then read as Bob's once more."""
    for number, padding in enumerate(PADDINGS * 3):
        for name in (f"bob{padding * 61}{number}", f"{number}{padding * 61}bob", f"bob{padding * 8}{number}"):
            assert (await sign_in(name, PASSWORDS["bob"])).status_code in (401, 422, 429)
    assert not [row for row in await SignInFailure.select(SignInFailure.username) if row["username"] == "bob"]
    assert await Person.raw("SELECT id FROM session") == []


IMPOSSIBLE = [
    "b",
    "bob smith",
    "bob\u200b",
    "ｂｏｂ",
    "ḃob",
    "BOẞ",
    "İbob",
    "\u2003",
    "bob@x",
    "-bob",
    "bob/",
    "%",
    "_ob",
]


@pytest.mark.once
@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_a_name_that_cannot_exist_is_never_looked_up_and_answered_like_any_other(desk, monkeypatch, name):
    looked_up, verified = [], []
    matching = Person.matching.__func__

    async def noted(cls, *where):
        looked_up.append(where)
        return await matching(cls, *where)

    from app.people import passwords

    hashing = passwords._verify

    def noted_hash(*given):
        verified.append(given)
        return hashing(*given)

    monkeypatch.setattr(Person, "matching", classmethod(noted))
    monkeypatch.setattr(passwords, "_verify", noted_hash)
    assert not names.can_exist(names.normalised(name))
    impossible = await sign_in(name)
    assert not looked_up
    unknown = await sign_in("nobody-at-all")
    assert looked_up
    assert (impossible.status_code, impossible.json()) == (unknown.status_code, unknown.json())
    assert impossible.status_code == 401
    assert len(verified) == 2  # it takes as long
    assert await SignInFailure.count() == 2  # and counts for the address


async def test_names_that_cannot_exist_use_up_what_an_address_may_try(desk):
    answers = [(await sign_in(f"no such name {number}")).status_code for number in range(FAILURES + 1)]
    assert answers == [401] * FAILURES + [429]
    assert (await sign_in("bob", PASSWORDS["bob"])).status_code == 429


async def test_an_admin_may_pad_a_clients_name_too(ada, bob):
    browser = await Browser.of(ada, JSON)
    fields = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    made = await browser.post("/api/admin/create-account", data=fields | {"username": "\u2003BOB "})
    assert (made.status_code, made.json()["owner"]) == (201, "bob")


@pytest.mark.once
@pytest.mark.parametrize("name", ["mia.", "mia-", "m..ia", "m--ia", "m.-ia", "m-.ia", "mia...", ".mia", "m.", "-"])
async def test_no_name_ends_in_a_dot_or_hyphen_or_holds_two_in_a_row(desk, name):
    with pytest.raises(Invalid) as refused:
        await Person.register(name, **MIA)
    assert "no two dots or hyphens in a row" in refused.value.fields["username"]


@pytest.mark.once
@pytest.mark.parametrize(
    "name", ["admin", "support", "root", "help", "security", "codedesk", "adm1n", "sup-port", "r00t"]
)
async def test_a_reserved_name_is_refused_to_people_and_not_to_the_operator(desk, name):
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await Person.register(name, **MIA)
    assert refused.value.fields == {"username": "This name is reserved. Please choose another."}
    assert await everything() == before
    assert (await Person.register(name, **MIA, by_operator=True)).username == name


async def test_nobody_at_all_is_called_as_the_desk_itself(desk):
    for by_operator in (False, True):
        with pytest.raises(Invalid, match="marked"):
            await Person.register("system", **MIA, by_operator=by_operator)


@pytest.mark.parametrize("name", ["a-da", "a.da", "ad.a", "b0b", "bo-b", "b.0.b"])
async def test_a_name_that_looks_like_one_that_is_taken_is_a_conflict(desk, name):
    before = await everything()
    for by_operator, said, why in (
        (False, "cannot be had", "This name cannot be had."),
        (True, "looks like one that is taken", "This looks like a name that is taken."),
    ):
        with pytest.raises(Conflict, match=f"{name} {said}") as refused:
            await Person.register(name, **MIA, by_operator=by_operator)
        assert refused.value.fields == {"username": why}
    assert await everything() == before


async def test_of_four_who_want_names_that_look_alike_at_once_one_gets_it(desk):
    wanted = ["mi.la", "m1la", "mila", "m-ila"]
    results = await asyncio.gather(*(Person.register(name, **MIA) for name in wanted), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 3 + ["Person"]


async def test_names_that_do_not_look_alike_are_all_to_be_had(desk):
    for name in ("mia", "mia2", "mia-tanaka", "m.tanaka", "10", "11", "guest-1", "guest-11", "guest-10"):
        assert (await Person.register(name, **MIA)).username == name


async def test_people_whose_names_would_be_refused_today_keep_signing_in(desk):
    """They were there before the migration, which is made once more here, for rows as they were before it."""
    old = ["zoe", "zoe.", "z-oe", "zo--e", "admin"]
    password_hash = (await Person.named("bob")).password_hash
    for name in old:
        columns = "username, email, password_hash, role, active, seen_event, created_at"
        values = f"'{name}', 'x@example.com', '{password_hash}', 'client', true, 0, '2026-01-01 00:00:00+00:00'"
        await Person.raw(f"INSERT INTO person ({columns}) VALUES ({values})")
    await Person.raw("DROP INDEX person_skeleton")
    for statement in migration.AFTERWARDS:
        if "skeleton" in statement:
            await Person.raw(statement)
    rows = await Person.select(Person.username, Person.skeleton).where(Person.username.is_in(old)).order_by(Person.id)
    assert [row["skeleton"] for row in rows] == ["zoe", None, None, None, "admln"]
    for name in old:
        assert (await sign_in(name.upper(), PASSWORDS["bob"])).json() == {"username": name, "role": "client"}
        assert (await Person.named(name)) is not None
    with pytest.raises(Conflict):
        await Person.register("zo.e", **MIA)


async def test_the_migration_folds_as_the_application_does(desk):
    for name in ("a.b-c0d1e", "10il-oO.".lower(), "mia.tanaka"):
        [row] = await Person.raw(f"SELECT {migration.SKELETON.replace('username', repr(name))} AS folded")
        assert row["folded"] == names.skeleton(name)


async def test_a_name_keeps_within_what_was_typed(desk):
    for typed in ("ẞ" * 32, "İ" * 32, "\ufdfa" * 32, " ADA "):
        assert len(names.normalised(typed)) <= len(typed)
    with pytest.raises(NotSignedIn):
        await Person.signing_in(names.normalised("ẞ" * 32), "not-the-password", HOME)
