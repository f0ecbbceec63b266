"""The checks of chaos themselves: each kind of loss and doubling, done to a database by hand, is found."""

from types import SimpleNamespace

import pytest

from tests.chaos.checks import balance
from tests.chaos.journal import Journal, record_response
from tests.live.people import People
from tests.live.rows import execute


@pytest.fixture(scope="module")
def desk(database, tmp_path_factory):
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
        does("broadcast", "ada", "/api/admin/broadcast", message="hello", level="info")
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
        ("UPDATE event SET kind = 'AccountRestored' WHERE kind = 'AccountExtended'",
         "UPDATE event SET kind = 'AccountExtended' WHERE kind = 'AccountRestored'",
         "acknowledged, and not there: ada extend", "nobody asked for it"),
        ("UPDATE customer_account SET version = version - 1 WHERE origin = 'manual'",
         "UPDATE customer_account SET version = version + 1 WHERE origin = 'manual'",
         "account 3: version 2", None),
        ("UPDATE customer_account SET expires_at = created_at WHERE origin = 'manual'", None,
         "account 3 ends", None),
        ("UPDATE extension_request SET status = 'pending'", "UPDATE extension_request SET status = 'approved'",
         "half done: request 1 is pending", None),
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
    assert lost in journal.lost[0]
    assert (twice in journal.twice[0]) if twice else (journal.twice == [])
    assert (balanced().lost, balanced().twice) == ([], [])
