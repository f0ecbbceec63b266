"""The next version of the desk, as far as an older process of a rolling deploy can tell: it knows one more event.

`python -m tests.reliability.newer serve …` serves it; `… bless CODE` commits that event, for the code of this id.
"""

from __future__ import annotations

import sys

from app.cli import main
from app.codes.tables import TradingCode
from app.db import transaction
from app.events import Audience, DeskEvent, Words
from app.live.event import SYSTEM
from app.live.log import record
from app.operations import with_database
from app.topics import ADMIN_NOTIFICATION, CODES_UPDATED


class CodeBlessed(DeskEvent, frozen=True, kw_only=True):
    code: int

    audience = Audience(admin=(ADMIN_NOTIFICATION, CODES_UPDATED), client=(CODES_UPDATED,))
    words = Words("{by} blessed code {code} of {owner}")


async def bless(key: int) -> None:
    code = await TradingCode.by_id(key)
    assert code is not None
    async with transaction():
        record(CodeBlessed(client=code.owner, code=code.id), by=SYSTEM)


if __name__ == "__main__":
    if sys.argv[1] == "bless":
        with_database(bless, int(sys.argv[2]))
    else:
        main()
