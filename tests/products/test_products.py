import asyncio

import pytest

from app.codes.tables import TradingCode
from app.errors import Conflict, Invalid
from app.products.tables import MODES, MOST_PRODUCTS, Product, Terms, is_old
from tests.browser import JSON, Browser, api
from tests.inspection import everything, happened, last_event

SCALPER = Terms(
    name="Night Scalper", seats=3, modes=("demo", "real"), least_version="1.20", offline_hours=48, check_hours=2,
    trial_days=14,
)  # fmt: skip
LICENCE = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


async def the_first() -> Product:
    [robot] = await Product.on_sale()
    return robot


async def test_a_desk_begins_with_one(desk):
    robot = await the_first()
    assert (robot.slug, robot.status, robot.terms) == (
        "robot", "active", Terms(name="Trading robot", modes=MODES, offline_hours=72, check_hours=6),
    )  # fmt: skip


async def test_an_admin_adds_one(ada):
    product = await Product.create("night-scalper", SCALPER, by=ada)
    assert product.terms == Terms(
        name="Night Scalper", seats=3, modes=("real", "demo"), least_version="1.20", offline_hours=48, check_hours=2,
        trial_days=14,
    )  # fmt: skip
    assert await happened() == [("ProductCreated", None, "ada")]
    assert (await last_event()).product == product.id
    assert [sold.slug for sold in await Product.on_sale()] == ["robot", "night-scalper"]


@pytest.mark.parametrize("slug", ["", "Night", "-night", "night-", "n" * 33, "night scalper", "ночь", "n\0"])
async def test_a_slug_is_what_a_robot_can_have_compiled_in(ada, slug):
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await Product.create(slug, SCALPER, by=ada)
    assert refused.value.fields.keys() == {"slug"}
    assert await everything() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"name": "n" * 41}, "name"),
        ({"modes": ()}, "modes"), ({"modes": ("fake",)}, "modes"),
        ({"seats": 0}, "seats"), ({"seats": 101}, "seats"), ({"least_version": "1."}, "least_version"),
        ({"least_version": "one"}, "least_version"), ({"offline_hours": 0}, "offline_hours"),
        ({"offline_hours": 721}, "offline_hours"), ({"check_hours": 49}, "check_hours"),
        ({"check_hours": 6, "offline_hours": 5}, "offline_hours"), ({"trial_days": 91}, "trial_days"),
    ],
)  # fmt: skip
async def test_terms_that_make_no_sense_change_nothing(ada, change, field):
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await Product.create("night-scalper", Terms(**{"name": "Night Scalper", **change}), by=ada)
    assert refused.value.fields.keys() == {field}
    assert await everything() == before


async def test_a_slug_is_given_once(ada, grace):
    await Product.create("night-scalper", SCALPER, by=ada)
    before = await everything()
    with pytest.raises(Conflict) as refused:
        await Product.create("night-scalper", SCALPER, by=grace)
    assert "slug" in refused.value.fields
    assert await everything() == before


async def test_there_are_no_more_than_a_form_can_offer(ada):
    for number in range(MOST_PRODUCTS - 1):
        await Product.create(f"robot-{number}", SCALPER, by=ada)
    with pytest.raises(Conflict):
        await Product.create("one-more", SCALPER, by=ada)


async def test_of_two_who_change_it_at_once_the_second_reads_who_was_first(ada, grace):
    robot = await the_first()
    changed = await robot.change(SCALPER, by=ada, version=robot.version)
    assert changed.name == "Night Scalper"
    assert (await last_event()).product == robot.id
    before = await everything()
    with pytest.raises(Conflict) as refused:
        await robot.change(Terms(name="Other"), by=grace, version=robot.version)
    assert "by ada" in refused.value.message
    assert await everything() == before


