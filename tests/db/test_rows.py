"""Rows by key, compare-and-set, and insert-unless-there."""

import asyncio

import pytest

from app.clock import now
from app.people.tables import Person
from app.requests.tables import AccountRequest


async def test_rows_by_key_are_those_that_are_there(bob, eve):
    assert await Person.by_ids([]) == {}
    people = await Person.by_ids([eve.id, bob.id, bob.id, 999_999])
    assert {key: person.username for key, person in people.items()} == {bob.id: "bob", eve.id: "eve"}
    assert await Person.by_id(999_999) is None


async def test_of_many_compare_and_sets_at_once_one_succeeds(bob):
    swaps = [
        Person.compare_and_set((Person.id == bob.id) & (Person.seen_event == 0), {Person.seen_event: n})
        for n in range(1, 21)
    ]
    [won] = [person for person in await asyncio.gather(*swaps) if person is not None]
    assert (await Person.by_id(bob.id)).seen_event == won.seen_event


async def test_a_compare_and_set_is_about_one_row(bob):
    with pytest.raises(AssertionError, match="touched 4 rows"):
        await Person.compare_and_set(Person.id > 0, {Person.seen_event: 1})


async def test_what_is_there_already_is_not_added_again(bob):
    values = {
        Person.username: "bob", Person.email: "other@example.com", Person.password_hash: "-", Person.role: "client",
        Person.created_at: now(),
    }  # fmt: skip
    assert await Person.add(values) is None
    assert (await Person.by_id(bob.id)).email == "bob@example.com"


async def test_a_row_of_nobodys_is_refused_by_the_database(bob):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await AccountRequest.insert(
            AccountRequest(
                account=999_999, owner=bob.id, owner_name="bob", licence="x", platform="mt4", account_number="1234",
                days=7, note="", status="pending", reason="", created_at=now(),
            )
        )  # fmt: skip


async def test_moments_come_back_as_they_were_stored_in_utc(bob):
    at = now()
    await Person.update({Person.created_at: at}).where(Person.id == bob.id)
    created_at = (await Person.by_id(bob.id)).created_at
    assert created_at == at
    assert created_at.utcoffset().total_seconds() == 0


async def test_text_comes_back_as_it_was_stored(bob):
    for text in ("Zoë's “robot” — 漢字 🤖", "'; DROP TABLE person; --", "{} {0} %s $1 ?", "\\ \t"):
        await Person.update({Person.email: text}).where(Person.id == bob.id)
        assert (await Person.by_id(bob.id)).email == text
