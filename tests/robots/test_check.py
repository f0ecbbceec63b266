"""What a robot asks, and what it is told: every verdict signed, and whatever is none of them not."""

from base64 import b64decode
from datetime import timedelta
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.licences import key as licence_key
from app.robots.answer import ORDER
from tests.browser import JSON, Browser
from tests.databases import run_app

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NUMBER = "20616275"


def question(key, **changes):
    return {
        "v": "1", "licence": key, "product": "", "platform": "mt5", "account": NUMBER, "server": "Broker-Real7",
        "mode": "real", "version": "1.0", "terminal": "A1B2C3", "nonce": "0123456789abcdef" * 2, **changes,
    }  # fmt: skip


async def asked(body, headers=FORM):
    content = urlencode(body).encode() if isinstance(body, dict) else body
    return await Browser(headers).post("/robot/check", content=content)


async def verdict(keys, key, **changes):
    """The fields of a signed answer."""
    response = await asked(question(key, **changes))
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["cache-control"] == "no-store"
    signed, _, signature = response.content.rpartition(b"sig=")
    assert keys.all()[0].has_signed(signed, b64decode(signature))
    assert response.content.isascii()
    pairs = [line.split("=", 1) for line in response.text.splitlines()]
    assert tuple(name for name, _ in pairs) == ORDER
    return dict(pairs)


@pytest.fixture
async def code(desk, bob):
    return await TradingCode.generate(bob, platform="mt5", account_number=NUMBER, plan="30")


@pytest.fixture
async def account(code, ada):
    await code.activate(by=ada)
    return await CustomerAccount.licensed(code.code)


async def test_a_licence_is_valid_until_it_ends_or_for_three_days_offline(keys, account):
    told = await verdict(keys, account.grouped_key)
    at = int(told["now"])
    assert told["code"] == "VALID"
    assert int(told["expires"]) == int(account.expires_at.timestamp())
    assert int(told["valid_until"]) == at + 72 * 3600
    assert int(told["check_after"]) == 6 * 3600
    assert (told["nonce"], told["account"], told["server"]) == ("0123456789abcdef" * 2, NUMBER, "Broker-Real7")
    assert told["licence"] == account.grouped_key

    clock.travel(timedelta(days=29))
    told = await verdict(keys, account.grouped_key)
    assert told["valid_until"] == told["expires"]
    clock.travel(timedelta(days=2))  # and no scheduler has come to it yet
    told = await verdict(keys, account.grouped_key)
    assert (told["code"], told["valid_until"]) == ("EXPIRED", told["now"])


async def test_the_account_decides_and_not_the_code(keys, code, ada):
    assert (await verdict(keys, code.code))["code"] == "PENDING"
    await code.activate(by=ada)
    assert (await verdict(keys, code.code))["code"] == "VALID"
    await (await TradingCode.by_id(code.id)).complete(by=ada)
    assert (await verdict(keys, code.code))["code"] == "VALID"
    account = await CustomerAccount.licensed(code.code)
    await account.suspend(by=ada)
    told = await verdict(keys, code.code)
    assert (told["code"], told["check_after"]) == ("SUSPENDED", "300")
    await account.restore(by=ada)
    assert (await verdict(keys, code.code))["code"] == "VALID"


@pytest.mark.parametrize(("action", "told"), [("cancel", "SUSPENDED"), ("expire", "EXPIRED")])
async def test_a_code_that_ends_before_it_runs(keys, code, ada, action, told):
    await TradingCode.act([code.id], action, ada)
    assert (await verdict(keys, code.code))["code"] == told


async def test_a_lifetime_licence_never_expires(keys, desk, bob, ada):
    account = await CustomerAccount.create(bob.username, platform="mt4", account_number=NUMBER, plan="lifetime", by=ada)
    told = await verdict(keys, account.licence, platform="mt4")
    assert (told["code"], told["expires"]) == ("VALID", "never")


async def test_who_asks_for_what_is_not_theirs_learns_nothing_of_it(keys, account, ada):
    await account.suspend(by=ada)
    foreign = await verdict(keys, account.licence, account="5012233")
    assert (foreign["code"], foreign["expires"], foreign["valid_until"]) == (
        "ACCOUNT_MISMATCH", foreign["now"], foreign["now"],
    )  # fmt: skip
    assert (await verdict(keys, account.licence, platform="mt4"))["code"] == "PLATFORM_MISMATCH"
    unknown = await verdict(keys, licence_key.new_key())
    assert unknown["code"] == "NOT_FOUND"
    wrong = account.licence[:-1] + ("0" if account.licence[-1] != "0" else "1")
    assert (await verdict(keys, wrong))["code"] == "BAD_KEY"
    for text in (foreign, unknown):
        assert "bob" not in " ".join(text.values())


