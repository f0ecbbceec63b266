"""The search box of a list: what the page shows, and what a push is tested by, are the same rows."""

import pytest

from app.codes.regions import CodeListing
from app.codes.tables import TradingCode
from app.i18n.locale import ENGLISH
from app.listings.filter import Filter
from tests.browser import api

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


@pytest.mark.parametrize("typed", ["-", "--", " - ", "%", "_", "-%-", "."])
async def test_what_means_nothing_finds_nothing(bob, ada, typed):
    code = await TradingCode.generate(bob, **WISH)
    asking = await api(ada)
    assert (await asking.get("/admin/codes", params={"q": typed})).json()["items"] == []
    listing = CodeListing.for_admins(Filter(q=typed), "", ENGLISH)
    assert (await listing.window(10), listing.matches(code)) == ([], False)


async def test_a_key_is_found_by_its_beginning_however_it_is_typed(bob, ada):
    code = await TradingCode.generate(bob, **WISH)
    asking = await api(ada)
    for typed in (code.grouped_key, code.code.lower(), f" {code.grouped_key[:8]}-", f"-{code.code[:7]}", "bob", "1234"):
        [item] = (await asking.get("/admin/codes", params={"q": typed})).json()["items"]
        assert item["id"] == code.id


@pytest.mark.parametrize("after", ["0", "-1", "x", "1e3", "²", "١٢", "2147483648", "9" * 4000])
async def test_a_page_after_what_cannot_be_the_id_of_a_row_does_not_exist(ada, after):
    assert (await (await api(ada)).get("/admin/codes", params={"after": after})).status_code == 422


async def test_a_page_after_any_id_that_a_row_can_have_exists(bob, ada):
    code = await TradingCode.generate(bob, **WISH)
    for after in (code.id + 1, 2**31 - 1):
        [item] = (await (await api(ada)).get("/admin/codes", params={"after": after})).json()["items"]
        assert item["id"] == code.id


@pytest.mark.parametrize("key", ["0", "one", "²", "١٢", "2147483648"])
async def test_an_action_on_what_cannot_be_a_code_has_nothing_to_confirm(ada, key):
    query = {"action": "cancel", "code_id": key}
    assert (await (await api(ada)).get("/admin/codes/confirm", params=query)).status_code == 422
