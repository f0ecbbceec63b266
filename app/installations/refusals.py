"""Why a robot is refused, in words: to the robot (app/robots/), on the desk, and in what its client is told."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n.message import Message, say

MESSAGES: Mapping[str, Message] = {
    "VALID": say("The licence is valid."),
    "NOT_FOUND": say("The desk does not know this licence. Copy the key from your desk, whole."),
    "BAD_KEY": say("This is no licence key: a sign is wrong or missing. Copy the key from your desk, whole."),
    "PENDING": say("The code waits for its activation. The robot asks again by itself."),
    "EXPIRED": say("The licence has expired. Ask for an extension at your desk."),
    "SUSPENDED": say("The licence is suspended. Ask the seller; your desk says when it runs again."),
    "ACCOUNT_MISMATCH": say("This licence is for another account number. Log in to that account."),
    "SERVER_MISMATCH": say("This licence is bound to another server of a broker. Ask the seller to release it."),
    "PLATFORM_MISMATCH": say("This licence is for the other platform: MetaTrader 4 and 5 have licences of their own."),
    "PRODUCT_MISMATCH": say("This licence is for another robot. Use the key of this one."),
    "MODE_NOT_ALLOWED": say("This licence does not allow this kind of account: a trial is for demo accounts only."),
    "TOO_MANY_SEATS": say("All seats of this licence are taken. Free one at your desk, or stop another terminal."),
    "VERSION_TOO_OLD": say("This version of the robot is too old. Install the present one."),
}
"""By the code of the answer: in English to the robot, in anybody's language on the desk."""


def why(code: str, expected: str) -> Message:
    """The end of a sentence about a refused terminal. `expected`: what it should have said."""
    match code:
        case "EXPIRED":
            return say("this licence has expired")
        case "SUSPENDED":
            return say("this licence is suspended")
        case "ACCOUNT_MISMATCH":
            return say("this licence is for {expected}", expected=expected)
        case "SERVER_MISMATCH":
            return say("this licence is bound to {expected}", expected=expected)
        case "PLATFORM_MISMATCH":
            return say("this licence is for {expected}", expected=expected.upper())
        case "PRODUCT_MISMATCH":
            return say("this licence is for the product {expected}", expected=expected)
        case "MODE_NOT_ALLOWED":
            return say("this licence allows only: {expected}", expected=expected)
        case "TOO_MANY_SEATS":
            return say("all seats are taken ({expected})", expected=expected)
        case "VERSION_TOO_OLD":
            return say("the robot must be version {expected} or newer", expected=expected)
    return say("{verdict} (this version of the desk cannot say more)", verdict=code)
