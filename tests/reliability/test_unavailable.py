"""The database cannot work for a while: requests say so, nothing is half done, and the desk goes on by itself."""

import pytest

from tests.live.pages import settle
from tests.live.rows import execute
from tests.reliability.waiting import held, within

LOG = "SELECT pg_advisory_xact_lock(7265001)"
"""What every writer of events must take, on PostgreSQL; on SQLite all writing is held anyway."""


def everything(url):
    tables = ("trading_code", "customer_account", "extension_request", "event")
    return [execute(url, f"SELECT * FROM {table} ORDER BY id") for table in tables]


def fails_with_503(people, **headers):
    """An action in these words gets 503; gives its text."""
    form = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    response = people.browser["bob"].post("/api/generate-code", data=form, headers=headers)
    assert response.status_code == 503, response.text
    return response


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_database_that_somebody_holds_is_503_and_nothing_is_half_done(pair, people, open_page, accept):
    url = pair[0].database_url
    page = open_page(pair[1], people, "bob", "/")
    before = everything(url)
    with held(url, LOG):
        response = fails_with_503(people, Accept=accept)
        assert people.browser["bob"].get("/").status_code == 200  # reading goes on
    message = response.json()["error"]["message"] if accept == "application/json" else response.text
    assert "Nothing was changed" in message
    assert everything(url) == before
    code = people.generates()
    page.until(lambda: f"code-{code['id']}" in page.document.rows("codes"), "the next code")
    settle([page], people.broadcasts())
    page.assert_up_to_date()
    within(10, pair[0].is_well, "the desk is well")
