"""Robots on a terminal, in Python and in MQL: driven alike, so that one table of tests holds for both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.databases import ROOT

sys.path.insert(0, str(ROOT / "clients/python"))  # it is no part of the desk, and stands where a robot has it
import codedesk_client as client

Known = dict[str, str]
"""Moduli of the desk's keys, by their ids."""


class PythonTerminal:
    def __init__(self, store: Path) -> None:
        self.store = store
        self._wall, self._ticks = 1_700_000_000.0, 50.0

    def start(self, desk: str, known: Known, licence: str, account: str, server: str, product: str) -> None:
        """The robot is started, or once more."""
        clock = client.Clock(lambda: self._wall, lambda: self._ticks)
        self.licence = client.Licence(
            desk, known, licence, platform="mt5", account=account, server=server, mode="real", version="1.0",
            terminal="A1B2C3", product=product, store=self.store, clock=clock,
        )  # fmt: skip

    def check(self) -> str:
        """The code of the answer; empty: nothing came that the desk has signed."""
        return self.licence.check()

    def may_trade(self) -> bool:
        return self.licence.may_trade()

    @property
    def code(self) -> str:
        return self.licence.code

    @property
    def trouble(self) -> str:
        return self.licence.trouble

    @property
    def check_after(self) -> float:
        return self.licence.check_after

    def passes(self, *, wall: float = 0, ticks: float = 0) -> None:
        """Seconds, by the clock that people set and by the one that nobody sets; less than none: it is set back."""
        self._wall += wall
        self._ticks += ticks

    def fill_the_disk(self) -> None:
        self.licence._store = self.store.parent / "no such folder" / "licence.txt"

    def has_signed(self, modulus: str, answer: bytes) -> bool:
        try:
            client.verified(answer, dict.fromkeys([answer.partition(b"\nkey=")[2][:16].decode("latin-1")], modulus), {})
        except client.NoAnswer:
            return False
        return True

    def end(self) -> None:
        pass


class MqlTerminal:
    """The include, compiled as C++ (mql/robot.cpp)."""

    def __init__(self, store: Path, program: Path) -> None:
        self.store = store
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def _say(self, *words: object) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        return self._process.stdout.readline().rstrip("\n")

    def start(self, desk: str, known: Known, licence: str, account: str, server: str, product: str) -> None:
        keys = [word for pair in known.items() for word in pair]
        self._say("desk", desk, *keys, *["-"] * (4 - len(keys)))
        self._say("robot", licence, account, server, product, self.store)

    def check(self) -> str:
        return self.code if self._say("check") == "1" else ""

    def may_trade(self) -> bool:
        return self._say("may") == "1"

    @property
    def code(self) -> str:
        return self._say("code")

    @property
    def trouble(self) -> str:
        return self._say("trouble")

    @property
    def check_after(self) -> float:
        return int(self._say("after"))

    def passes(self, *, wall: float = 0, ticks: float = 0) -> None:
        self._say("local", int(wall))
        self._say("ticks", int(ticks * 1000))

    def fill_the_disk(self) -> None:
        self._say("full", 1)

    def refuse(self, error: int) -> None:
        """WebRequest, with an error of MetaTrader's."""
        self._say("error", error)

    def has_signed(self, modulus: str, answer: bytes) -> bool:
        file = self.store.with_suffix(".answer")
        file.write_bytes(answer)
        return self._say("verify", file, modulus) == "1"

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


Terminal = PythonTerminal | MqlTerminal
