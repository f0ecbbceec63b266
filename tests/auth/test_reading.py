"""Ada, Bob and Eve choose in which language and time zone they read."""

from __future__ import annotations

import pytest

from app.calendar.tables import Day
from app.errors import Invalid
from app.i18n.locale import Locale
from app.live.log import LogEntry
from app.people.tables import Person
from tests.browser import HTMX, JSON, PLAIN, Browser, api


async def kinds() -> list[str]:
    return [entry.kind for entry in await LogEntry.after(0)]


async def test_what_bob_chooses_is_noted_once_and_the_days_of_his_zone_are_recorded_from_then_on(bob: Person) -> None:
    chosen = await bob.choose("th", "Asia/Tokyo")
    assert (chosen.language, chosen.zone) == ("th", "Asia/Tokyo")
    assert await Day.exists().where(Day.zone == "Asia/Tokyo")
    await chosen.choose("th", "Asia/Tokyo")
    assert await kinds() == ["LocaleChanged"], "the second time nothing has changed"
    back = await chosen.choose("", "")
    assert (back.language, back.zone) == (None, None)
    await back.choose("", "")
    assert await kinds() == ["LocaleChanged"] * 2
    [entry] = (await LogEntry.after(0))[:1]
    assert (entry.client, entry.actor_name) == (bob.id, "bob"), "nobody else hears of it"


@pytest.mark.parametrize(("language", "zone", "field"), [("tlh", "", "language"), ("", "Mars/Base", "zone")])
async def test_what_there_is_not_cannot_be_chosen(bob: Person, language: str, zone: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await bob.choose(language, zone)
    assert set(refused.value.fields) == {field}
    assert await kinds() == []


@pytest.mark.parametrize("name", ["ada", "bob"])
async def test_the_page_shows_what_was_chosen_and_takes_something_else(ada: Person, bob: Person, name: str) -> None:
    person = {"ada": ada, "bob": bob}[name]
    plain = await Browser.of(person, PLAIN)
    sent = await plain.post("/me", data={"language": "th", "zone": "Asia/Bangkok"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/me")
    shown = (await plain.get("/me")).text
    assert '<html lang="th">' in shown
    assert '<option value="th" selected>' in shown
    assert '<option value="Asia/Bangkok" selected>' in shown
    assert ">เวลาที่แสดงเป็นของ Asia/Bangkok</a>" in shown
    as_json = await api(person)
    assert (await as_json.get("/me")).json() == {
        "username": name, "role": person.role, "language": "th", "zone": "Asia/Bangkok",
    }  # fmt: skip
    answer = await as_json.post("/me", json={"language": "en"})
    assert answer.json()["zone"] == "", "what is not sent is not chosen"
    assert '<html lang="en">' in (await plain.get("/me")).text


async def test_with_htmx_the_whole_page_comes_anew(bob: Person) -> None:
    browser = await Browser.of(bob, HTMX)
    answer = await browser.post("/me", data={"language": "th", "zone": ""})
    assert answer.headers["hx-redirect"] == "/me"
    assert answer.text == ""


async def test_a_stranger_is_sent_to_sign_in(desk: None) -> None:
    assert (await (await Browser.of(None, PLAIN)).get("/me")).status_code == 303
    assert (await (await api(None)).post("/me", json={"language": "th"})).status_code == 401


@pytest.mark.parametrize(
    ("asks", "language"),
    [("th-TH,th;q=0.9,en;q=0.8", "th"), ("de,th;q=0.5,en;q=0.4", "th"), ("en-GB", "en"), ("de", "en"), ("", "en")],
)
async def test_who_has_chosen_nothing_reads_as_their_browser_asks(bob: Person, asks: str, language: str) -> None:
    browser = await Browser.of(bob, {**PLAIN, "Accept-Language": asks})
    assert f'<html lang="{language}">' in (await browser.get("/")).text
    stranger = await Browser.of(None, {**PLAIN, "Accept-Language": asks})
    assert f'<html lang="{language}">' in (await stranger.get("/login")).text


async def test_what_was_chosen_goes_before_what_the_browser_asks(bob: Person) -> None:
    await bob.choose("en", "")
    browser = await Browser.of(bob, {**PLAIN, "Accept-Language": "th"})
    assert '<html lang="en">' in (await browser.get("/")).text


async def test_an_error_is_in_the_readers_language_and_so_is_a_field(bob: Person) -> None:
    await bob.choose("th", "")
    wrong = {"platform": "mt5", "account_number": "12", "plan": "30"}
    refused = (await (await api(bob)).post("/api/generate-code", json=wrong)).json()["error"]
    assert refused["message"] == "โปรดแก้ไขช่องที่ทำเครื่องหมายไว้"
    assert refused["fields"] == {"account_number": "โปรดใส่ตัวเลข 4 ถึง 12 หลัก ตามที่โบรกเกอร์แสดง"}
    page = (await (await Browser.of(bob, PLAIN)).get("/")).text
    assert 'title="4 ถึง 12 หลัก"' in page
    assert 'placeholder="4–12 หลัก"' in page
    lost = await (await Browser.of(bob, PLAIN)).get("/extend/4711")
    assert lost.status_code == 404
    assert "<h1>ไม่มี" in lost.text
    asked = await Browser.of(None, {**JSON, "Accept-Language": "th"})
    assert (await asked.get("/notifications")).json()["error"]["message"] == "โปรดเข้าสู่ระบบก่อน"


async def test_a_person_reads_in_the_zone_of_the_settings_until_they_choose(bob: Person) -> None:
    assert (bob.language, bob.zone) == (None, None)
    assert bob.locale == Locale("en", "UTC")
