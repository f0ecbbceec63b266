"""What people do at the desk, through its JSON."""

from __future__ import annotations

import time
from typing import Any

import httpx

from tests.live.rows import execute
from tests.server import Server

NUMBER = "12345678"


class People:
    """Ada, Grace, Bob and Eve, signed in: `browser` as a page has it, `api` for what others do meanwhile."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.browser: dict[str, httpx.Client] = {name: server.client(name) for name in ("ada", "grace", "bob", "eve")}

    def ask(self, who: str, method: str, path: str, **fields: Any) -> httpx.Response:
        return self.browser[who].request(method, path, json=fields or None, headers={"Accept": "application/json"})

    def do(self, who: str, path: str, **fields: Any) -> Any:
        response = self.ask(who, "POST", path, **fields)
        assert response.status_code in (200, 201), f"{path} {fields}: {response.text}"
        return response.json()

    def items(self, who: str, path: str) -> list[dict[str, Any]]:
        items = self.ask(who, "GET", path).json()["items"]
        assert isinstance(items, list)
        return items

    def generates(self, who: str = "bob", plan: str = "30", number: str = NUMBER) -> dict[str, Any]:
        return self.do(who, "/api/generate-code", platform="mt5", account_number=number, plan=plan, product="robot")

    def acts(self, action: str, *codes: dict[str, Any], who: str = "ada") -> Any:
        return self.do(who, "/api/admin/codes", code_id=[code["id"] for code in codes], action=action)

    def has_code(self, status: str, who: str = "bob") -> dict[str, Any]:
        code = self.generates(who)
        if status == "activated":
            self.acts("activate", code)
        return code

    def has_account(self, who: str = "bob", plan: str = "30") -> int:
        """By hand, without a code."""
        made = self.do(
            "ada",
            "/api/admin/create-account",
            username=who,
            platform="mt5",
            account_number=NUMBER,
            plan=plan,
            product="robot",
        )
        return int(made["id"])

    def asks(self, account: int, who: str = "bob") -> int:
        return int(self.do(who, "/api/extend-code", account_id=account, plan="30", note="please")["id"])

    def decides(self, action: str, request: int, who: str = "ada") -> None:
        self.do(who, "/api/admin/extension-requests", request_id=request, action=action, reason="not now")

    def runs(self, account: int, /, **said: str) -> str:
        """A robot with the licence of this account asks; the code of what it is told."""
        row = self.ask("ada", "GET", f"/admin/accounts/{account}").json()["account"]
        robot = {
            "v": "1", "licence": row["licence"], "platform": row["platform"], "account": row["account_number"],
            "server": "Broker-Real7", "mode": "real", "version": "1.0", "terminal": "A1", "nonce": "0" * 32,
        }  # fmt: skip
        told = self.server.client().post(
            "/robot/check", data=robot | said, headers={"Accept": "application/json"}
        )  # fmt: skip
        assert told.status_code == 200, told.text
        return str(told.json()["code"])

    def until_logged(self, kind: str, account: int) -> None:
        """Until the log tells so of an account."""
        deadline = time.monotonic() + 20
        of_account = f'%"account":{account},%'
        while not execute(
            self.server.database_url, "SELECT id FROM event WHERE kind = {} AND data LIKE {}", kind, of_account
        ):
            assert time.monotonic() < deadline, f"no {kind} happened"
            time.sleep(0.02)

    def asks_to_move(self, account: int, number: str = "87654321") -> int:
        return int(self.do("bob", "/api/move-account", account_id=account, account_number=number)["id"])

    def broadcasts(self, message: str = "marker", who: str = "grace") -> int:
        """Gives the event's id."""
        return int(self.do(who, "/api/admin/broadcast", message=message, level="info")["id"])
