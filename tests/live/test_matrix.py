"""The communication matrix, walked row by row against a real server, in the messages that real pages get; and that each
of their readers gets them in their own language."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

import app.main  # noqa: F401 - with it every domain has declared its events
from app.matrix import events, markdown
from app.robots.keys import KeyFile
from tests.databases import ROOT, Databases, run_app
from tests.live.pages import LIMIT, Frame, LivePage, settle
from tests.live.people import People
from tests.live.readers import READING, THAI, assert_own_language, choose_locales, open_pages, said
from tests.live.rows import execute
from tests.people import PASSWORDS
from tests.server import Server

ADMINS, CLIENTS, ALL = "admin-notification", "client-notification", "broadcast-notification"
CODES, ACCOUNTS, REQUESTS = "codes-updated", "customer-account-updated", "extension-request-updated"
WIRE_NAMES = {ADMINS, CLIENTS, ALL, CODES, ACCOUNTS, REQUESTS}


@dataclass(frozen=True)
class Row:
    """The names that the contract gives an event in each room; written out here, never taken from the application."""

    admin: frozenset[str] = frozenset()
    client: frozenset[str] = frozenset()
    everyone: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    """Rooms whose pages may move without a name: unread counts, the audit trail, what is told in days."""


def row(*, moves: set[str] = frozenset(), **rooms: set[str]) -> Row:  # type: ignore[assignment]
    return Row(**{room: frozenset(names) for room, names in rooms.items()}, moves=frozenset(moves))


EXPECTED = {
    "CodeGenerated": row(admin={ADMINS, CODES}, client={CODES}),
    "CodeCorrected": row(admin={ADMINS, CODES}, client={CODES}),
    "CodeTakenBack": row(admin={ADMINS, CODES}, client={CODES}),
    "CodeActivated": row(admin={ADMINS, CODES, ACCOUNTS}, client={CODES, ACCOUNTS, CLIENTS}),
    "CodeCompleted": row(admin={ADMINS, CODES, ACCOUNTS}, client={CODES, ACCOUNTS, CLIENTS}),
    "CodeCancelled": row(admin={ADMINS, CODES, ACCOUNTS}, client={CODES, ACCOUNTS, CLIENTS}),
    "CodeExpired": row(admin={ADMINS, CODES, ACCOUNTS}, client={CODES, ACCOUNTS, CLIENTS}),
    "ExtensionRequested": row(admin={ADMINS, REQUESTS}, client={ACCOUNTS}),
    "ExtensionWithdrawn": row(admin={ADMINS, REQUESTS}, client={ACCOUNTS}),
    "ExtensionApproved": row(admin={ADMINS, REQUESTS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "ExtensionRejected": row(admin={ADMINS, REQUESTS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountExtended": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountExtensionUndone": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountCreated": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountSuspended": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountRestored": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountExpired": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountExpiringSoon": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "BroadcastSent": row(everyone={ALL}),
    "NotificationsSeen": row(moves={"client"}),
    "PersonRegistered": row(admin={ADMINS}),
    "PersonSuspended": row(admin={ADMINS}),
    "PersonRestored": row(admin={ADMINS}),
    "PersonInvited": row(admin={ADMINS}),
    "PasswordChanged": row(moves={"admin"}),
    "PasswordLinkMade": row(moves={"admin"}),
    "EmailChanged": row(moves={"admin"}),
    "SignedOutEverywhere": row(moves={"admin"}),
    "RoleChanged": row(admin={ADMINS}),
    "SessionEnded": row(),
    "LocaleChanged": row(),
    "DayBegan": row(moves={"everyone"}),
    "QuotaReached": row(admin={ADMINS}),
    "MoveRequested": row(admin={ADMINS, REQUESTS}, client={ACCOUNTS}),
    "MoveWithdrawn": row(admin={ADMINS, REQUESTS}, client={ACCOUNTS}),
    "MoveApproved": row(admin={ADMINS, REQUESTS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "MoveRejected": row(admin={ADMINS, REQUESTS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "AccountMoved": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "TrialStarted": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "RobotStarted": row(admin={ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "TerminalAdded": row(admin={ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "ServerBound": row(admin={ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "ServerReleased": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "RobotRefused": row(admin={ADMINS, ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "RobotWentQuiet": row(admin={ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "RobotIsBack": row(admin={ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "SeatFreed": row(admin={ACCOUNTS}, client={ACCOUNTS, CLIENTS}),
    "MessageSent": row(admin={ADMINS}, client={CLIENTS}),
    "MessageReceived": row(admin={ADMINS}),
    "NoteWritten": row(admin={ADMINS}),
    "ViewPinned": row(moves={"client"}),
    "ViewUnpinned": row(moves={"client"}),
    "SecondFactorSet": row(moves={"admin"}),
    "SecondFactorRemoved": row(admin={ADMINS}),
    "RecoveryCodesMade": row(moves={"admin"}),
    "RecoveryCodeUsed": row(moves={"admin"}),
    "SecondFactorRequired": row(admin={ADMINS}),
    "SecondFactorLeftToAdmins": row(admin={ADMINS}),
    "ProductCreated": row(admin={ADMINS}, moves={"everyone"}),
    "ProductChanged": row(admin={ADMINS}, moves={"everyone"}),
    "ProductRetired": row(admin={ADMINS}, moves={"everyone"}),
    "ProductRestored": row(admin={ADMINS}, moves={"everyone"}),
}
IF_AN_ACCOUNT_CHANGED = {"CodeCompleted", "CodeCancelled", "CodeExpired"}
"""Of these, ACCOUNTS is left out when none did."""

ADMINS_SEE = {
    "/admin": {ADMINS, ALL},
    "/admin/codes": {ADMINS, ALL, CODES},
    "/admin/accounts": {ADMINS, ALL, ACCOUNTS},
    "/admin/extensions": {ADMINS, ALL, REQUESTS},
    "/admin/activity": {ADMINS, ALL},
    "/admin/people": {ADMINS, ALL},
    "/notifications": {ADMINS, ALL},
}
"""Which names a page can get: those of the regions that it shows, and notifications always."""
CLIENTS_SEE = {"/": {CLIENTS, ALL, CODES, ACCOUNTS}, "/notifications": {CLIENTS, ALL}}
DAY_REFRESHES = {
    ("bob", "/"): {CODES, ACCOUNTS}, ("ada", "/admin/accounts"): {ACCOUNTS}, ("ada", "/admin/codes"): {CODES},
    ("ada", "/admin/extensions"): {REQUESTS},
}  # fmt: skip
"""A new day is nobody's event, but rows that say "today", or in days how long they last, come anew, under their list's
name. Eve has none, and Grace another midnight (test_languages.py)."""
ROOMS = {
    "ada": ("admin", "everyone"),
    "grace": ("admin", "everyone"),
    "bob": ("client", "everyone"),
    "eve": ("everyone",),
}
"""Every event of the scenes is Bob's."""


