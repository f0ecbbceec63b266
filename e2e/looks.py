"""Every page as it looks: `python -m e2e.looks DIRECTORY` starts a server on a demo desk and takes its pictures,
at three widths, in the light and the dark, in forced colours and in Thai."""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.seed import DEMO_SIGN_INS
from tests.chromium import launch
from tests.databases import run_app
from tests.server import Server

WIDTHS = {1360: 900, 1920: 1080, 360: 740}
"""With the height of the window; a picture shows the page to twice that at most."""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active", "color_scheme": "dark"},
    "thai": {"locale": "th-TH", "color_scheme": "light"},
}
NEW_CLIENT, NUMBERS = "noor", count(1)
PAGES: dict[str, dict[str, str]] = {
    "": {"login": "/login", "register": "/register", "styleguide": "/styleguide"},
    "bob": {
        "desk": "/", "desk-notifications": "/notifications", "desk-me": "/me", "help": "/help",
        "desk-extend": "/extend/1", "desk-account": "/accounts/1", "desk-move": "/move/1", "desk-trial": "/trial",
        "desk-code": "/codes/1", "desk-request": "/requests/1", "desk-search": "/search?q=2",
        "desk-factor": "/me/second-factor",
    },
    NEW_CLIENT: {"desk-new": "/"},
    "ada": {
        "admin": "/admin", "admin-codes": "/admin/codes", "admin-accounts": "/admin/accounts",
        "admin-extensions": "/admin/extensions", "admin-activity": "/admin/activity",
        "admin-broadcast": "/admin/broadcast", "admin-notifications": "/notifications",
        "admin-account": "/admin/accounts/1", "admin-products": "/admin/products",
        "admin-product-new": "/admin/products/new", "admin-account-move": "/admin/accounts/1/move",
        "admin-account-new": "/admin/accounts/new", "admin-account-extend": "/admin/accounts/1/extend",
        "admin-code-actions": "/admin/codes/1/actions",
        "admin-code-confirm": "/admin/codes/confirm?action=cancel&code_id=1",
        "admin-decide": "/admin/extensions/1/decide?action=reject", "admin-no-match": "/admin/codes?q=nothing",
        "admin-people": "/admin/people", "admin-person": "/admin/people/3",
        "admin-code": "/admin/codes/1", "admin-request": "/admin/extensions/1", "admin-search": "/search?q=bob",
        "admin-import": "/admin/accounts/import", "admin-unread": "/notifications?status=unread",
    },
}  # fmt: skip
"""By who reads them."""
SCALE, QUALITY = 0.5, 60


def main(folder: Path, only: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with demo_desk() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for look, options in LOOKS.items():
            for name, pages in PAGES.items():
                context = signed_in(browser, server, name, options)
                page = context.new_page()
                for file, path in pages.items():
                    for width, height in WIDTHS.items():
                        if only in f"{file}-{width}-{look}":
                            picture = picture_of(page, path, width, height)
                            if picture:
                                (folder / f"{file}-{width}-{look}.webp").write_bytes(picture)
                context.close()
        browser.close()


@contextmanager
def demo_desk() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="codedesk-looks-") as temporary:
        database = f"sqlite:///{temporary}/desk.db"
        for command in ("migrate", "seed"):
            run_app(database, "-m", "app", command)
        with Server(database, log=Path(temporary) / "server.log") as server:
            yield server


def signed_in(browser: Browser, server: Server, name: str, options: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(base_url=server.url, reduced_motion="reduce", **options)
    passwords = {person: password for person, _, password in DEMO_SIGN_INS}
    if name in passwords:
        context.request.post("/login", form={"username": name, "password": passwords[name]})
    elif name:
        new = f"{name}-{next(NUMBERS)}"
        fields = {"username": new, "email": f"{new}@example.com", "password": "seventeen-tame-herons"}
        assert context.request.post("/register", form=fields).ok
    return context


def picture_of(page: Page, path: str, width: int, height: int) -> bytes | None:
    """None for a page that this desk does not have."""
    page.set_viewport_size({"width": width, "height": height})
    response = page.goto(path)
    if response is None or response.status == 404:
        return None
    if page.locator("#connection").count():
        expect(page.locator("#connection .live")).to_be_visible(timeout=15_000)  # in whichever language
    shown = min(2 * height, int(page.evaluate("() => document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": width, "height": max(height, shown)})
    clip = {"x": 0, "y": 0, "width": width, "height": max(height, shown), "scale": SCALE}
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip})
    session.detach()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