async def test_nobody_gets_a_licence_of_a_retired_one_and_those_that_there_are_run_on(ada, bob):
    scalper = await Product.create("night-scalper", SCALPER, by=ada)
    code = await TradingCode.generate(bob, **LICENCE, product="night-scalper")
    await scalper.retire(by=ada)
    with pytest.raises(Invalid):
        await TradingCode.generate(bob, **LICENCE, product="night-scalper")
    assert (await code.activate(by=ada)).status == "activated"
    with pytest.raises(Conflict):
        await scalper.retire(by=ada)
    assert (await scalper.restore(by=ada)).status == "active"
    assert [kind for kind, _, _ in (await happened())[4:]] == ["ProductRestored"]


async def test_the_last_one_stays_on_sale_also_when_two_retire_at_once(ada, grace):
    robot, scalper = await the_first(), await Product.create("night-scalper", SCALPER, by=ada)
    results = await asyncio.gather(robot.retire(by=ada), scalper.retire(by=grace), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Product"]
    assert len(await Product.on_sale()) == 1


async def test_with_one_product_none_is_asked_for_and_with_two_one_must_be_named(ada, bob):
    client = await api(bob)
    made = (await client.post("/api/generate-code", data=LICENCE)).json()
    assert made["product"] == "robot"
    desk = await (await Browser.of(bob)).get("/", headers={"Accept": "text/html"})
    assert "generate-product-choice" in desk.text
    assert '<select id="generate-product"' not in desk.text
    await Product.create("night-scalper", SCALPER, by=ada)
    desk = await (await Browser.of(bob)).get("/", headers={"Accept": "text/html"})
    assert '<select id="generate-product"' in desk.text
    refused = await client.post("/api/generate-code", data=LICENCE)
    assert refused.status_code == 422
    assert refused.json()["error"]["fields"] == {"product": "Choose one of robot, night-scalper."}
    made = (await client.post("/api/generate-code", data=LICENCE | {"product": "night-scalper"})).json()
    assert made["product"] == "night-scalper"
    activated = await (await api(ada)).post("/api/admin/codes", data={"code_id": made["id"], "action": "activate"})
    assert activated.json()["product"] == "night-scalper"
    [account] = (await (await api(ada)).get("/admin/accounts?product=night-scalper")).json()["items"]
    assert (account["licence"], account["product"]) == (made["code"], "night-scalper")
    assert (await (await api(ada)).get("/admin/accounts?product=robot")).json()["items"] == []


async def test_the_same_request_for_another_product_is_another(ada, bob):
    await Product.create("night-scalper", SCALPER, by=ada)
    await TradingCode.generate(bob, **LICENCE, product="robot", request_key="k")
    with pytest.raises(Conflict):
        await TradingCode.generate(bob, **LICENCE, product="night-scalper", request_key="k")


async def test_forms_are_refused_field_by_field_and_keep_what_was_entered(ada):
    admin = await Browser.of(ada, {"Accept": "text/html"})
    form = {"slug": "night-scalper", "name": "Night", "modes": ["real", "demo"], "seats": "none"}
    refused = await admin.post("/api/admin/products/new", data=form)
    assert refused.status_code == 422
    assert "Enter a number from 1 to 100." in refused.text
    assert 'value="Night"' in refused.text
    assert refused.text.count(" checked") == 2
    made = await admin.post("/api/admin/products/new", data=form | {"seats": ""}, headers=JSON)
    assert (made.status_code, made.json()["seats"]) == (201, None)


@pytest.mark.parametrize(
    ("version", "least", "old"),
    [
        ("1.20", "1.20", False), ("1.19.9", "1.20", True), ("1.3", "1.20", True), ("2", "1.20", False),
        ("1.20.0.1", "1.20", False), ("2.4 build 7", "2.4", False), ("beta", "1.0", True), ("", "1.0", True),
        ("anything", "", False),
    ],
)  # fmt: skip
def test_versions_are_compared_by_their_numbers(version, least, old):
    assert is_old(version, least) == old
