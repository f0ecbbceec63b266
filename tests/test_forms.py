"""What the forms offer and let through is what the domain takes. The values here are the contract's, written out."""

from __future__ import annotations

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.requests.tables import AccountRequest
from tests.browser import HTMX, PLAIN, Browser
from tests.live.html import parse

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
PLANS = ["7", "30", "90", "180", "365", "lifetime"]
OFFERED = {
    "pending": ["activate", "cancel", "expire"],
    "activated": ["complete", "cancel", "expire"],
    "completed": [],
    "cancelled": [],
    "expired": [],
}
ACTIONS = {action for actions in OFFERED.values() for action in actions}
CONSEQUENCES = {
    "complete": ["Its account keeps running", "Their accounts keep running"],
    "cancel": ["The code is cancelled. An account that runs on it", "The codes are cancelled. An account that runs on"],
    "expire": ["The code expires now.", "The codes expire now."],
}


async def html_of(person, path, headers=PLAIN):
    response = await (await Browser.of(person, headers)).get(path)
    assert response.status_code == 200
    return response.text


def controls(html):
    """The controls of a page by their name; a choice of radio buttons by its name and value."""
    return {
        element.get("name") + (f"={element.get('value')}" if element.get("type") == "radio" else ""): element
        for element in parse(html).walk()
        if element.tag in ("input", "select", "textarea") and element.get("name")
    }


def options(select):
    return [element.get("value") for element in select.walk() if element.tag == "option"]


def selected(select):
    return [element.get("value") for element in select.walk() if element.get("selected") is not None]


async def test_the_form_for_a_code(bob):
    fields = controls(await html_of(bob, "/"))
    assert fields["account_number"].get("pattern") == "[0-9]{4,12}"
    assert fields["account_number"].get("maxlength") == "12"
    assert options(fields["plan"]) == PLANS
    assert selected(fields["plan"]) == ["30"]
    assert {name for name in fields if name.startswith("platform")} == {"platform=mt4", "platform=mt5"}
    assert fields["platform=mt5"].get("checked") is not None


async def test_the_form_for_an_account(ada):
    fields = controls(await html_of(ada, "/admin/accounts/new"))
    assert fields["account_number"].get("pattern") == "[0-9]{4,12}"
    assert options(fields["plan"]) == [*PLANS, "trial"]
    assert fields["trial_days"].get("max") == "90"


async def test_the_forms_for_extensions(ada, bob):
    account = await CustomerAccount.create("bob", **WISH, by=ada)
    days = controls(await html_of(ada, f"/admin/accounts/{account.id}/extend"))["days"]
    assert (days.get("min"), days.get("max"), days.get("value")) == ("1", "3650", "30")
    wish = controls(await html_of(bob, f"/extend/{account.id}"))
    assert options(wish["plan"]) == ["7", "30", "90", "180", "365"]
    assert selected(wish["plan"]) == ["30"]
    assert wish["note"].get("maxlength") == "500"
    request = await AccountRequest.ask(account, "30", "", by=bob)
    decision = controls(await html_of(ada, f"/admin/extensions/{request.id}/decide?action=reject"))
    assert decision["reason"].get("maxlength") == "500"


async def test_the_forms_for_a_broadcast_and_a_registration(ada):
    fields = controls(await html_of(ada, "/admin/broadcast"))
    assert fields["message"].get("maxlength") == "500"
    assert options(fields["level"]) == ["info", "success", "warning", "error"]
    password = controls(await html_of(None, "/register"))["password"]
    assert (password.get("minlength"), password.get("maxlength")) == ("8", "128")


def with_id(html, element):
    return next(each for each in parse(html).walk() if each.get("id") == element)


def links(root):
    return {element.get("href") for element in root.walk() if element.tag == "a"}


