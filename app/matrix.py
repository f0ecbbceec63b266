"""The communication matrix: who hears what, and under which name. The one table; the tests walk it row by row."""

from __future__ import annotations

from app.accounts.events import (
    AccountCreated,
    AccountExpired,
    AccountExpiringSoon,
    AccountExtended,
    AccountRestored,
    AccountSuspended,
)
from app.codes.events import CodeActivated, CodeCancelled, CodeCompleted, CodeExpired, CodeGenerated
from app.days import DayBegan
from app.extensions.events import ExtensionApproved, ExtensionRejected, ExtensionRequested, ExtensionWithdrawn
from app.live.rooms import Hears, Matrix
from app.names import ACCOUNTS, ADMINS, ALL, CLIENTS, CODES, DAY, LOG, REQUESTS, SEEN
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.people.events import PasswordChanged, PersonRegistered, PersonSuspended, RoleChanged, SessionEnded

_code_ends = Hears(admin=(ADMINS, CODES, ACCOUNTS), client=(CODES, ACCOUNTS, CLIENTS))
_decision = Hears(admin=(ADMINS, REQUESTS, ACCOUNTS), client=(ACCOUNTS, CLIENTS))
_account = Hears(admin=(ADMINS, ACCOUNTS), client=(ACCOUNTS, CLIENTS))

MATRIX = Matrix(
    {
        CodeGenerated: Hears(admin=(ADMINS, CODES), client=(CODES,)),
        CodeActivated: Hears(admin=(ADMINS, CODES, ACCOUNTS), client=(CODES, ACCOUNTS, CLIENTS)),
        CodeCompleted: _code_ends,
        CodeCancelled: _code_ends,
        CodeExpired: _code_ends,
        ExtensionRequested: Hears(admin=(ADMINS, REQUESTS), client=(ACCOUNTS,)),
        ExtensionWithdrawn: Hears(admin=(ADMINS, REQUESTS), client=(ACCOUNTS,)),
        ExtensionApproved: _decision,
        ExtensionRejected: _decision,
        AccountExtended: _account,
        AccountCreated: _account,
        AccountSuspended: _account,
        AccountRestored: _account,
        AccountExpired: _account,
        AccountExpiringSoon: _account,
        BroadcastSent: Hears(everyone=(ALL,)),
        # The page's own bookkeeping: no name of these goes over the wire.
        PersonRegistered: Hears(admin=(LOG,)),
        PersonSuspended: Hears(admin=(LOG,)),
        PasswordChanged: Hears(admin=(LOG,)),
        RoleChanged: Hears(admin=(LOG,)),
        SessionEnded: Hears(),
        NotificationsSeen: Hears(client=(SEEN,)),
        DayBegan: Hears(everyone=(DAY,)),
    },
    only_if={ACCOUNTS: "account"},
)
