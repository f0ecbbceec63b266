"""A slow network delivers each script when it likes; the page goes live all the same."""

import pytest
from playwright.sync_api import Route

from e2e.oracle import wait_until_live


@pytest.mark.parametrize("late", ["htmx", "hx-ws", "hx-upsert"])
def test_a_page_goes_live_whichever_script_comes_last(server, sign_in, late):
    ada = sign_in(server, "ada", "/admin/codes")
    held: list[Route] = []
    ada.route(f"**/vendor/{late}-*", lambda route: held.append(route))
    ada.goto("/admin/codes", wait_until="commit")
    while not held:
        ada.wait_for_timeout(10)
    ada.wait_for_timeout(300)  # it is late: all that can run without it has run
    held[0].continue_()
    wait_until_live(ada)
