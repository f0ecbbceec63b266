"""Every event reads as a sentence: to the admins, to the client concerned, and in the audit trail."""

from datetime import timedelta

import pyotp

from app import clock
from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.db import transaction
from app.installations.tables import Installation
from app.invitations.tables import Invitation
from app.live.event import SYSTEM, kinds
from app.live.log import LogEntry, record
from app.messages.tables import write
from app.notifications.notes import audit_kinds, client_kinds
from app.notifications.tables import broadcast
from app.notifications.undo import undo
from app.people.tables import Person
from app.products.tables import Product, Terms
from app.quotas.events import QuotaReached
from app.requests.tables import AccountRequest
from app.robots.checks import Checks
from app.robots.seats import free_seat, notice_quiet
from app.robots.verdicts import Robot
from app.rules.tables import DeskRule
from app.second_factor.tables import RecoveryCode, SecondFactor
from tests.browser import api

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
SILENT = {"NotificationsSeen", "SessionEnded", "DayBegan", "LocaleChanged", "ViewPinned", "ViewUnpinned"}
"""The page's own bookkeeping: nobody reads of it."""


async def robots_and_products(ada, bob):
    """What they are told of, on an account of its own."""
    [robot] = await Product.on_sale()
    await robot.change(Terms(name="Trading robot", trial_days=7), by=ada, version=robot.version)
    scalper = await Product.create("night-scalper", Terms(name="Night Scalper"), by=ada)
    await (await scalper.retire(by=ada)).restore(by=ada)
    await scalper.retire(by=ada)
    await CustomerAccount.start_trial(bob, platform="mt5", account_number="11110000")
    account = await CustomerAccount.create("bob", platform="mt4", account_number="22220000", plan="lifetime", by=ada)
    said = {
        "licence": account.licence, "platform": "mt4", "account": "22220000", "mode": "real", "version": "1",
        "server": "Broker-Real7", "terminal": "A1",
    }  # fmt: skip
    checks = Checks()
    for more in ({}, {"terminal": "A2"}, {"account": "5012233"}):
        await checks.verdict_on(Robot(**{**said, **more}))
    await (await account.fresh()).release_server(by=ada)
    await checks.verdict_on(Robot(**said | {"server": "Other-Real1"}))
    await free_seat(bob, (await Installation.of_account(account.id))[0].id)
    clock.travel(timedelta(hours=13))
    await notice_quiet()
    for terminal in ("A1", "A2"):
        await checks.verdict_on(Robot(**said | {"server": "Other-Real1", "terminal": terminal}))
    account = await account.fresh()
    await (await AccountRequest.ask_to_move(account, "mt5", "33330000", "", by=bob)).withdraw(by=bob)
    await (await AccountRequest.ask_to_move(account, "mt5", "33330000", "", by=bob)).reject("Not now.", by=ada)
    await (await AccountRequest.ask_to_move(account, "mt5", "33330000", "", by=bob)).approve(by=ada)
    await (await account.fresh()).move("mt5", "44440000", by=ada)


async def second_factors(ada, mia):
    factor = await SecondFactor.begin(ada.id)
    await SecondFactor.confirm(ada.id, pyotp.TOTP(factor.secret).at(clock.now()), by=ada)
    [code, *_] = await RecoveryCode.renew(ada.id, by=ada)
    assert await SecondFactor.accepts(ada.id, code, by=ada)
    await Person.require_second_factor(by=ada)
    await DeskRule.leave_second_factor(by=ada)
    await ada.remove_second_factor(by=ada)


async def read_all(person, path):
    """By kind, the newest of each."""
    read, after, asking = {}, "", await api(person)
    while after is not None:
        page = (await asking.get(path, params={"after": after} if after else {})).json()
        read = {note["kind"]: note for note in page["items"]} | read
        after = page["next"]
    return read


async def a_full_life(ada, grace, bob):
    """Every event that people read about, at least once."""
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(4)]
    await (await codes[3].correct("mt4", "87654321", by=bob)).take_back(by=bob)
    await write(codes[0], "When does it\nrun?", bob)
    await write(codes[0], "Soon.", ada)
    await write(bob, "Pays late.", ada, for_admins=True)
    await TradingCode.act([code.id for code in codes[:2]], "activate", by=ada)
    await codes[0].complete(by=grace)
    await codes[1].cancel(by=ada)
    await codes[2].expire(by=ada)
    account = await CustomerAccount.create("bob", **WISH, by=ada)
    account = await account.extend(3, by=grace)
    await undo(await LogEntry.last_id(), await LogEntry.last_id(), by=grace)
    await account.extend(3, by=grace)
    await account.suspend(by=ada)
    account = await account.restore(by=ada)
    await (await AccountRequest.ask(account, "7", "", by=bob)).approve(by=ada)
    await (await AccountRequest.ask(account, "7", "", by=bob)).reject("The invoice is open.", by=grace)
    await (await AccountRequest.ask(account, "7", "", by=bob)).withdraw(by=bob)
    await broadcast("Servers move on Sunday.", "info", by=ada)
    await robots_and_products(ada, bob)
    clock.travel(timedelta(days=38, hours=11))
    await CustomerAccount.expire_due()
    await CustomerAccount.notice_due()
    mia = await Person.register("mia", "mia@example.com", "seven-quiet-harbours")
    await mia.change_password("eight-quiet-harbours", by=SYSTEM)
    await mia.change_role("admin", by=SYSTEM)
    await mia.suspend(by=SYSTEM)
    await mia.restore(by=SYSTEM)
    await mia.sign_out_everywhere(by=ada)
    await mia.change_email("mia@elsewhere.example", by=mia)
    await second_factors(ada, mia)
    await Invitation.to_join("client", by=ada)
    await Invitation.for_password(mia, by=grace)
    async with transaction():
        record(QuotaReached(who="mia", quota="generate", times=40, seconds=60), by=SYSTEM)


