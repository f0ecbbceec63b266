"""What was begun is over after a while and after a few wrong codes, and its secret is shown once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import clock, scheduler
from app.db import transaction
from app.errors import Invalid
from app.second_factor.tables import (
    MOST_TRIES,
    RECOVERY_CODES,
    TO_CONFIRM,
    TOO_LATE,
    TOO_MANY_WRONG,
    WRONG_CODE,
    SecondFactor,
)
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.databases import run_app
from tests.inspection import everything, happened
from tests.live.rows import execute
from tests.people import PASSWORDS
from tests.second_factor.authenticator import Authenticator, set_up

BEGIN, CONFIRM = "/me/second-factor/begin", "/me/second-factor/confirm"
MINE = {"password": PASSWORDS["bob"]}
WAYS = {"plain": PLAIN, "htmx": HTMX | {"HX-Target": "div#dialog-body", "HX-Source": "form#confirm-factor"}}


async def begun(person):
    return Authenticator((await SecondFactor.begin(person.id)).secret)


async def why_not(person, code):
    with pytest.raises(Invalid) as refused:
        await SecondFactor.confirm(person.id, code, by=person)
    return refused.value.fields["code"]


async def test_until_its_time_is_over_it_is_confirmed_and_then_no_more(bob, eve):
    bobs, eves = await begun(bob), await begun(eve)
    clock.travel(TO_CONFIRM - timedelta(seconds=10))
    assert len(await SecondFactor.confirm(eve.id, eves.code(), by=eve)) == RECOVERY_CODES
    clock.travel(timedelta(seconds=11))
    before = await everything()
    assert await why_not(bob, bobs.code()) == TOO_LATE
    assert await SecondFactor.waiting(bob.id) is None
    assert await everything() == before
    newer = await begun(bob)
    assert newer.secret != bobs.secret
    assert len(await SecondFactor.confirm(bob.id, newer.code(), by=bob)) == RECOVERY_CODES


async def test_a_program_is_told_that_it_is_over_and_what_to_do(bob):
    browser = await api(bob)
    phone = Authenticator((await browser.post(BEGIN, json=MINE)).json()["secret"])
    clock.travel(TO_CONFIRM)
    refused = await browser.post(CONFIRM, json={"code": phone.code()})
    words = "That took too long. Begin again with your password."
    assert refused.status_code == 422
    assert refused.json()["error"] == {"code": "invalid", "message": words, "fields": {"code": words}}
    assert (await browser.get("/me/second-factor")).json() == {"on": False, "recovery_codes": 0}


@pytest.mark.parametrize("way", WAYS)
async def test_on_a_page_the_next_code_can_be_typed_and_what_is_over_leads_to_the_beginning(bob, way):
    browser = await Browser.of(bob, WAYS[way])
    phone = await begun(bob)
    for _ in range(MOST_TRIES - 1):
        wrong = await browser.post(CONFIRM, data={"code": phone.wrong()})
        assert wrong.status_code == 422
        assert "Wait for the next one" in wrong.text
        assert 'name="code"' in wrong.text
    over = await browser.post(CONFIRM, data={"code": phone.wrong()})
    late = await browser.post(CONFIRM, data={"code": phone.code()})
    for refused in (over, late):
        assert refused.status_code == 422
        assert "Too many codes were wrong. Begin again with your password." in refused.text
        assert 'name="code"' not in refused.text
        assert 'href="/me/second-factor"' in refused.text


async def test_one_who_mistyped_it_types_the_next_and_it_is_on(bob):
    browser = await Browser.of(bob, PLAIN)
    phone = await begun(bob)
    for _ in range(MOST_TRIES - 1):
        await browser.post(CONFIRM, data={"code": phone.wrong()})
    once = await browser.post(CONFIRM, data={"code": phone.code()})
    assert once.text.count('<code class="whole">') == RECOVERY_CODES


@pytest.mark.parametrize("code", ["wrong", "", "x" * 99])
@pytest.mark.parametrize("way", [*WAYS, "json"])
async def test_whoever_has_the_session_and_not_the_password_reads_no_secret_that_waits(bob, way, code):
    phone = await begun(bob)
    browser = await Browser.of(bob, WAYS.get(way, JSON))
    sent = {"code": phone.wrong() if code == "wrong" else code}
    answers = [
        await browser.post(CONFIRM, **{"json" if way == "json" else "data": sent}),
        await browser.post(BEGIN, **{"json" if way == "json" else "data": {"password": "wrong"}}),
        await browser.get("/me/second-factor"),
        await browser.get("/me"),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 200, 200]
    assert not [answer for answer in answers if phone.secret in answer.text or 'class="qr"' in answer.text]


async def test_after_a_few_wrong_codes_the_right_one_comes_too_late_also_of_fifty_at_once(bob):
    phone = await begun(bob)
    wrong = phone.wrong()
    told = await asyncio.gather(*(why_not(bob, wrong) for _ in range(50)))
    assert (told.count(WRONG_CODE), told.count(TOO_MANY_WRONG)) == (MOST_TRIES - 1, 50 - MOST_TRIES + 1)
    assert await why_not(bob, phone.code()) == TOO_MANY_WRONG
    assert (await happened(), await SecondFactor.of(bob.id)) == ([], None)
    assert len(await SecondFactor.confirm(bob.id, (await begun(bob)).code(), by=bob)) == RECOVERY_CODES


async def test_wrong_codes_of_one_cost_nobody_else_a_try(bob, eve):
    phone = await begun(eve)
    wrong = (await begun(bob)).wrong()
    for _ in range(MOST_TRIES):
        await why_not(bob, wrong)
    assert len(await SecondFactor.confirm(eve.id, phone.code(), by=eve)) == RECOVERY_CODES


async def test_what_is_over_is_swept_and_what_waits_or_is_in_use_stays(bob, eve, ada):
    await set_up(ada)
    await begun(bob)
    clock.travel(TO_CONFIRM - timedelta(minutes=1))
    phone = await begun(eve)
    assert await SecondFactor.sweep() == 0
    clock.travel(timedelta(minutes=1, seconds=1))
    await scheduler.sweep()
    rows = await SecondFactor.select(SecondFactor.person).order_by(SecondFactor.person)
    assert [row["person"] for row in rows] == sorted([ada.id, eve.id])
    assert await why_not(bob, "123456") == "Nothing is being set up. Begin again."
    assert len(await SecondFactor.confirm(eve.id, phone.code(), by=eve)) == RECOVERY_CODES


async def test_what_is_begun_anew_while_it_is_swept_stays(bob):
    async def begins_slowly():
        async with transaction():
            anew = await SecondFactor.begin(bob.id)
            for _ in range(20):
                await SecondFactor.count()
        return anew

    for _ in range(5):
        await begun(bob)
        clock.travel(TO_CONFIRM)
        anew, *_ = await asyncio.gather(begins_slowly(), *(SecondFactor.sweep() for _ in range(4)))
        assert (await SecondFactor.waiting(bob.id)).secret == anew.secret


async def test_one_of_which_nobody_knows_when_it_was_begun_is_over(bob):
    """As a version left it that did not know, also while it still serves beside this one."""
    phone = await begun(bob)
    await SecondFactor.update({SecondFactor.begun_at: None}, force=True)
    assert await why_not(bob, phone.code()) == TOO_LATE
    assert await SecondFactor.sweep() == 1
    assert await SecondFactor.count() == 0


def test_a_desk_from_before_keeps_what_was_confirmed(database):
    url = database.fresh()
    for undone in ("DROP INDEX second_factor_begun", *(
        f"ALTER TABLE second_factor DROP COLUMN {column}" for column in ("begun_at", "tries")
    )):  # fmt: skip
        execute(url, undone)
    execute(url, "DELETE FROM migration WHERE name = '2026-11-29T17:00:00:000000'")
    at = datetime(2026, 11, 1, tzinfo=UTC)
    add = "INSERT INTO second_factor (person, secret, confirmed_at, last_step) VALUES ({}, {}, {}, 7)"
    execute(url, add, 1, "A", at)
    execute(url, add, 2, "B", None)
    columns = "SELECT person, secret, confirmed_at, last_step FROM second_factor ORDER BY id"
    before = execute(url, columns)
    run_app(url, "-m", "app", "migrate")
    assert execute(url, columns) == before
    assert execute(url, "SELECT begun_at, tries FROM second_factor") == [(None, 0), (None, 0)]
