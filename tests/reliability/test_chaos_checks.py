"""The checks of chaos themselves: each kind of loss and doubling, done to a database by hand, is found."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.chaos.checks import balance
from tests.chaos.journal import Journal, Outcome, record_response
from tests.chaos.robots import Told, compare
from tests.chaos.snapshot import Snapshot
from tests.live.people import People
from tests.live.rows import execute


@pytest.fixture(scope="module")
def desk(database, tmp_path_factory, keys):
    """A few true actions: the server that took them is gone, its database and the journal are left."""
    from tests.server import Server

    with Server(database.fresh(), log=tmp_path_factory.mktemp("journal") / "server.log") as server:
        people, journal = People(server), Journal()

        def does(what, who, path, **fields):
            attempt = journal.tried(what, who, fields)
            record_response(attempt, people.ask(who, "POST", path, **fields))
            return attempt.result

        wish = {"platform": "mt5", "plan": "30"}
        code = does("generate", "bob", "/api/generate-code", **wish, account_number="1111", request_key="one")
        other = does("generate", "bob", "/api/generate-code", **wish, account_number="2222", request_key="two")
        both = [code["id"], other["id"]]
        does("activate", "ada", "/api/admin/codes", code_id=both, action="activate")
        does("activate", "grace", "/api/admin/codes", code_id=both, action="activate")  # refused
        made = does("create", "ada", "/api/admin/create-account", username="eve", **wish, account_number="3333")
        does("extend", "ada", "/api/admin/extend-customer", account_id=made["id"], days=11)
        asked = does("ask", "eve", "/api/extend-code", account_id=made["id"], plan="30", note="please")
        does("approve", "ada", "/api/admin/extension-requests", request_id=asked["id"], action="approve")
        moving = does(
            "ask to move", "eve", "/api/move-account", account_id=made["id"], account_number="4444", note="moving"
        )
        does("approve", "ada", "/api/admin/extension-requests", request_id=moving["id"], action="approve")
        does("move", "ada", "/api/admin/move-account", account_id=made["id"], account_number="5555")
        for terminal in ("A1", "A2"):
            assert people.runs(made["id"], terminal=terminal) == "VALID"
        does("broadcast", "ada", "/api/admin/broadcast", message="hello", level="info")
        third = does("generate", "bob", "/api/generate-code", **wish, account_number="6666", request_key="three")
        does("correct", "bob", "/api/correct-code", code_id=third["id"], account_number="7777")
        does("write", "bob", "/api/messages", about="code", row_id=third["id"], message="when?")
        does("take back", "bob", "/api/take-back-code", code_id=third["id"])
        does("take back", "bob", "/api/take-back-code", code_id=third["id"])  # refused
        return server.database_url, journal


@pytest.fixture
def balanced(desk):
    url, journal = desk

    def balance_now():
        seen = Journal(attempts=list(journal.attempts))
        balance(SimpleNamespace(url=url, journal=seen))
        return seen

    return balance_now


def test_true_actions_balance(balanced):
    assert {attempt.outcome for attempt in balanced().attempts} == {"done", "refused"}
    assert (balanced().lost, balanced().twice) == ([], [])


@pytest.mark.parametrize(
    ("harm", "mend", "lost", "twice"),
    [
        ("UPDATE trading_code SET request_key = 'x' WHERE request_key = 'one'",
         "UPDATE trading_code SET request_key = 'one' WHERE request_key = 'x'",
         "acknowledged, and not there: bob generate", "nobody asked for it"),
        ("UPDATE trading_code SET status = 'pending' WHERE request_key = 'one'",
         "UPDATE trading_code SET status = 'activated' WHERE request_key = 'one'",
         "half done: code 1 is pending", None),
        ("UPDATE event SET actor_name = 'grace' WHERE kind = 'CodeActivated'",
         "UPDATE event SET actor_name = 'ada' WHERE kind = 'CodeActivated'",
         "ada activate", "refused, and yet done: grace activate"),
        ("UPDATE event SET kind = 'NoteGone' WHERE kind = 'MessageReceived'",
         "UPDATE event SET kind = 'MessageReceived' WHERE kind = 'NoteGone'",
         "acknowledged, and not there: bob write", None),
        ("UPDATE event SET kind = 'CodeLost' WHERE kind = 'CodeCorrected'",
         "UPDATE event SET kind = 'CodeCorrected' WHERE kind = 'CodeLost'",
         "acknowledged, and not there: bob correct", None),
        ("UPDATE trading_code SET status = 'pending' WHERE request_key = 'three'",
         "UPDATE trading_code SET status = 'cancelled' WHERE request_key = 'three'",
         "half done: code 3 is pending", None),
        ("UPDATE event SET kind = 'AccountRestored' WHERE kind = 'AccountExtended'",
         "UPDATE event SET kind = 'AccountExtended' WHERE kind = 'AccountRestored'",
         "acknowledged, and not there: ada extend", "nobody asked for it"),
        ("UPDATE customer_account SET version = version - 1 WHERE origin = 'manual'",
         "UPDATE customer_account SET version = version + 1 WHERE origin = 'manual'",
         "account 3: version 4", None),
        ("UPDATE customer_account SET expires_at = created_at WHERE origin = 'manual'", None,
         "account 3 ends", None),
        ("UPDATE extension_request SET status = 'pending' WHERE id = 1",
         "UPDATE extension_request SET status = 'approved' WHERE id = 1",
         "half done: request 1 is pending", None),
        ("UPDATE extension_request SET note = 'other' WHERE kind = 'move'",
         "UPDATE extension_request SET note = 'moving' WHERE kind = 'move'",
         "acknowledged, and not there: eve ask to move", "nobody asked for it"),
        ("UPDATE customer_account SET robots_running = 1 WHERE id = 3",
         "UPDATE customer_account SET robots_running = 2 WHERE id = 3",
         "half done: 2 robots of account 3 run, not 1", None),
        ("UPDATE product SET seats = 1", "UPDATE product SET seats = NULL",
         None, "account 3 has 2 seats, not 1"),
        ("UPDATE event SET kind = 'RobotStarted' WHERE kind = 'TerminalAdded'",
         "UPDATE event SET kind = 'TerminalAdded' WHERE kind = 'RobotStarted' AND id > (SELECT MIN(id) FROM event "
         "WHERE kind = 'RobotStarted')",
         None, "used for the first time 2 times"),
        ("UPDATE event SET kind = 'NotificationsSeen' WHERE kind = 'BroadcastSent'",
         "UPDATE event SET kind = 'BroadcastSent' WHERE kind = 'NotificationsSeen'",
         "acknowledged, and not there: ada broadcast", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(desk, balanced, harm, mend, lost, twice):
    url, _ = desk
    ends = execute(url, "SELECT expires_at FROM customer_account WHERE origin = 'manual'")[0][0]
    execute(url, harm)
    journal = balanced()
    if mend:
        execute(url, mend)
    else:
        execute(url, "UPDATE customer_account SET expires_at = {} WHERE origin = 'manual'", ends)
    assert (lost in journal.lost[0]) if lost else (journal.lost == [])
    assert (twice in journal.twice[0]) if twice else (journal.twice == [])
    assert (balanced().lost, balanced().twice) == ([], [])


def test_an_answer_that_its_account_never_gave_is_found(desk):
    url, _ = desk
    snapshot, now = Snapshot(url), datetime.now(UTC)

    def lost(code, number, after=timedelta()):
        world = SimpleNamespace(journal=Journal())
        told = Told(3, ("mt5", number), code, now + after, now + after)
        compare(world, [SimpleNamespace(told=[told])], snapshot)
        return world.journal.lost

    hour = timedelta(hours=1)
    assert lost("VALID", "5555") == lost("TOO_MANY_SEATS", "5555") == lost("EXPIRED", "5555") == []
    assert lost("ACCOUNT_MISMATCH", "3333") == lost("ACCOUNT_MISMATCH", "4444", hour) == []
    assert "VALID" in lost("VALID", "4444", hour)[0], "it had been moved on an hour ago"
    assert "SUSPENDED" in lost("SUSPENDED", "5555")[0]
    assert "ACCOUNT_MISMATCH" in lost("ACCOUNT_MISMATCH", "5555", hour)[0]


# What no harm to one row shows: done to a snapshot, and to what the journal says of it.


def the_event(kind, **data):
    return lambda snapshot: snapshot.of(kind, **data)[0]


def doubled(kind):
    return lambda snapshot, _: snapshot.events.append(deepcopy(the_event(kind)(snapshot)))


def missing(kind, **data):
    return lambda snapshot, _: snapshot.events.remove(the_event(kind, **data)(snapshot))


def changed(table, key, **values):
    return lambda snapshot, _: getattr(snapshot, table)[key].update(values)


def gone(table, key):
    return lambda snapshot, _: getattr(snapshot, table).pop(key)


def tried(what, who, outcome, **fields):
    """One attempt more."""

    def add(_, journal):
        journal.tried(what, who, fields).outcome = outcome

    return add


def acknowledged_again(what):
    return lambda _, journal: journal.attempts.append(journal.of(what)[0])


def without_an_answer(what, words=""):
    def forget(_, journal):
        attempt = journal.of(what)[0]
        attempt.outcome, attempt.words = Outcome.UNKNOWN, words

    return forget


def decided_by_grace(snapshot, _):
    the_event("ExtensionApproved")(snapshot)["actor_name"] = "grace"


def runs_for_longer(snapshot, _):
    snapshot.accounts[3]["created_at"], snapshot.accounts[3]["expires_at"] = (
        "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00",
    )  # fmt: skip


def both(*harms):
    def harm(snapshot, journal):
        for each in harms:
            each(snapshot, journal)

    return harm


NOTHING_CHANGED = "Nothing was changed; please try again soon."
HARMS = [
    ("a doubled broadcast", doubled("BroadcastSent"), None, "there 2 times, at most 1 meant: ada broadcast"),
    ("a doubled extension", doubled("AccountExtended"), "account 3: version 5",
     "there 2 times, at most 1 meant: ada extend"),
    ("a doubled decision", doubled("ExtensionApproved"), "half done: request 1 is approved after", None),
    ("a decision acknowledged twice", acknowledged_again("approve"), "acknowledged, and not there: ada approve", None),
    ("a decision of somebody else", decided_by_grace, "acknowledged, and not there: ada approve", None),
    ("a decision that was refused", both(tried("approve", "grace", Outcome.REFUSED, request_id=1), decided_by_grace),
     "acknowledged, and not there: ada approve", "there 1 times, at most 0 meant: grace approve"),
    ("an action acknowledged twice", acknowledged_again("activate"), None, "acknowledged 2 times: ada activate"),
    ("half of an action without an answer", both(without_an_answer("activate"), missing("CodeActivated", code=2)),
     "half done: ada activate", "account 2: version 1 after []"),
    ("what was seen", both(tried("see", "bob", Outcome.DONE, up_to=0), tried("see", "bob", Outcome.DONE, up_to=1)),
     "bob see {'up_to': 1}: done (0) : stands at 0", None),
    *((f"{what}, said not to be done", without_an_answer(what, NOTHING_CHANGED),
       f"told that nothing was changed, and it was done: ada {what}", None)
      for what in ("broadcast", "activate", "approve", "extend")),
    ("a doubled code", doubled("CodeGenerated"), "half done: code 1 is activated, version 2",
     "code 1: ['CodeGenerated', 'CodeActivated', 'CodeGenerated']"),
    ("a code that nobody generated", missing("CodeGenerated", code=1), "code 1: ['CodeActivated']", None),
    ("a code without its account", changed("accounts", 1, licence="another"),
     "half done: code 1 after ['CodeGenerated', 'CodeActivated'], its account: False", None),
    ("a code without its row", gone("codes", 1), "code 1 has events, but no row", None),
    ("an account that nobody opened", missing("AccountCreated"), "account 3 began with ['AccountExtended'",
     "account 3: version 5 after ['AccountExtended'"),
    ("a change without its event", changed("accounts", 3, version=6), None, "account 3: version 6 after"),
    ("more time than was given", runs_for_longer, None, "account 3 ends 2027-01-01"),
    ("an account without its row", gone("accounts", 3), "account 3 has events, but no row", None),
    ("an account that waits for what is decided", changed("accounts", 3, pending_extension=1),
     "half done: request 1 is approved, its account waits", None),
    ("a doubled request", doubled("ExtensionRequested"), "half done: request 1 is approved after", None),
    ("a request without its row", gone("requests", 1), "request 1 has events, but no row",
     "account 3 ends"),
]  # fmt: skip


@pytest.fixture
def balanced_after(desk, monkeypatch):
    url, journal = desk

    def balance_after(harm):
        snapshot, seen = Snapshot(url), Journal(attempts=deepcopy(journal.attempts))
        harm(snapshot, seen)
        monkeypatch.setattr("tests.chaos.checks.Snapshot", lambda _: snapshot)
        balance(SimpleNamespace(url=url, journal=seen))
        return seen

    return balance_after


@pytest.mark.parametrize(("harm", "lost", "twice"), [harm[1:] for harm in HARMS], ids=[harm[0] for harm in HARMS])
def test_what_no_single_row_shows_is_found(balanced_after, harm, lost, twice):
    journal = balanced_after(harm)
    assert lost is None or [line for line in journal.lost if lost in line], journal.lost
    assert twice is None or [line for line in journal.twice if twice in line], journal.twice
    assert (journal.twice == []) is (twice is None), journal.twice


def test_what_has_no_answer_may_have_been_done(balanced_after):
    for what in ("broadcast", "activate", "approve", "extend"):
        journal = balanced_after(without_an_answer(what))
        assert (journal.lost, journal.twice) == ([], [])
        assert journal.counts["unknown, and it was done"] == 1