async def test_keys_are_read_as_people_write_them(keys, account):
    typed = account.grouped_key.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert (await verdict(keys, typed))["code"] == "VALID"


async def test_a_body_ends_with_a_nul_and_a_brokers_name_has_any_bytes(keys, account):
    name = "Broker Ärzte".encode("cp1252") + b"%\xff"
    body = urlencode(question(account.licence, server="?")).replace("server=%3F", f"server={quote_from_bytes(name)}")
    response = await asked(body.encode() + b"\0")
    assert response.status_code == 200
    assert "server=Broker%20%C4rzte%25%FF\n" in response.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nonce": "short"}, "nonce"), ({"nonce": ""}, "nonce"), ({"nonce": "z" * 32}, "nonce"),
        ({"licence": ""}, "licence"), ({"server": "x" * 65}, "server"), ({"account": "1" * 21}, "account"),
        ({"v": "2"}, "v"), ({"terminal": "\0"}, "terminal"),
    ],
)  # fmt: skip
async def test_what_cannot_be_understood_is_no_verdict_and_says_which_field(keys, account, changes, field):
    response = await asked(question(account.licence, **changes))
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/plain")
    assert "sig=" not in response.text
    assert f"{field}: " in response.text
    as_json = await asked(question(account.licence, **changes), FORM | JSON)
    assert as_json.json()["error"]["fields"].keys() == {field}


async def test_others_get_it_as_json(keys, account):
    response = await asked(question(account.licence), FORM | JSON)
    told = response.json()
    assert tuple(told) == ORDER
    signed = "".join(f"{name}={value}\n" for name, value in told.items() if name != "sig")
    assert keys.all()[0].has_signed(signed.encode(), b64decode(told["sig"]))


@given(body=st.binary(max_size=2_000))
async def test_no_bytes_give_a_fault_or_a_verdict(keys, desk, body):
    response = await asked(body)
    assert response.status_code == 400
    assert "code=" not in response.text


@given(
    changes=st.dictionaries(
        st.sampled_from(["licence", "product", "platform", "account", "server", "mode", "version", "terminal"]),
        st.binary(min_size=1, max_size=20),
    )
)
async def test_whatever_the_fields_hold_is_a_signed_verdict_or_none(keys, account, changes):
    fields = {name: value.encode() for name, value in question(account.licence).items()} | changes
    response = await asked("&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items()).encode())
    if response.status_code == 200:
        signed, _, signature = response.content.rpartition(b"sig=")
        assert keys.all()[0].has_signed(signed, b64decode(signature))
        assert (b"code=VALID" in signed) <= (fields["account"] == NUMBER.encode())
    else:
        assert response.status_code == 400
        assert b"code=" not in response.content


async def test_without_a_key_nothing_is_said(keys, account, monkeypatch):
    monkeypatch.setattr(type(keys), "all", lambda _: ())
    response = await asked(question(account.licence))
    assert response.status_code == 503
    assert "keys new" in response.text


def test_a_licence_and_an_address_may_ask_so_often(keys, servers):
    server = servers(DESK_QUOTAS="on", DESK_QUOTA_CHECK_PERSON="3/60", DESK_QUOTA_CHECK_ADDRESS="8/60")
    client, licence = server.client(), licence_key.new_key()
    statuses = [client.post("/robot/check", data=question(licence)).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.post("/robot/check", data=question(licence))
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert "sig=" not in refused.text
    others = [client.post("/robot/check", data=question(licence_key.new_key())).status_code for _ in range(9)]
    assert others[0] == 200
    assert others[-1] == 429


def test_it_can_be_asked_from_the_command_line(keys, server):
    made = (
        server.api("bob")
        .post("/api/generate-code", data={"platform": "mt5", "account_number": NUMBER, "plan": "30"})
        .json()
    )

    def told(*more):
        return run_app(server.database_url, "-m", "app", "check", made["code"], "--account", NUMBER, *more).stdout

    assert told().startswith("PENDING: ")
    server.api("ada").post("/api/admin/codes", data={"code_id": made["id"], "action": "activate"})
    assert told().startswith("VALID: ")
    assert told("--platform", "mt4").startswith("PLATFORM_MISMATCH: ")
