"""What lists need of a row that belongs to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.events import Subject

if TYPE_CHECKING:
    from piccolo.columns import ForeignKey, Serial, Timestamptz, Varchar


class OwnedRow(Subject):
    """A table of the clients' rows, with copies of what every list shows and searches."""

    if TYPE_CHECKING:
        id: Serial
        owner: ForeignKey[Any]
        owner_name: Varchar
        account_number: Varchar
        status: Varchar
        created_at: Timestamptz

    @property
    def render_key(self) -> tuple[Any, ...]:
        """All that its fragments show and that may change: an equal key means equal fragments."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        raise NotImplementedError
