"""A slow network delivers each script when it likes; the page goes live all the same."""

import pytest
from playwright.sync_api import Page, Request, Route

from e2e.oracle import wait_until_live
from e2e.steps import until

SCRIPTS = ("htmx", "hx-ws", "hx-upsert")


@pytest.mark.parametrize("late", SCRIPTS)
def test_a_page_goes_live_whichever_script_comes_last(server, sign_in, late):
    ada = sign_in(server, "ada", "/admin/codes")
    held: list[Route] = []
    loaded: set[str] = set()
    ada.route(f"**/vendor/{late}-*", lambda route: held.append(route))
    ada.on("requestfinished", lambda request: loaded.update(name for name in SCRIPTS if is_script(request, name)))
    ada.goto("/admin/codes", wait_until="commit")
    # It is late: all that can run without it has loaded, and has run.
    until(ada, lambda: held and len(loaded) == len(SCRIPTS) - 1 and parsed_as_far(ada, late), "all but the late script")
    held[0].continue_()
    wait_until_live(ada)


def is_script(request: Request, name: str) -> bool:
    return f"/vendor/{name}-" in request.url


def parsed_as_far(page: Page, late: str) -> bool:
    """htmx itself holds the parser up; the others are deferred until all has been read."""
    return page.evaluate("document.readyState") == ("loading" if late == "htmx" else "interactive")
