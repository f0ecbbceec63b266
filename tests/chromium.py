"""The browser of the tests, from the system's packages."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

PROGRAMS = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there: all are the same engine, and the shell opens a page in a third of a browser's time, because
it is without profiles, extensions and windows. `tests/need.sh` knows the same names."""

FLAGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")


def launch(playwright: Playwright) -> Browser:
    """With the back/forward cache, which is off under Playwright by default."""
    return playwright.chromium.launch(
        executable_path=next(filter(None, map(shutil.which, PROGRAMS)), None),
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
