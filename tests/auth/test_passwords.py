"""Passwords that are guessed first are refused; the others work however they are typed."""

import unicodedata

import pytest

from app.errors import Invalid
from app.people import passwords
from app.people.tables import Person
from tests.auth.callers import HOME
from tests.browser import JSON, Browser

MIA = {"username": "mia.tanaka", "email": "mia.rose@harbour-lights.example"}

EASY = [
    "password", "Password1", "iloveyou", "qwertyuiop", "trustno1", "starwars", "metatrader5",  # the list, and ours
    "        ", "\u2003" * 8, "aaaaaaaa", "A" * 128, "........", "a a a a a", "\u00a0\u2003 \t\u3000   ",
    "codedesk", "CodeDesk2026", "codedesk-desk!", "metatrader!", "MetaTrader-2026", "trading-desk-1", "my-codedesk",
    "mia.tanaka", "Mia-Tanaka1", "tanaka2026", "tanaka-tanaka-tanaka", "harbour-mia", "rose-tanaka-99",
    "mia.rose@harbour-lights.example", "ｃｏｄｅｄｅｓｋ", "ｐａｓｓｗｏｒｄ",
]  # fmt: skip
FINE = [
    "seven-quiet-harbours", "trading robots while it rains", "mia eats seven plums", "zwölf Hühner", "密码很长很长很长",
    "83620174", "  spaces matter  ", "p" * 127 + "q", "Tr0ub4dor&3",
]  # fmt: skip


@pytest.mark.parametrize("password", EASY, ids=ascii)
async def test_what_is_guessed_first_is_refused(desk, password):
    with pytest.raises(Invalid) as refused:
        await Person.register(**MIA, password=password)
    assert refused.value.fields == {"password": passwords.EASY}


@pytest.mark.parametrize("password", FINE, ids=ascii)
def test_what_is_not_is_welcome(password):
    assert passwords.problem(password, MIA["username"], MIA["email"]) is None


async def test_a_change_of_password_asks_the_same(desk, ada):
    mia = await Person.register(**MIA, password="seven-quiet-harbours")
    mia = await Person.named(mia.username)
    for password in ("harbour-mia", "        ", "baseball", "short"):
        with pytest.raises(Invalid):
            await mia.change_password(password, by=ada)


def test_ten_thousand_common_passwords_are_known_that_would_be_long_enough():
    common = passwords._common()
    assert len(common) >= 10_000
    assert all(len(password) >= passwords.LEAST and password == password.casefold() for password in common)
    assert {"password", "12345678", "starwars", "metatrader4"} <= common


async def test_a_password_is_the_same_however_its_signs_are_composed(desk):
    """An "é" is one sign on one system and two on another; the form that a phone sends is not the person's choice."""
    typed = "zwo\u0308lf hu\u0308hner am cafe\u0301"
    assert typed != unicodedata.normalize("NFC", typed)
    await Person.register(**MIA, password=typed)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        sent = {"username": "mia.tanaka", "password": unicodedata.normalize(form, typed)}
        assert (await Browser(JSON).post("/login", data=sent)).status_code == 200


async def test_who_had_such_a_password_before_they_were_normalised_still_gets_in(desk):
    typed = "cafe\u0301 am ha\u0308fen"
    mia = await Person.register(**MIA, password="seven-quiet-harbours")
    await Person.update({Person.password_hash: passwords._hasher.hash(typed)}).where(Person.id == mia.id)
    assert (await Person.signing_in("mia.tanaka", typed, HOME)).id == mia.id
    assert not passwords._verify(typed + "x", passwords._hasher.hash(typed))


async def test_spaces_are_part_of_a_password(desk):
    await Person.register(**MIA, password="  spaces matter  ")
    sent = {"username": "mia.tanaka", "password": "spaces matter"}
    assert (await Browser(JSON).post("/login", data=sent)).status_code == 401


@pytest.mark.parametrize(
    "email", ["", "mia", "@", "@.", "mia@", "mia@home", "@home.example", "mia@.example", "mia@home.", "a@b@c.example",
              "mia tanaka@example.com", "mia@exam\u2003ple.com", "m@" + "e" * 260 + ".com", "." * 254, "@" * 254],
)  # fmt: skip
async def test_what_is_no_address_is_refused(desk, email):
    with pytest.raises(Invalid) as refused:
        await Person.register("mia", email, "seven-quiet-harbours")
    assert list(refused.value.fields) == ["email"]


@pytest.mark.parametrize("email", ["m@x.y", "mia+desk@sub.example.co.uk", "m" * 238 + "@example.com", "ü@exämple.org"])
async def test_what_may_be_an_address_is_taken(desk, email):
    sent = {"username": "mia", "email": f" {email}  "[:254], "password": "seven-quiet-harbours"}
    assert (await Browser(JSON).post("/register", data=sent)).status_code == 200
    assert (await Person.named("mia")).email == email
