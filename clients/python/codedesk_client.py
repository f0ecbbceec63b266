"""Asks a Codedesk whether a licence is valid, and believes only what it has signed: the reference for the rules.

One file, on the standard library and `cryptography`. It holds no secret: whoever has it can ask, and nobody can answer.

    licence = Licence("https://desk.example", PUBLIC_KEYS, key, platform="mt5", account="20616275",
                      server="Broker-Real7", mode="real", version="1.0", terminal="A1B2C3", store=Path("licence.txt"))
    licence.check()                # at the start, and again after each `licence.check_after` seconds
    if licence.may_trade(): ...

The rules: only a signed refusal stops new trades, and open positions stay managed. Whatever is not signed (no network,
a captive portal, a desk that is down, an answer to another question) changes nothing: the last signed answer holds
until its `valid_until`. The answer is kept on disk, whole, and verified again when the robot starts. Time never runs
backwards: what has passed since an answer is the most that any clock says, and never less than it was before.
"""

from __future__ import annotations

import base64
import os
import random
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

FIELDS = (
    "v", "code", "licence", "product", "platform", "account", "server", "mode", "terminal", "now", "expires",
    "valid_until", "check_after", "message", "nonce", "key", "sig",
)  # fmt: skip
"""Of an answer, in this order."""
LONGEST_ANSWER = 4096
TIMEOUT = 5.0
"""Seconds; a robot has other things to do."""


class NoAnswer(Exception):
    """Nothing that the desk has signed as the answer to what was asked; the message says what came instead."""


def in_ascii(value: str) -> str:
    """As the answer says again what it was asked: every byte outside of 0x21–0x7E, and `%`, as %XX."""
    return "".join(
        chr(byte) if 0x21 <= byte <= 0x7E and byte != 0x25 else f"%{byte:02X}" for byte in value.encode("utf-8")
    )


def parsed(answer: bytes) -> dict[str, str]:
    """The fields of an answer. Raises NoAnswer for whatever is none, byte for byte."""
    try:
        lines = answer.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise NoAnswer("it is not ASCII") from None
    if len(answer) > LONGEST_ANSWER or lines.pop() or len(lines) != len(FIELDS):
        raise NoAnswer("it has not the lines of an answer")
    values = {}
    for name, line in zip(FIELDS, lines, strict=True):
        before, equals, value = line.partition("=")
        if before != name or not equals:
            raise NoAnswer(f"there is no {name} where it belongs")
        values[name] = value
    return values


def verified(answer: bytes, keys: Mapping[str, str], asked: Mapping[str, str]) -> dict[str, str]:
    """The fields of an answer that one of the keys (their moduli, by their ids) has signed and that answers what was
    asked. Raises NoAnswer."""
    values = parsed(answer)
    if values["key"] not in keys:
        raise NoAnswer("it is signed with a key that this robot does not know")
    signed = answer[: answer.rindex(b"sig=")]
    try:
        signature = base64.b64decode(values["sig"], validate=True)
        RSAPublicNumbers(65_537, int(keys[values["key"]], 16)).public_key().verify(
            signature, signed, PKCS1v15(), SHA256()
        )
    except (ValueError, InvalidSignature):
        raise NoAnswer("its signature is not the desk's") from None
    for name, value in asked.items():
        if values[name] != value:
            raise NoAnswer(f"it is about another {name}")
    for name in ("now", "valid_until", "check_after"):
        if not values[name].isdecimal():
            raise NoAnswer(f"its {name} is no number")
    return values


@dataclass
class Clock:
    """How much time has passed since an answer came: the most that either clock says, as nobody sets both of them back,
    and never less than was said before."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic

    def begin(self, passed: float = 0.0) -> None:
        """An answer has come, of which so many seconds have passed already."""
        self._wall, self._monotonic, self._before = self.wall(), self.monotonic(), passed
        self._passed = passed

    def passed(self) -> float:
        advanced = max(self.wall() - self._wall, self.monotonic() - self._monotonic)
        self._passed = max(self._passed, self._before + advanced)
        return self._passed


Send = Callable[[str, bytes], bytes]


def send(url: str, body: bytes) -> bytes:
    """What a POST is answered with 200. Raises NoAnswer."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/x-www-form-urlencoded"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            return bytes(response.read(LONGEST_ANSWER + 1))
    except urllib.error.HTTPError as error:
        raise NoAnswer(f"the desk says {error.code}") from None
    except (OSError, ValueError) as error:
        raise NoAnswer(f"the desk cannot be reached: {error}") from None


class Licence:
    """The licence of one robot on one terminal."""

    def __init__(
        self, desk: str, keys: Mapping[str, str], licence: str, *, platform: str, account: str, server: str, mode: str,
        version: str, terminal: str, product: str = "", store: Path, send: Send = send, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._url, self._keys, self._version, self._store, self._send = (
            f"{desk}/robot/check",
            keys,
            version,
            store,
            send,
        )
        self._sent = {
            "licence": licence, "product": product, "platform": platform, "account": account, "server": server,
            "mode": mode, "terminal": terminal,
        }  # fmt: skip
        self._asked = {name: in_ascii(value) for name, value in self._sent.items()}
        self._clock = clock or Clock()
        self._answer: dict[str, str] | None = None
        self._load()

    @property
    def code(self) -> str:
        """Of the last signed answer; empty before the first."""
        return self._answer["code"] if self._answer else ""

    @property
    def message(self) -> str:
        return self._answer["message"] if self._answer else ""

    @property
    def check_after(self) -> float:
        """Seconds until the next check, give or take a tenth, so that not all robots ask at once."""
        return int(self._answer["check_after"] if self._answer else 60) * random.uniform(0.9, 1.1)  # noqa: S311

    def may_trade(self) -> bool:
        """Whether new trades may be opened now. Open positions are managed whatever it says."""
        if self._answer is None or self._answer["code"] != "VALID":
            return False
        return int(self._answer["now"]) + self._clock.passed() < int(self._answer["valid_until"])

    def check(self) -> str:
        """Asks the desk. Gives the code of its answer, or empty when nothing came that it has signed: then the last
        signed answer holds."""
        nonce = secrets.token_hex(16)
        body = urllib.parse.urlencode({"v": "1", **self._sent, "version": self._version, "nonce": nonce}).encode()
        try:
            answer = self._send(self._url, body)
            self._answer = verified(answer, self._keys, {**self._asked, "nonce": nonce})
        except NoAnswer as error:
            self.trouble = str(error)
            self._keep()
            return ""
        self.trouble = ""
        self._clock.begin()
        self._kept = answer
        self._keep()
        return self.code

    trouble = ""
    """Why the last check brought nothing."""
    _kept = b""

    def _load(self) -> None:
        """The last answer, verified again: nobody can write one by hand. What is not there, or not ours, is none."""
        try:
            head, _, answer = self._store.read_bytes().partition(b"\n")
            passed, at = map(int, head.split())
            self._answer = verified(answer, self._keys, self._asked)
        except (OSError, NoAnswer, ValueError):
            return
        self._clock.begin(passed + max(0.0, self._clock.wall() - at))
        self._kept = answer

    def _keep(self) -> None:
        """With how much of its time has passed, and when that was; a disk that is full costs no trade."""
        if not self._kept:
            return
        new = self._store.with_suffix(".new")
        try:
            new.write_bytes(b"%d %d\n" % (ceil(self._clock.passed()), self._clock.wall()) + self._kept)
            os.replace(new, self._store)
        except OSError as error:
            self.trouble = self.trouble or f"the answer cannot be kept: {error}"