@dataclass(frozen=True)
class Scene:
    """`play` prepares what the event needs, yields, and then brings about that one event of Bob's."""

    play: Callable[[People], Iterator[None]]
    changes_account: bool = True


def generated(people: People) -> Iterator[None]:
    yield
    people.generates()


def changed_by_its_client(path: str, **fields: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        code = people.generates()
        yield
        people.do("bob", path, code_id=code["id"], **fields)

    return play


def written(who: str, **fields: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        account = people.has_account()
        yield
        people.do(who, "/api/messages", about="account", row_id=account, message="Hello there.", **fields)

    return play


VIEW = "/admin/codes?status=pending"


def view_pinned(people: People) -> Iterator[None]:
    yield
    people.do("ada", "/api/admin/views", name="Waiting", view=VIEW)


def view_unpinned(people: People) -> Iterator[None]:
    pinned = people.do("ada", "/api/admin/views", name="Gone soon", view=VIEW)
    yield
    people.do("ada", "/api/admin/views/unpin", view_id=pinned["id"])


def second_factor(name: str, deed: str) -> Callable[[People], Iterator[None]]:
    """Of somebody whose pages nobody looks at here."""

    def play(people: People) -> Iterator[None]:
        url, password = people.server.database_url, "ninety-nine-balloons"
        form = {"username": name, "email": "n@example.com", "password": password}
        browser = people.server.client()
        browser.headers["Accept"] = "application/json"
        assert browser.post("/register", json=form).status_code == 200
        secret = browser.post("/me/second-factor/begin", json={"password": password}).json()["secret"]
        if deed == "set":
            yield
        confirmed = browser.post("/me/second-factor/confirm", json={"code": pyotp.TOTP(secret).now()})
        codes = confirmed.json()["recovery_codes"]
        if deed == "set":
            return
        execute(url, "UPDATE second_factor SET last_step = 0")
        proof = {"password": password, "code": pyotp.TOTP(secret).now()}
        yield
        if deed == "use":  # in another browser: in this one a session would end
            entered = people.server.client().post(
                "/login", json={"username": name, "password": password, "code": codes[0]},
                headers={"Accept": "application/json"},
            )  # fmt: skip
        else:
            entered = browser.post(f"/me/second-factor/{deed}", json=proof)
        assert entered.status_code == 200, entered.text

    return play


def rule_of_admins(required: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        url = people.server.database_url
        # As if both had one: nobody is signed out, and their pages stay open.
        execute(
            url, "INSERT INTO second_factor (person, secret, confirmed_at, last_step) "
            "SELECT id, username, created_at, 0 FROM person WHERE role = 'admin' ON CONFLICT DO NOTHING"
        )  # fmt: skip
        if required == "no":  # whichever other scenes are played in this process
            execute(
                url, "INSERT INTO desk_rule (name, made_by, created_at) "
                "SELECT 'second factor of admins', username, created_at FROM person WHERE username = 'ada' "
                "ON CONFLICT DO NOTHING"
            )  # fmt: skip
        yield
        people.do("ada", "/api/admin/second-factor", required=required)

    return play


def on_code(status: str, action: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        code = people.has_code(status)
        yield
        people.acts(action, code)

    return play


def unused_for_long(people: People) -> Iterator[None]:
    code = people.generates()
    yield
    url, old = people.server.database_url, datetime.now(UTC) - timedelta(days=8)
    execute(url, "UPDATE trading_code SET created_at = {} WHERE id = {}", old, code["id"])


def asked(people: People) -> Iterator[None]:
    account = people.has_account()
    yield
    people.asks(account)


def decided(action: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        request = people.asks(people.has_account())
        yield
        people.decides(action, request)

    return play


def withdrawn(people: People) -> Iterator[None]:
    request = people.asks(people.has_account())
    yield
    people.do("bob", "/api/extension-requests/withdraw", request_id=request)


def account_created(people: People) -> Iterator[None]:
    yield
    people.has_account()


def account_extended(people: People) -> Iterator[None]:
    account = people.has_account()
    yield
    people.do("ada", "/api/admin/extend-customer", account_id=account, days=3)


def extension_undone(people: People) -> Iterator[None]:
    people.do("ada", "/api/admin/extend-customer", account_id=people.has_account(), days=3)
    extended = people.items("ada", "/admin/activity")[0]["id"]
    yield
    people.do("ada", "/api/admin/undo", first=extended, last=extended)


def account_suspended(people: People) -> Iterator[None]:
    account = people.has_account()
    yield
    people.do("ada", "/api/admin/accounts", account_id=account, action="suspend")


def account_restored(people: People) -> Iterator[None]:
    account = people.has_account()
    people.do("ada", "/api/admin/accounts", account_id=account, action="suspend")
    yield
    people.do("ada", "/api/admin/accounts", account_id=account, action="restore")


def account_ends(when: timedelta) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        account = people.has_account()
        yield
        end = datetime.now(UTC) + when
        execute(people.server.database_url, "UPDATE customer_account SET expires_at = {} WHERE id = {}", end, account)

    return play


def broadcast_sent(people: People) -> Iterator[None]:
    yield
    people.broadcasts("the desk closes at six", who="ada")


def notifications_seen(people: People) -> Iterator[None]:
    people.broadcasts("read this", who="ada")
    up_to = people.do("ada", "/api/admin/broadcast", message="and this", level="info")["id"]
    yield
    people.do("bob", "/api/notifications/seen", up_to=up_to)


def registered(people: People) -> Iterator[None]:
    yield
    form = {"username": "mallory", "email": "m@example.com", "password": "ninety-nine-balloons"}
    assert people.server.client().post("/register", data=form).status_code == 303


def signed_out(people: People) -> Iterator[None]:
    elsewhere = people.server.client("bob")
    yield
    assert elsewhere.post("/logout").status_code == 303


def locale_changed(people: People) -> Iterator[None]:
    """Of somebody whose pages nobody looks at here: theirs would be closed (test_languages.py)."""
    elsewhere = people.server.client()
    form = {"username": "niaj", "email": "n@example.com", "password": "ninety-nine-balloons"}
    assert elsewhere.post("/register", data=form).status_code == 303
    yield
    assert elsewhere.post("/me", data={"language": "th"}).status_code == 303


def email_changed(people: People) -> Iterator[None]:
    yield
    sent = {"email": "bob@elsewhere.example", "password": PASSWORDS["bob"]}
    people.do("bob", "/me/email", **sent)


def invited(people: People) -> Iterator[None]:
    yield
    people.do("ada", "/api/admin/invitations", role="client")


def looked_after(name: str, action: str) -> Callable[[People], Iterator[None]]:
    """Somebody whose pages nobody looks at here: theirs would be closed."""

    def play(people: People) -> Iterator[None]:
        form = {"username": name, "email": "n@example.com", "password": "ninety-nine-balloons"}
        assert people.server.client().post("/register", data=form).status_code == 303
        [who] = people.items("ada", f"/admin/people?q={name}")
        yield
        if action == "password-link":
            people.do("ada", "/api/admin/people/password-link", person_id=who["id"])
        else:
            people.do("ada", "/api/admin/people", person_id=who["id"], action=action)

    return play


def by_an_operator(name: str, verb: str, before: str = "") -> Callable[[People], Iterator[None]]:
    """What only the command line can do; another process does it, on the same database."""

    def play(people: People) -> Iterator[None]:
        form = {"username": name, "email": "m@example.com", "password": "ninety-nine-balloons"}
        assert people.server.client().post("/register", data=form).status_code == 303
        if before:
            run_app(people.server.database_url, "-c", OPERATOR.format(name=name, verb=before))
        yield
        run_app(people.server.database_url, "-c", OPERATOR.format(name=name, verb=verb))

    return play


OPERATOR = """
import asyncio
from app.db.engine import engine
from app.live.event import SYSTEM
from app.main import create_app
from app.people.tables import Person

async def run():
    await engine().start_connection_pool()
    person = await Person.named({name!r})
    await person.{verb}
    await engine().close_connection_pool()

asyncio.run(run())
"""


def day_begins(people: People) -> Iterator[None]:
    people.generates()
    people.asks(people.has_account())
    yield
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    url = people.server.database_url
    execute(
        url, "UPDATE day SET last = {} WHERE zone = 'UTC'", str(yesterday) if url.startswith("sqlite") else yesterday
    )


QUOTAS = {
    "DESK_QUOTAS": "on", "DESK_QUOTA_CHOOSE_PERSON": "3/86400",
    "DESK_QUOTA_BROADCAST_PERSON": "none", "DESK_QUOTA_BROADCAST_ADDRESS": "none",
}  # fmt: skip
"""One is near, and that of the broadcasts by which these tests tell the time is far."""


def quota_reached(people: People) -> Iterator[None]:
    yield
    for _ in range(4):
        if people.ask("bob", "POST", "/me", language="none").status_code == 429:
            return
    raise AssertionError("four choices of a language were not one too many")


def to_move(action: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        account = people.has_account()
        if action == "ask":
            yield
            people.asks_to_move(account)
            return
        request = people.asks_to_move(account)
        yield
        if action == "withdraw":
            people.do("bob", "/api/extension-requests/withdraw", request_id=request)
        else:
            people.decides(action, request)

    return play


def account_moved(people: People) -> Iterator[None]:
    account = people.has_account()
    yield
    people.do("ada", "/api/admin/move-account", account_id=account, account_number="87654321")


SCALPER = {"name": "Night Scalper", "modes": ["real"], "trial_days": 7}


def product(people: People, slug: str, *actions: str) -> int:
    made = people.do("ada", "/api/admin/products/new", slug=slug, **SCALPER)
    for action in actions:
        people.do("ada", "/api/admin/products", product_id=made["id"], action=action)
    return int(made["id"])


def product_created(people: People) -> Iterator[None]:
    yield
    product(people, "scalper-1")


def product_changed(people: People) -> Iterator[None]:
    made = product(people, "scalper-2")
    yield
    people.do("ada", "/api/admin/products/change", product_id=made, version=1, **SCALPER)


def product_acted_on(slug: str, action: str, *before: str) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        made = product(people, slug, *before)
        yield
        people.do("ada", "/api/admin/products", product_id=made, action=action)

    return play


def trial_started(people: People) -> Iterator[None]:
    product(people, "scalper-5")
    yield
    people.do("bob", "/api/start-trial", platform="mt5", account_number="12345678", product="scalper-5")


def robot_started(people: People) -> Iterator[None]:
    account = people.has_account()
    yield
    assert people.runs(account) == "VALID"


def robot_says(**said: str) -> Callable[[People], Iterator[None]]:
    """Something else than at its first check."""

    def play(people: People) -> Iterator[None]:
        account = people.has_account()
        assert people.runs(account) == "VALID"
        yield
        people.runs(account, **said)

    return play


def server_acted_on(bound: bool) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        account = people.has_account()
        people.runs(account)
        if bound:
            people.do("ada", "/api/admin/accounts", account_id=account, action="release")
            yield
            people.runs(account, server="Other-Real1")
        else:
            yield
            people.do("ada", "/api/admin/accounts", account_id=account, action="release")

    return play


def seat_freed(people: People) -> Iterator[None]:
    account = people.has_account()
    people.runs(account)
    [seat] = people.ask("bob", "GET", f"/accounts/{account}").json()["seats"]
    yield
    people.do("bob", "/api/free-seat", installation_id=seat["id"])


def robot_silent(comes_back: bool) -> Callable[[People], Iterator[None]]:
    def play(people: People) -> Iterator[None]:
        account = people.has_account()
        people.runs(account)
        url, old = people.server.database_url, datetime.now(UTC) - timedelta(hours=13)
        hush = "UPDATE installation SET last_seen_at = {} WHERE account = {}"
        if comes_back:
            execute(url, hush, old, account)
            people.until_logged("RobotWentQuiet", account)
            yield
            assert people.runs(account) == "VALID"
        else:
            yield
            execute(url, hush, old, account)

    return play


SCENES = {
    "CodeGenerated": [Scene(generated, changes_account=False)],
    "CodeCorrected": [Scene(changed_by_its_client("/api/correct-code", account_number="76543210"))],
    "CodeTakenBack": [Scene(changed_by_its_client("/api/take-back-code"))],
    "MessageSent": [Scene(written("ada"))],
    "MessageReceived": [Scene(written("bob"))],
    "NoteWritten": [Scene(written("ada", to="admins"))],
    "ViewPinned": [Scene(view_pinned)],
    "ViewUnpinned": [Scene(view_unpinned)],
    "SecondFactorSet": [Scene(second_factor("olivia", "set"))],
    "SecondFactorRemoved": [Scene(second_factor("rupert", "remove"))],
    "RecoveryCodesMade": [Scene(second_factor("judy", "recovery-codes"))],
    "RecoveryCodeUsed": [Scene(second_factor("frank", "use"))],
    "SecondFactorRequired": [Scene(rule_of_admins("yes"))],
    "SecondFactorLeftToAdmins": [Scene(rule_of_admins("no"))],
    "CodeActivated": [Scene(on_code("pending", "activate"))],
    "CodeCompleted": [Scene(on_code("activated", "complete"), changes_account=False)],
    "CodeCancelled": [
        Scene(on_code("activated", "cancel")),
        Scene(on_code("pending", "cancel"), changes_account=False),
    ],
    "CodeExpired": [
        Scene(on_code("activated", "expire")),
        Scene(on_code("pending", "expire"), changes_account=False),
        Scene(unused_for_long, changes_account=False),
    ],
    "ExtensionRequested": [Scene(asked)],
    "ExtensionWithdrawn": [Scene(withdrawn)],
    "ExtensionApproved": [Scene(decided("approve"))],
    "ExtensionRejected": [Scene(decided("reject"))],
    "AccountExtended": [Scene(account_extended)],
    "AccountExtensionUndone": [Scene(extension_undone)],
    "AccountCreated": [Scene(account_created)],
    "AccountSuspended": [Scene(account_suspended)],
    "AccountRestored": [Scene(account_restored)],
    "AccountExpired": [Scene(account_ends(timedelta(seconds=-1)))],
    "AccountExpiringSoon": [
        Scene(account_ends(timedelta(days=6))),
        Scene(account_ends(timedelta(hours=20))),
    ],
    "BroadcastSent": [Scene(broadcast_sent)],
    "NotificationsSeen": [Scene(notifications_seen)],
    "PersonRegistered": [Scene(registered)],
    "PersonSuspended": [
        Scene(by_an_operator("trudy", "suspend(by=SYSTEM)")),
        Scene(looked_after("sybil", "suspend")),
    ],
    "PersonInvited": [Scene(invited)],
    "PasswordLinkMade": [Scene(looked_after("oscar", "password-link"))],
    "EmailChanged": [Scene(email_changed)],
    "SignedOutEverywhere": [Scene(looked_after("wendy", "sign-out"))],
    "PersonRestored": [Scene(by_an_operator("walter", "restore(by=SYSTEM)", before="suspend(by=SYSTEM)"))],
    "PasswordChanged": [Scene(by_an_operator("peggy", "change_password('ninety-nine-airplanes', by=SYSTEM)"))],
    "RoleChanged": [Scene(by_an_operator("victor", "change_role('admin', by=SYSTEM)"))],
    "SessionEnded": [Scene(signed_out)],
    "LocaleChanged": [Scene(locale_changed)],
    "DayBegan": [Scene(day_begins)],
    "QuotaReached": [Scene(quota_reached)],
    "MoveRequested": [Scene(to_move("ask"))],
    "MoveWithdrawn": [Scene(to_move("withdraw"))],
    "MoveApproved": [Scene(to_move("approve"))],
    "MoveRejected": [Scene(to_move("reject"))],
    "AccountMoved": [Scene(account_moved)],
    "TrialStarted": [Scene(trial_started)],
    "RobotStarted": [Scene(robot_started)],
    "TerminalAdded": [Scene(robot_says(terminal="A2"))],
    "ServerBound": [Scene(server_acted_on(bound=True))],
    "ServerReleased": [Scene(server_acted_on(bound=False))],
    "RobotRefused": [Scene(robot_says(server="Other-Real1"))],
    "RobotWentQuiet": [Scene(robot_silent(comes_back=False))],
    "RobotIsBack": [Scene(robot_silent(comes_back=True))],
    "SeatFreed": [Scene(seat_freed)],
    "ProductCreated": [Scene(product_created)],
    "ProductChanged": [Scene(product_changed)],
    "ProductRetired": [Scene(product_acted_on("scalper-3", "retire"))],
    "ProductRestored": [Scene(product_acted_on("scalper-4", "restore", "retire"))],
}


ROWS = [(event, scene) for event, scenes in SCENES.items() for scene in scenes]


@dataclass(frozen=True)
class Played:
    """What came of one scene."""

    event: str
    scene: Scene
    before: list[tuple[LivePage, list[Frame]]]
    """By page, what came while it was prepared."""
    heard: list[tuple[LivePage, list[Frame]]]
    """By page, what came since, with the broadcast that ends it."""
    happened: int
    marker: int
    """The ids of the event and of that broadcast."""


@pytest.fixture(scope="module")
def desk(
    database: Databases, tmp_path_factory: pytest.TempPathFactory, keys: KeyFile
) -> Iterator[tuple[People, list[LivePage]]]:
    """Ada and Grace on every admin page, Bob and Eve on theirs, all with their pages open and nothing under way: in two
    languages and three zones, as one playing of the scenes is to show both who hears of them and how they read it."""
    log: Path = tmp_path_factory.mktemp("matrix") / "server.log"
    with ExitStack() as everything:
        server = everything.enter_context(Server(database.fresh(), log=log, DESK_CLOCK_SECONDS="0.05", **QUOTAS))
        people = People(server)
        choose_locales(people)
        yield people, [everything.enter_context(page) for page in open_pages(people)]


@pytest.fixture(scope="module", params=ROWS, ids=lambda row: row[0])
def played(request: pytest.FixtureRequest, desk: tuple[People, list[LivePage]]) -> Played:
    event, scene = request.param
    people, pages = desk
    steps = scene.play(people)
    next(steps)
    settle(pages, before := people.broadcasts())
    preparing = taken(pages)

    assert next(steps, "done") == "done"
    happened = the_event(people, event, after=before)
    for page in pages:
        if expected := expected_names(page, event, scene):
            page.until(lambda page=page, expected=expected: expected <= names(page.frames), f"{event} as {expected}")
    settle(pages, marker := people.broadcasts())
    return Played(event, scene, preparing, taken(pages), happened, marker)


def taken(pages: list[LivePage]) -> list[tuple[LivePage, list[Frame]]]:
    """What has come to each; they forget it."""
    came = [(page, list(page.frames)) for page in pages]
    for page in pages:
        page.forget()
    return came


def test_every_event_of_the_desk_stands_in_the_matrix_and_has_a_scene() -> None:
    assert {event.__name__ for event in events()} == set(EXPECTED) == set(SCENES)


def test_the_matrix_in_the_documentation_is_the_one_that_the_desk_prints() -> None:
    assert (ROOT / "docs/matrix.md").read_text() == markdown(), "run: python -m app matrix > docs/matrix.md"


@pytest.mark.parametrize("name", EXPECTED)
def test_what_an_event_declares_is_its_row_of_the_matrix(name: str) -> None:
    audience = next(event for event in events() if event.__name__ == name).audience
    declared = {room: WIRE_NAMES & set(getattr(audience, room)) for room in ("admin", "client", "everyone")}
    row = EXPECTED[name]
    assert declared == {"admin": row.admin, "client": row.client, "everyone": row.everyone}
    assert {topic for topic, _ in audience.only_with} == ({ACCOUNTS} if name in IF_AN_ACCOUNT_CHANGED else set())


@pytest.mark.once
def test_each_name_reaches_the_rooms_of_its_row_and_every_other_socket_stays_silent(played: Played) -> None:
    for page, frames in played.heard:
        expected = expected_names(page, played.event, played.scene)
        assert names(frames) - {ALL} == expected - {ALL}, f"{page} of {page.reader}"
        if not may_move(page, played.event):
            heard_of_it = [f.targets for f in frames if f.position < played.marker and f.says_something]
            assert heard_of_it == [], f"{page} of {page.reader}"
    assert played.happened < played.marker


@pytest.mark.once
def test_everybody_reads_what_happens_in_their_own_language_and_nobody_a_byte_of_the_others(played: Played) -> None:
    for page, frames in (*played.before, *played.heard):
        assert_own_language(page, said(frames))
    assert any(THAI.search(said(frames)) for _, frames in played.heard), "the toasts of the broadcast, if nothing else"


def test_after_all_of_it_every_page_shows_what_a_fresh_load_shows(desk: tuple[People, list[LivePage]]) -> None:
    people, pages = desk
    settle(pages, people.broadcasts())
    for page in pages:
        page.assert_up_to_date()


def test_the_pages_of_all_of_it_are_in_their_readers_language(desk: tuple[People, list[LivePage]]) -> None:
    settle(desk[1], desk[0].broadcasts())
    for page in desk[1]:
        html = page._fetched()
        if READING[page.reader][0] == "en":
            assert '<html lang="en">' in html
            assert not THAI.search(html)
        else:
            assert '<html lang="th">' in html
            body = page.document.find("page")
            assert body is not None
            # The footer names the zone as everybody does.
            assert_own_language(page, re.sub(r"\b(UTC|Asia/Bangkok)\b", "", body.text_content()))


def the_event(people: People, event: str, after: int) -> int:
    """Waits until it stands in the log, as the only one since."""
    deadline = time.monotonic() + LIMIT
    while not (entries := execute(people.server.database_url, "SELECT id, kind FROM event WHERE id > {}", after)):
        assert time.monotonic() < deadline, f"no {event} happened"
        time.sleep(0.01)
    assert [kind for _, kind in entries] == [event]
    return int(entries[0][0])


def names(frames: list[Frame]) -> set[str]:
    return {name for frame in frames for name in frame.names}


def names_heard(page: LivePage, event: str) -> set[str]:
    """All that the row says in the rooms of this page's reader."""
    return {name for room in ROOMS[page.reader] for name in getattr(EXPECTED[event], room)}


def may_move(page: LivePage, event: str) -> bool:
    return bool(names_heard(page, event) or EXPECTED[event].moves & set(ROOMS[page.reader]))


def expected_names(page: LivePage, event: str, scene: Scene) -> set[str]:
    if event == "DayBegan":
        return DAY_REFRESHES.get((page.reader, page.path), set())
    visible = (ADMINS_SEE if page.reader in ("ada", "grace") else CLIENTS_SEE)[page.path]
    without = set() if scene.changes_account else {ACCOUNTS}
    return (names_heard(page, event) & visible) - without
