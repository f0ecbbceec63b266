"""8 KiB of the worst signs in every parameter of every page: answered without holding the loop. On
either database, where a page takes any; what a page does not know reaches none, and is fed with some of them."""

import re

import pytest

from app.domains import pages
from tests.browser import PLAIN, Browser
from tests.edge.loop_holds import MOST, holds
from tests.edge.routes import READS, WORST, some_signs

OF_FORMS = ("next", "action", "code_id", "unknown")
"""Of the forms that a page shows, and one that it does not know, as another page's are to it."""
PARAMETERS = {page.path: (*page.parameters, *OF_FORMS) for page in pages()}
EACH_SIGN = {"/admin/codes", "/search"}
"""Of the other pages with a list each takes what is typed as one of these does: they are fed with some."""
LOOKED_UP = {page.path for page in pages() if page.parameters} | {"/admin/codes/confirm"}


@pytest.fixture
def people(ada, bob):
    return {"ada": ada, "bob": bob}


@pytest.mark.parametrize(
    "path", [path if path in LOOKED_UP else pytest.param(path, marks=pytest.mark.once) for path in READS]
)
async def test_no_parameter_of_a_page_holds_the_loop(people, path):
    url = re.sub(r"\{\w+:int\}", "1", path).replace("{file_path:path}", "app.css")
    assert "{" not in url, "another kind of parameter: put it here"
    browser = await Browser.of(people["ada" if "/admin" in path else "bob"], dict(PLAIN))
    await browser.get(url)
    for parameter in PARAMETERS.get(path, OF_FORMS):
        for sign in (WORST if path in EACH_SIGN else some_signs(READS.index(path))).values():
            quoted = "".join(f"%{byte:02X}" for byte in sign.encode())
            query = quoted * (8_000 // len(quoted))
            with holds() as seen:
                response = await browser.get(f"{url}?{parameter}={query}")
            assert response.status_code < 500
            assert seen.longest < MOST, f"{parameter} held the loop for {seen.longest:.3f} s"
    for query in ("&" * 8_000, "=&" * 4_000, "a=1&" * 2_000, "code_id=1&" * 800):
        with holds() as seen:
            assert (await browser.get(f"{url}?{query}")).status_code < 500
        assert seen.longest < MOST, f"{query[:20]} held the loop for {seen.longest:.3f} s"
    assert (await browser.get(f"{url}?q={'a' * 9_000}")).status_code == 422
