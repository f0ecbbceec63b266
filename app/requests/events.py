from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import ACCOUNTS_UPDATED, ADMIN_NOTIFICATION, CLIENT_NOTIFICATION, REQUESTS_UPDATED

# To its owner a request is what their account's row says.
BY_THE_CLIENT = Audience(admin=(ADMIN_NOTIFICATION, REQUESTS_UPDATED), client=(ACCOUNTS_UPDATED,))
DECISION = Audience(
    admin=(ADMIN_NOTIFICATION, REQUESTS_UPDATED, ACCOUNTS_UPDATED), client=(ACCOUNTS_UPDATED, CLIENT_NOTIFICATION)
)


class ExtensionRequested(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    creates = ("request",)
    audience = BY_THE_CLIENT
    words = Words(
        "{owner} asks for {days} more on {where}", many="{owner} asked {count} times for more days",
        record="You asked for {days} more on {where}",
    )  # fmt: skip


class ExtensionWithdrawn(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    audience = BY_THE_CLIENT
    words = Words(
        "{owner} withdrew the request for {days} more on {where}", many="{owner} withdrew {count} requests",
        record="You withdrew the request for {days} more on {where}",
    )  # fmt: skip


class ExtensionApproved(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    audience = DECISION
    words = Words(
        "{by} approved {days} more for {owner} on {where}", "Your extension of {days} on {where} was approved",
        several="{by} approved {count} extensions", done="{count} extensions approved", level="success",
    )  # fmt: skip


class ExtensionRejected(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    audience = DECISION
    words = Words(
        "{by} rejected {days} more for {owner} on {where}",
        "Your extension of {days} on {where} was rejected: {reason}",
        several="{by} rejected {count} extensions", done="{count} extensions rejected",
        level="warning", client_level="warning",
    )  # fmt: skip


class MoveRequested(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    creates = ("request",)
    audience = BY_THE_CLIENT
    words = Words(
        "{owner} asks to move {before} to {after}", many="{owner} asked {count} times for another account",
        record="You asked to move {before} to {after}",
    )  # fmt: skip


class MoveWithdrawn(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    audience = BY_THE_CLIENT
    words = Words(
        "{owner} withdrew the request to move {before} to {after}", many="{owner} withdrew {count} requests to move",
        record="You withdrew the request to move {before} to {after}",
    )  # fmt: skip


class MoveApproved(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    rekeys = ("account",)
    audience = DECISION
    words = Words(
        "{by} moved the account of {owner} from {before} to {after}",
        "Your licence was moved from {before} to {after}, as you asked", level="success",
        several="{by} approved {count} moves", done="{count} moves approved",
    )  # fmt: skip


class MoveRejected(DeskEvent, frozen=True, kw_only=True):
    request: int
    account: int

    audience = DECISION
    words = Words(
        "{by} rejected to move the account of {owner} from {before} to {after}",
        "Your request to move {before} to {after} was rejected: {reason}",
        several="{by} rejected {count} moves", done="{count} moves rejected",
        level="warning", client_level="warning",
    )  # fmt: skip
