"""Texts that are long, deep or many: what costs the server more to look at than the attacker to send."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from tests.hostile.attack import Target, address, attack
from tests.hostile.wire import TEXT, Line, Socket, frame

FORM = "application/x-www-form-urlencoded"
LONG = 60_000
"""Characters: a body may have 64 KiB."""
FIELDS = {
    "/register": ("username", "email", "password"),
    "/login": ("username", "password", "next"),
    "/api/generate-code": ("platform", "account_number", "plan", "request_key"),
    "/api/extend-code": ("account_id", "plan", "note"),
    "/api/extension-requests/withdraw": ("request_id",),
    "/api/notifications/seen": ("up_to",),
}
SENSIBLE = {
    "username": "mallory-long", "email": "mallory@example.com", "password": "a-long-enough-password", "plan": "30",
    "platform": "mt5", "account_number": "12345678",
}  # fmt: skip
WORST = (".", "@", " ", "\u00a0", "0", "9", "a", "ß", "\u0130", "-", "=", "<", "%", "\0", "\U0001f600")
"""Characters that patterns, case folding, numbers and escaping find hardest."""


@attack("an e-mail of 60,000 dots on /register")
async def dots(target: Target) -> None:
    async def sends(number: int) -> None:
        line = Line(target, address(number))
        while not target.is_over:
            email = ("." * LONG, f"a@{'.' * (LONG - 3)}@")[number % 2]  # the second matches nearly, in 60,000 ways
            await line.post("/register", {"username": "mallory", "email": email, "password": "long-enough-pw"})

    await target.together([sends(number) for number in range(3)])


@attack("60,000 of the worst characters in every field")
async def long_fields(target: Target) -> None:
    bodies = cycle(_long_bodies())

    async def sends(number: int) -> None:
        line = Line(target, address(number % 4), target.intruders[number].token if number % 2 else "")
        while not target.is_over:
            path, body = next(bodies)
            await line.send("POST", path, body, FORM)

    await target.together([sends(number) for number in range(8)])


def _long_bodies() -> Iterator[tuple[str, bytes]]:
    for worst in WORST:
        text = worst * (LONG // len(worst.encode()))
        raw = text.replace("%", "%25").encode()
        for path, fields in FIELDS.items():
            for long in fields:
                rest = "".join(f"&{name}={SENSIBLE.get(name, '1')}" for name in fields if name != long)
                yield path, long.encode() + b"=" + raw + rest.encode()


@attack("bombs of JSON, fields and parts")
async def bombs(target: Target) -> None:
    parts = (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(1_100)) + b"--x--\r\n"
    )
    kinds = cycle(
        (
            ("application/json", b"[" * LONG),
            ("application/json", b'{"a":' * 12_000),
            ("application/json", b'{"username":' + b"[" * 29_000 + b"]" * 29_000 + b"}"),
            ("application/json", b'{"account_number":' + b"9" * 50_000 + b"}"),
            ("application/json", b'{"username":"' + b"\\u0000" * 10_000 + b'"}'),
            (FORM, b"a=&" * 20_000),
            (FORM, b"%" * LONG),
            ("multipart/form-data; boundary=x", parts),
            ("multipart/form-data; boundary=x", b"--x\r\n" * 12_000),
        )
    )
    paths = cycle(FIELDS)

    async def sends(number: int) -> None:
        line = Line(target, address(number % 4), target.intruders[number].token if number % 2 else "")
        while not target.is_over:
            kind, body = next(kinds)
            await line.send("POST", next(paths), body, kind)

    await target.together([sends(number) for number in range(8)])


@attack("60,000 characters as the view of a socket")
async def long_views(target: Target) -> None:
    async def sends(number: int) -> None:
        intruder = target.intruders[number]
        for worst in cycle(WORST):
            if target.is_over:
                return
            socket = await Socket.open(target, address(number % 4), intruder.token)
            if socket is None:
                await target.rest(0.01)
                continue
            try:
                text = worst * (LONG // 12)
                for view in (f"/?q={text}", f"/?status={text}", text, f"/?after={text}"):
                    await socket.sync(view)
                await socket.write(frame(TEXT, b"[" * LONG))
                await socket.until_closed()
            finally:
                socket.close()

    await target.together([sends(number) for number in range(6)])