@pytest.mark.parametrize(("status", "actions"), OFFERED.items())
async def test_a_row_offers_what_comes_first_and_its_sheet_all_that_can_happen_to_the_code_now(
    ada, bob, status, actions
):
    code = await TradingCode.generate(bob, **WISH)
    await TradingCode.update({TradingCode.status: status}).where(TradingCode.id == code.id)
    html = await html_of(ada, f"/admin/codes?status={status}")
    row = with_id(html, f"code-{code.id}")
    first, more = (element for element in row.walk() if element.tag == "button")
    assert first.text_content().strip(" …") == (actions[0] if actions else status).capitalize()
    assert (first.get("aria-disabled") is None) == bool(actions)
    confirmation = f"/admin/codes/confirm?action={{}}&code_id={code.id}"
    if actions == OFFERED["activated"]:
        assert first.get("hx-get") == confirmation.format("complete")

    own = f"/admin/codes/{code.id}"
    assert more.get("hx-get") in links(row) == {own, f"{own}/actions", f"/admin/people/{bob.id}"}
    sheet = with_id(await html_of(ada, f"/admin/codes/{code.id}/actions"), "code-actions")
    assert code.grouped_key in sheet.text_content()
    offered = [element.get("value") for element in sheet.walk() if element.tag == "button"]
    confirmed = {
        action
        for action in ACTIONS
        if any(link.startswith(confirmation.format(action) + "&opener=") for link in links(sheet))
    }
    assert offered == [action for action in actions if action == "activate"]
    assert confirmed == set(actions) - {"activate"}
    ticks = [element for element in row.walk() if element.get("type") == "checkbox"]
    assert len(ticks) == (1 if actions else 0)


async def test_a_selection_offers_every_action(ada):
    html = await html_of(ada, "/admin/codes")
    batch = with_id(html, "batch")
    buttons = [element.get("value") for element in batch.walk() if element.tag == "button"]
    assert buttons[0] == "activate"
    assert set(buttons) >= ACTIONS
    opening = {element.get("id") for element in batch.walk() if element.get("command") == "show-modal"}
    assert opening == {f"batch-{action}" for action in ACTIONS - {"activate"}}


@pytest.mark.parametrize(("action", "sentences"), CONSEQUENCES.items())
async def test_what_cannot_be_undone_says_what_it_does_to_one_and_to_several(ada, bob, action, sentences):
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(2)]
    for many, sentence in enumerate(sentences, start=1):
        query = "&".join(f"code_id={code.id}" for code in codes[:many])
        html = await html_of(ada, f"/admin/codes/confirm?action={action}&{query}", HTMX)
        assert sentence in html
        assert "This cannot be undone." in html


async def test_what_can_be_undone_does_not_say_otherwise(ada, bob):
    code = await TradingCode.generate(bob, **WISH)
    html = await html_of(ada, f"/admin/codes/confirm?action=activate&code_id={code.id}")
    assert "Activate 1 code" in html
    assert "cannot be undone" not in html
    assert "expires now" not in html


@pytest.mark.parametrize(("status", "actions"), {"valid": ["suspend"], "suspended": ["restore"], "expired": []}.items())
async def test_a_row_offers_what_comes_first_and_its_sheet_what_an_admin_can_do_with_the_account_now(
    ada, bob, status, actions
):
    account = await CustomerAccount.create("bob", **WISH, by=ada)
    await CustomerAccount.update({CustomerAccount.status: status}).where(CustomerAccount.id == account.id)
    row = with_id(await html_of(ada, "/admin/accounts"), f"account-{account.id}")
    first, more = (element for element in row.walk() if element.tag == "button")
    assert first.text_content() == ("Restore" if status == "suspended" else "Extend…")
    own = f"/admin/accounts/{account.id}"
    assert more.get("hx-get") in links(row) == {own, f"{own}/actions", f"/admin/people/{bob.id}"}
    sheet = with_id(await html_of(ada, f"/admin/accounts/{account.id}/actions"), "account-actions")
    assert [element.get("value") for element in sheet.walk() if element.tag == "button"] == actions
    assert len(links(sheet)) == (0 if status == "suspended" else 2), "extending and moving"
