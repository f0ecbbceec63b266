"""A trial: some days on demo accounts, by an admin's hand or by the client, once for each product."""

import asyncio
from datetime import timedelta

import pytest

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.errors import Conflict, Invalid
from app.products.tables import Product, Terms
from tests.browser import PLAIN, Browser, api
from tests.inspection import everything, happened

DEMO = {"platform": "mt5", "account_number": "12345678"}


@pytest.fixture
async def scalper(ada):
    return await Product.create("night-scalper", Terms(name="Night Scalper", trial_days=14), by=ada)


async def test_a_client_starts_one_and_it_runs_at_once(bob, scalper):
    account = await CustomerAccount.start_trial(bob, **DEMO, product="night-scalper")
    assert (account.origin, account.plan, account.status, account.product) == ("trial", "14", "valid", "night-scalper")
    assert timedelta(days=13.9) < account.expires_at - now() < timedelta(days=14.1)
    assert (await happened())[1:] == [("TrialStarted", bob.id, "bob")]


async def test_once_for_each_product_also_when_asked_twice_at_once(bob, eve, scalper):
    starts = [CustomerAccount.start_trial(bob, **DEMO, product="night-scalper") for _ in range(5)]
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 4 + ["CustomerAccount"]
    await CustomerAccount.start_trial(eve, **DEMO, product="night-scalper")
    assert [kind for kind, _, _ in await happened()].count("TrialStarted") == 2


async def test_only_where_the_product_offers_it(bob, scalper):
    before = await everything()
    with pytest.raises(Conflict):
        await CustomerAccount.start_trial(bob, **DEMO, product="robot")
    with pytest.raises(Invalid):
        await CustomerAccount.start_trial(bob, **DEMO, product="")
    with pytest.raises(Invalid):
        await CustomerAccount.start_trial(bob, platform="mt5", account_number="1", product="night-scalper")
    assert await everything() == before


async def test_by_hand_an_admin_says_how_long(bob, ada):
    admin = await api(ada)
    fields = {"username": "bob", **DEMO, "plan": "trial"}
    refused = await admin.post("/api/admin/create-account", data=fields)
    assert refused.json()["error"]["fields"].keys() == {"trial_days"}
    made = await admin.post("/api/admin/create-account", data=fields | {"trial_days": 5})
    assert (made.status_code, made.json()["origin"], made.json()["plan"]) == (201, "trial", "5")
    again = await admin.post("/api/admin/create-account", data=fields | {"trial_days": 5})
    assert again.status_code == 409
    assert (await happened())[0] == ("AccountCreated", bob.id, "ada")


async def test_the_desk_offers_it_until_it_was_had(bob, ada, scalper):
    browser = await Browser.of(bob, PLAIN)
    assert "Night Scalper" in (await browser.get("/")).text
    assert "Number of the demo account" in (await browser.get("/trial")).text
    started = await (await api(bob)).post("/api/start-trial", data=DEMO | {"product": "night-scalper"})
    assert started.status_code == 201
    assert "You can try it first" not in (await browser.get("/")).text