def test_every_event_is_read_about_or_is_bookkeeping():
    assert set(kinds()) == set(audit_kinds()) | SILENT


async def test_the_audit_trail_tells_who_did_what_to_whom(bob, ada, grace):
    await a_full_life(ada, grace, bob)
    assert {entry.kind for entry in await LogEntry.after(0)} == set(audit_kinds())
    read = {kind: note["text"] for kind, note in (await read_all(ada, "/admin/activity")).items()}
    assert set(read) == set(audit_kinds())
    where = "MT5 12345678"
    assert read["CodeCompleted"].startswith("grace completed code ")
    assert read["CodeCancelled"].endswith(" of bob")
    assert read["AccountExtended"] == f"grace extended the account of bob on {where} by 3 days"
    assert read["AccountExpiringSoon"] == f"The account of bob on {where} ends within 1 day"
    assert read["ExtensionRequested"] == f"bob asks for 7 days more on {where}"
    assert read["ExtensionRejected"] == f"grace rejected 7 days more for bob on {where}"
    assert read["RoleChanged"] == "system made mia admin"
    assert read["PersonInvited"] == "ada invited somebody as client"
    assert read["PasswordLinkMade"] == "grace made a link with which mia sets a new password"
    assert read["CodeCorrected"].endswith("from MT5 12345678 to MT4 87654321")
    assert read["MessageReceived"].startswith("bob wrote about code ")
    assert read["MessageReceived"].endswith(": When does it run?")
    assert read["NoteWritten"] == "ada noted on bob: Pays late."
    assert read["SecondFactorRemoved"] == "ada removed the second factor of ada"
    assert read["QuotaReached"] == "mia reached a limit: 40 generated codes a minute"
    assert read["MoveApproved"] == "ada moved the account of bob from MT4 22220000 to MT5 33330000"
    assert read["AccountMoved"] == "ada moved the account of bob from MT5 33330000 to MT5 44440000"
    assert read["RobotRefused"] == (
        "A terminal with a licence of bob, on account 5012233, was refused: this licence is for MT4 22220000"
    )
    assert read["SeatFreed"] == "A seat of bob for MT5 44440000 is free (bob): A1"
    assert read["ProductRetired"] == "ada retired the product Night Scalper"
    assert read["PersonRestored"] == "system restored the sign-in of mia"
    assert not [text for text in read.values() if "{" in text or "None" in text]


async def test_bob_is_told_in_words_meant_for_him(bob, eve, ada, grace):
    await a_full_life(ada, grace, bob)
    read = await read_all(bob, "/notifications")
    assert set(read) == {*client_kinds(), "BroadcastSent"}
    assert read["ExtensionRejected"]["text"] == (
        "Your extension of 7 days on MT5 12345678 was rejected: The invoice is open."
    )
    assert (read["ExtensionRejected"]["level"], read["CodeActivated"]["level"]) == ("warning", "success")
    kinds_read = [note["kind"] for note in (await (await api(eve)).get("/notifications")).json()["items"]]
    assert kinds_read == ["BroadcastSent"]


async def test_the_audit_trail_is_filtered_by_what_happened_and_by_who_did_it(bob, ada, grace):
    await a_full_life(ada, grace, bob)
    asking = await api(ada)

    async def trail(**query):
        return (await asking.get("/admin/activity", params=query)).json()["items"]

    assert {note["kind"] for note in await trail(status="CodeGenerated")} == {"CodeGenerated"}
    assert {note["actor"] for note in await trail(q="gra")} == {"grace"}
    assert {note["actor"] for note in await trail(q=" Grace ")} == {"grace"}
    assert await trail(q="%") == []
    assert await trail(q="_") == []
    assert await trail(q="\0") == []
    assert (await asking.get("/admin/activity?status=SessionEnded")).status_code == 422


async def test_bob_and_eve_cannot_read_the_audit_trail(bob):
    assert (await (await api(bob)).get("/admin/activity")).status_code == 403
