"""What a page is told whose socket has closed: why it will not connect again, and the way back."""

from __future__ import annotations

import pytest

from app.people.tables import Person
from tests.browser import Browser

PAGE = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("reader", "url", "way_back"),
    [(None, "/admin/codes", "/login"), ("bob", "/admin/codes", "/"), ("ada", "/", "/"), ("bob", "/gone", "/")],
)
async def test_a_page_that_will_not_connect_again_is_told_why_and_the_way_back(
    ada: Person, bob: Person, reader: str | None, url: str, way_back: str
) -> None:
    browser = await Browser.of({"ada": ada, "bob": bob}[reader] if reader else None, PAGE)
    response = await browser.get("/live/ended", headers={"HX-Current-URL": f"http://desk.test{url}"})
    assert response.status_code == 200
    assert f'<a href="{way_back}">' in response.text


@pytest.mark.parametrize(("reader", "url"), [("bob", "/"), ("ada", "/admin/codes?status=pending")])
async def test_a_page_that_may_connect_again_is_told_nothing(ada: Person, bob: Person, reader: str, url: str) -> None:
    browser = await Browser.of({"ada": ada, "bob": bob}[reader], PAGE)
    response = await browser.get("/live/ended", headers={"HX-Current-URL": f"http://desk.test{url}"})
    assert response.status_code == 204
    assert response.text == ""
