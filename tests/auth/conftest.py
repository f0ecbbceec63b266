from __future__ import annotations

import pytest

from app.people.tables import Person
from tests.people import PASSWORDS, dear_hash


@pytest.fixture
async def desk(desk: None) -> None:
    """Where a password costs what it costs people."""
    for name in PASSWORDS:
        await Person.update({Person.password_hash: dear_hash(name)}).where(Person.username == name)
