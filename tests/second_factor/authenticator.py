"""The app on somebody's phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp

from app import clock
from app.people.tables import Person
from app.second_factor.tables import STEP, SecondFactor
from tests.browser import PLAIN, Browser
from tests.people import PASSWORDS


class Authenticator:
    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, steps: int = 0) -> str:
        """As it is shown now, or so many steps of the clock later."""
        return pyotp.TOTP(self.secret).at(int(clock.now().timestamp()) + steps * STEP)

    def wrong(self) -> str:
        near = {self.code(steps) for steps in range(-3, 4)}
        return next(code for code in map("{:06}".format, range(len(near) + 1)) if code not in near)


async def set_up(person: Person) -> tuple[Authenticator, list[str]]:
    """Somebody's second factor in use, with their recovery codes; the code by which that was proved is over."""
    phone = Authenticator((await SecondFactor.begin(person.id)).secret)
    recovery_codes = await SecondFactor.confirm(person.id, phone.code(), by=person)
    clock.travel(timedelta(seconds=STEP))
    return phone, recovery_codes


def token_in(html: str) -> str:
    """Of the form that asks for the code."""
    found = re.search(r'name="token" value="([^"]+)"', html)
    assert found is not None, html
    return found[1]


async def half_signed_in(name: str, next_page: str = "") -> tuple[Browser, str]:
    """A browser in which the password was given, and the token that its form holds."""
    browser = Browser(PLAIN)
    asked = await browser.post("/login", data={"username": name, "password": PASSWORDS[name], "next": next_page})
    assert asked.status_code == 200, asked.text
    return browser, token_in(asked.text)


def with_code(name: str, code: str) -> dict[str, str]:
    """What a program sends, all at once."""
    return {"username": name, "password": PASSWORDS[name], "code": code}
