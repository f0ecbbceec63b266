"""The numbers that the design promises, written out: other tests read them from the application."""

from datetime import timedelta

from app.accounts import tables as accounts
from app.codes import tables as codes
from app.licences import plans
from app.live import connection, hub
from app.notifications import tables as notifications
from app.notifications import toasts
from app.people import passwords
from app.people import tables as people
from app.requests import tables as extensions
from app.signing_in import tables as signing_in


def test_people_and_their_sessions():
    assert (10, timedelta(minutes=3)) == (signing_in.FAILURES, signing_in.FAILURE_WINDOW)
    assert timedelta(days=30) == signing_in.FAILURES_KEPT
    assert signing_in.NAME_FAILURES_A_DAY == 300
    assert (signing_in.MOST_DEVICES, people.MOST_SESSIONS) == (20, 50)
    assert timedelta(hours=8) == people.IDLE
    assert timedelta(days=14) == people.ABSOLUTE
    assert (passwords.LEAST, passwords.MOST) == (8, 128)
    assert set(people.ROLES) == {"client", "admin"}


def test_the_domain():
    assert plans.PLANS == ("7", "30", "90", "180", "365", "lifetime")
    assert plans.PLATFORMS == ("mt4", "mt5")
    assert extensions.EXTENSION_PLANS == ("7", "30", "90", "180", "365")
    assert (accounts.MOST_DAYS, set(accounts.NOTICES)) == (3650, {1, 7})
    assert codes.MOST_AT_ONCE == 200
    assert (extensions.MOST_NOTE, notifications.MOST_MESSAGE) == (500, 500)
    assert notifications.LEVELS == ("info", "success", "warning", "error")


def test_sockets_and_toasts():
    assert (connection.TRY_AGAIN, connection.RESTART, connection.TOO_SLOW_OR_MANY) == (1011, 1012, 1013)
    assert (connection.NOT_SIGNED_IN, connection.NOT_ALLOWED) == (4401, 4403)
    assert (hub.MOST_SOCKETS, connection.MOST_WAITING) == (20, 1024 * 1024)
    assert (toasts.TOASTS_AT_ONCE, toasts.TOAST_STAYS) == (3, 5.0)
