"""What travels compressed, and what does not, because its length would tell what stands in it (BREACH): as
docs/security.md has it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from app.codes.tables import TradingCode
from app.web.compression import MOST_PADDING, padded_gzip
from tests.browser import HTMX, JSON, PLAIN, Browser

GZIP = {**PLAIN, "Accept-Encoding": "gzip, deflate, br"}
OWN = {**GZIP, "Sec-Fetch-Site": "same-origin"}


def is_compressed(response: Any) -> bool:
    return response.headers.get("content-encoding") == "gzip"


@pytest.mark.parametrize("path", ["/admin/codes", "/admin", "/admin/codes?q=typed", "/me", "/admin/accounts/new"])
async def test_a_page_is_short_for_our_own_pages_and_as_it_is_for_other_sites(ada: Any, path: str) -> None:
    browser = await Browser.of(ada)
    for site, is_short in (
        ("same-origin", True), ("none", True), ("cross-site", False), ("same-site", False), ("odd", False), ("", False),
    ):  # fmt: skip
        response = await browser.get(path, headers={**GZIP, "Sec-Fetch-Site": site})
        assert response.status_code == 200
        assert is_compressed(response) == is_short, site
        assert "</html>" in response.text
        assert {"accept-encoding", "sec-fetch-site"} <= {*response.headers["vary"].lower().split(", ")}
    assert not is_compressed(await browser.get(path, headers=GZIP)), "an old browser does not say whose request it is"


async def test_nobodys_page_is_short_for_everybody(desk: None) -> None:
    for site in ("cross-site", "none"):
        response = await Browser().get("/login?next=/admin", headers={**GZIP, "Sec-Fetch-Site": site})
        assert is_compressed(response)
        assert "Sign in" in response.text


@pytest.mark.parametrize(
    ("accepts", "is_short"),
    [("gzip", True), ("br, GZip;q=0.5", True), ("gzip;q=0", False), ("gzip; q=0.000", False), ("br", False),
     ("identity", False), ("", False), ("x-gzipped", False)],
)  # fmt: skip
async def test_only_who_unpacks_it_gets_it_packed(ada: Any, accepts: str, is_short: bool) -> None:
    headers = {**OWN, "Accept-Encoding": accepts}
    assert is_compressed(await (await Browser.of(ada)).get("/admin/codes", headers=headers)) == is_short
    assert is_compressed(await Browser().get("/static/app.css", headers=headers)) == is_short


async def test_what_is_small_and_what_is_no_page_travels_as_it_is(ada: Any, bob: Any) -> None:
    browser = await Browser.of(ada)
    assert not is_compressed(await browser.get("/admin/codes", headers={**OWN, **JSON}))
    assert not is_compressed(await Browser().get("/live/ended", headers=OWN))
    code = await TradingCode.generate(bob, platform="mt5", account_number="40000001", plan="30")
    acting = {**OWN, **HTMX, "HX-Current-URL": "http://desk.test/admin/codes"}
    done = await browser.post("/api/admin/codes", data={"code_id": code.id, "action": "activate"}, headers=acting)
    assert done.status_code == 200
    assert not is_compressed(done), "an action is not made to wait for it"


def test_the_length_is_off_by_a_number_that_nobody_knows() -> None:
    page = b"<p>the same page</p>" * 100
    packed = [padded_gzip(page) for _ in range(400)]
    assert {gzip.decompress(each) for each in packed} == {page}
    lengths = {len(each) for each in packed}
    assert len(lengths) > MOST_PADDING / 2
    assert max(lengths) - min(lengths) <= MOST_PADDING
