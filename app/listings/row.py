"""What lists need of a row that belongs to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from app.errors import NotFound
from app.events import Subject
from app.live.views import Reader

if TYPE_CHECKING:
    from piccolo.columns import ForeignKey, Serial, Timestamptz, Varchar


class OwnedRow(Subject):
    """A table of the clients' rows, with copies of what every list shows and searches."""

    if TYPE_CHECKING:
        id: Serial
        owner: ForeignKey[Any]
        owner_name: Varchar
        platform: Varchar
        account_number: Varchar
        status: Varchar
        created_at: Timestamptz

    nothing: ClassVar[str]
    """Said of one that is not there, or not theirs."""

    @classmethod
    async def of(cls, person: Reader, key: int) -> Self:
        """The row if it is theirs, or they are an admin; NotFound otherwise."""
        row = await cls.by_id(key)
        if row is None or not (person.role == "admin" or row.owner == person.id):
            raise NotFound(cls.nothing)
        return row

    @property
    def where(self) -> str:
        """The trading account that it is about."""
        return f"{self.platform.upper()} {self.account_number}"

    @property
    def name_in_lists(self) -> str:
        """Of what is said of one row among many."""
        return self.account_number

    @property
    def render_key(self) -> tuple[Any, ...]:
        """All that its fragments show and that may change: an equal key means equal fragments."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        raise NotImplementedError

    def as_csv(self) -> dict[str, Any]:
        """What stands in a file of the list."""
        return self.as_json()
