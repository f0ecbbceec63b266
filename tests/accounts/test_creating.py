import pytest

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.errors import Invalid
from app.licences.key import is_valid
from tests.browser import api
from tests.inspection import everything, happened, last_event

WISH = {"platform": "mt4", "account_number": "88123407", "plan": "90"}


async def test_ada_makes_an_account_for_bob_by_hand_with_a_key_of_its_own(bob, ada):
    before = now()
    account = await CustomerAccount.create("bob", **WISH, by=ada)
    assert (account.owner, account.origin, account.status, account.plan) == (bob.id, "manual", "valid", "90")
    assert is_valid(account.licence)
    assert 89 <= (account.expires_at - before).days <= 90
    assert await happened() == [("AccountCreated", bob.id, "ada")]
    assert (await last_event()).account == account.id


async def test_the_clients_name_may_be_typed_in_any_case(bob, ada):
    made = await (await api(ada)).post("/api/admin/create-account", data=WISH | {"username": "  Bob "})
    assert (made.status_code, made.json()["owner"]) == (201, "bob")


@pytest.mark.parametrize("nobody", ["", "mallory", "ada", "bob;"])
async def test_an_account_for_nobody_or_for_an_admin_is_refused_at_its_field(bob, ada, nobody):
    with pytest.raises(Invalid) as refused:
        await CustomerAccount.create(nobody, **WISH, by=ada)
    assert "There is no client called" in refused.value.fields["username"]
    assert await happened() == []
    assert await CustomerAccount.count() == 0


@pytest.mark.parametrize(("field", "value"), [("platform", "ctrader"), ("account_number", "12"), ("plan", "8")])
async def test_a_licence_that_makes_no_sense_is_refused_at_its_field(bob, ada, field, value):
    with pytest.raises(Invalid) as refused:
        await CustomerAccount.create("bob", **(WISH | {field: value}), by=ada)
    assert list(refused.value.fields) == [field]


async def test_ada_makes_one_over_http_and_reads_all_about_it(bob, ada):
    response = await (await api(ada)).post("/api/admin/create-account", data=WISH | {"username": "bob"})
    assert response.status_code == 201
    account = (await CustomerAccount.matching(CustomerAccount.owner == bob.id))[0]
    assert response.json() == {
        "id": account.id, "licence": account.grouped_key, "owner": "bob", "platform": "mt4",
        "account_number": "88123407", "plan": "90",
        "status": "valid", "expires_at": account.expires_at.isoformat(), "origin": "manual",
        "product": "robot",
    }  # fmt: skip


async def test_bob_cannot_make_himself_an_account(bob):
    asking = await api(bob)
    before = await everything()
    response = await asking.post("/api/admin/create-account", data=WISH | {"username": "bob"})
    assert response.status_code == 403
    assert await everything() == before
