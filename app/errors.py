"""Why an action fails, and with which words: domain errors that carry their HTTP status.

Every message is a sentence that a person can act on, put into words for whoever reads it (i18n/message.py). Nothing is
half done after any of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n.locale import Locale
from app.i18n.message import in_words, say

MARKED = say("Please correct the marked fields.")


class DeskError(Exception):
    status = 500
    code = "error"

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})

    def in_one_line(self, locale: Locale) -> str:
        """All of it, for where there is no field to be marked."""
        message = () if self.fields and self.message == MARKED else (self.message,)
        return " ".join(in_words(text, locale) for text in dict.fromkeys([*message, *self.fields.values()]))


class NotSignedIn(DeskError):
    status = 401
    code = "not_signed_in"

    def __init__(self, message: str = say("Please sign in first."), fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message, fields)


class Forbidden(DeskError):
    status = 403
    code = "forbidden"


class SetUpFirst(Forbidden):
    """An admin has yet to do what the desk requires of admins."""

    code = "second_factor_needed"

    def __init__(
        self,
        message: str = say("Admins of this desk need a second factor: set yours up first."),
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, fields)


class NotFound(DeskError):
    """Not there, or not yours: the two are never told apart."""

    status = 404
    code = "not_found"


class Conflict(DeskError):
    """Someone was first: the message says what the state is now, and who changed it."""

    status = 409
    code = "conflict"


class Invalid(DeskError):
    """Input that cannot be used; `fields` has a sentence for each field concerned."""

    status = 422
    code = "invalid"


class NotUnderstood(Invalid):
    """The same, of a robot's request: 400, as 422 is a verdict on a form that a person fills in."""

    status = 400
    code = "not_understood"


class Misdirected(DeskError):
    """Sent to a name that is not the desk's (RFC 9110, 15.5.20)."""

    status = 421
    code = "misdirected"


class TooMany(DeskError):
    status = 429
    code = "too_many"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds, for the Retry-After header (RFC 9110, 10.2.3)."""


class Unavailable(DeskError):
    status = 503
    code = "unavailable"

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds, where it is known when to come again."""
