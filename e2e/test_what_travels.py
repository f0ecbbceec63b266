"""What the browser really receives: the names of the communication matrix, room by room, and no byte about others."""

import re
from collections import defaultdict

from playwright.sync_api import Page

from e2e.oracle import position, wait_until_live
from e2e.steps import act, api, ask, new_account, new_code, until

ADMIN, CLIENT, ALL = "admin-notification", "client-notification", "broadcast-notification"
CODES, ACCOUNTS, REQUESTS = "codes-updated", "customer-account-updated", "extension-request-updated"


def test_each_room_receives_its_names_and_no_other(server, sign_in):
    pages = {
        "codes": Wire(sign_in(server, "ada", "/admin/codes")),
        "accounts": Wire(sign_in(server, "ada", "/admin/accounts")),
        "extensions": Wire(sign_in(server, "grace", "/admin/extensions")),
        "bob": Wire(sign_in(server, "bob")),
        "eve": Wire(sign_in(server, "eve")),
    }
    ada = pages["codes"]

    def decide(request: int, action: str, **more: str):
        return api(server, "ada", "/api/admin/extension-requests", request_id=request, action=action, **more)

    code = ada.after(lambda: new_code(server, "bob", "24000001"))
    ada.after(lambda: act(server, code, "activate"))
    ada.after(lambda: ask(server, {"id": 1}))
    ada.after(lambda: decide(1, "reject", reason="No."))
    ada.after(lambda: api(server, "ada", "/api/admin/accounts", account_id=1, action="suspend"))
    ada.after(lambda: new_account(server, "eve", "24000002"))
    ada.after(lambda: act(server, code, "complete"))
    ada.after(lambda: api(server, "ada", "/api/admin/broadcast", message="To all"))
    last = ada.positions[-1]
    for page in pages.values():
        page.wait_for(last)

    assert [{name: names for name, page in pages.items() if (names := page.names_at[at])} for at in ada.positions] == [
        {"codes": {ADMIN, CODES}, "accounts": {ADMIN}, "extensions": {ADMIN}, "bob": {CODES}},
        {
            "codes": {ADMIN, CODES},
            "accounts": {ADMIN, ACCOUNTS},
            "extensions": {ADMIN},
            "bob": {CODES, ACCOUNTS, CLIENT},
        },
        {"codes": {ADMIN}, "accounts": {ADMIN}, "extensions": {ADMIN, REQUESTS}, "bob": {ACCOUNTS}},
        {"codes": {ADMIN}, "accounts": {ADMIN, ACCOUNTS}, "extensions": {ADMIN, REQUESTS}, "bob": {ACCOUNTS, CLIENT}},
        {"codes": {ADMIN}, "accounts": {ADMIN, ACCOUNTS}, "extensions": {ADMIN}, "bob": {ACCOUNTS, CLIENT}},
        {"codes": {ADMIN}, "accounts": {ADMIN, ACCOUNTS}, "extensions": {ADMIN}, "eve": {ACCOUNTS, CLIENT}},
        {"codes": {ADMIN, CODES}, "accounts": {ADMIN}, "extensions": {ADMIN}, "bob": {CODES, CLIENT}},
        {name: {ALL} for name in pages},
    ]
    for reader, others in (("eve", ("24000001", "bob", code["code"])), ("bob", ("24000002",))):
        for word in others:
            assert word not in pages[reader].everything


class Wire:
    """All that one page's socket brings: the event names of each frame, by the position of the log at its end."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.everything = ""
        self.names_at: dict[int, set[str]] = defaultdict(set)
        self.positions: list[int] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._note_names))
        page.reload()
        wait_until_live(page)

    def _note_names(self, frame: str | bytes) -> None:
        text = str(frame)
        self.everything += text
        for at in re.findall(r'id="cursor"[^>]* value="(\d+)"', text):
            self.names_at[int(at)] |= set(re.findall(r'data-event="([a-z-]+)"', text))

    def after(self, happens):
        """Waits until this page has got it, so that every event travels in a frame of its own."""
        before = position(self.page)
        done = happens()
        until(self.page, lambda: position(self.page) > before, f"an event after {before}")
        self.positions.append(position(self.page))
        return done

    def wait_for(self, at: int) -> None:
        until(self.page, lambda: position(self.page) >= at, f"event {at}")
