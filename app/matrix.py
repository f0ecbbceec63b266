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
from app.calendar.events import DayBegan
from app.codes.events import CodeActivated, CodeCancelled, CodeCompleted, CodeExpired, CodeGenerated
from app.extensions.events import ExtensionApproved, ExtensionRejected, ExtensionRequested, ExtensionWithdrawn
from app.live.rooms import Audience, Matrix
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.people.events import (
    PasswordChanged,
    PersonRegistered,
    PersonRestored,
    PersonSuspended,
    RoleChanged,
    SessionEnded,
)
from app.topics import ACCOUNTS, ADMINS, ALL, CLIENTS, CODES, DAY, LOG, REQUESTS, SEEN

_code_ends = Audience(admin=(ADMINS, CODES, ACCOUNTS), client=(CODES, ACCOUNTS, CLIENTS))
_decision = Audience(admin=(ADMINS, REQUESTS, ACCOUNTS), client=(ACCOUNTS, CLIENTS))
_account = Audience(admin=(ADMINS, ACCOUNTS), client=(ACCOUNTS, CLIENTS))

MATRIX = Matrix(
    {
        CodeGenerated: Audience(admin=(ADMINS, CODES), client=(CODES,)),
        CodeActivated: Audience(admin=(ADMINS, CODES, ACCOUNTS), client=(CODES, ACCOUNTS, CLIENTS)),
        CodeCompleted: _code_ends,
        CodeCancelled: _code_ends,
        CodeExpired: _code_ends,
        ExtensionRequested: Audience(admin=(ADMINS, REQUESTS), client=(ACCOUNTS,)),
        ExtensionWithdrawn: Audience(admin=(ADMINS, REQUESTS), client=(ACCOUNTS,)),
        ExtensionApproved: _decision,
        ExtensionRejected: _decision,
        AccountExtended: _account,
        AccountCreated: _account,
        AccountSuspended: _account,
        AccountRestored: _account,
        AccountExpired: _account,
        AccountExpiringSoon: _account,
        BroadcastSent: Audience(everyone=(ALL,)),
        # The page's own bookkeeping: no name of these goes over the wire.
        PersonRegistered: Audience(admin=(LOG,)),
        PersonSuspended: Audience(admin=(LOG,)),
        PersonRestored: Audience(admin=(LOG,)),
        PasswordChanged: Audience(admin=(LOG,)),
        RoleChanged: Audience(admin=(LOG,)),
        SessionEnded: Audience(),
        NotificationsSeen: Audience(client=(SEEN,)),
        DayBegan: Audience(everyone=(DAY,)),
    },
    only_if={ACCOUNTS: "account"},
)
