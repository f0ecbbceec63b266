"""What a plain form has done is said on the page that it leads to, where no fragment says it.

A cookie carries which entries of the log that are, for a minute and for one page: no address says it, which somebody
could make up, and nothing is kept on the server. Whose entries they are is asked when they are put into words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from app.i18n.message import Message, say
from app.live.log import LogEntry
from app.settings import settings
from app.web.cookies import cookie
from app.web.negotiation import AnyRequest
from app.web.parameters import row_id

SECONDS = 60
"""For which the next page may be on its way."""
MOST = 1_000
"""Entries of the log between the first and the last of one action."""
PLAIN = {
    "nothing": say("That was so already: nothing has changed."),
    "signed-out": say("You have signed out."),
    "signed-out-there": say("You are signed out there."),
    "password-changed": say("Your password is changed. Everywhere else you are signed out."),
    "factor-removed": say("Your second factor is removed."),
    "rule-changed": say("The rule for admins is changed."),
    "email-changed": say("Your e-mail address is changed."),
}
"""What no entry tells of."""


@dataclass(frozen=True)
class Said:
    """What somebody has done, in sentences."""

    sentences: Sequence[Message | str] = ()
    undo: tuple[int, int] | None = None
    """The first and the last entry of the log, if what they tell can be undone."""

    def __bool__(self) -> bool:
        return bool(self.sentences)


WordsOf = Callable[[int, int, Any], Awaitable[Said]]
"""(first entry, last entry, person): what that person has done."""


def note_done(response: Response[Any], entries: Sequence[LogEntry], plain: str = "nothing") -> Response[Any]:
    value = f"{entries[0].id}-{entries[-1].id}" if entries else plain
    response.set_cookie(_cookie(value, SECONDS))
    return response


async def done(request: AnyRequest) -> Said:
    """What whoever asks for this page has just done; nothing if that is not known, or not theirs."""
    noted = cookie(request, _name()) or ""
    if noted in PLAIN:
        return Said([PLAIN[noted]])
    first, last = (row_id(text) for text in noted.partition("-")[::2])
    if first is None or last is None or request.user is None or not first <= last < first + MOST:
        return Said()
    words_of: WordsOf = request.app.state.words_of_done
    return await words_of(first, last, request.user)


def forget_done(request: AnyRequest, response: Response[Any]) -> None:
    """It has been said."""
    if cookie(request, _name()) is not None:
        response.set_cookie(_cookie("", 0))


def _name() -> str:
    return "__Host-desk-done" if settings().production else "desk-done"


def _cookie(value: str, seconds: int) -> Cookie:
    return Cookie(
        key=_name(), value=value, path="/", max_age=seconds, httponly=True, samesite="lax",
        secure=settings().production,
    )  # fmt: skip
