from __future__ import annotations

import asyncio
from collections.abc import Sequence

from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch, placeholders
from app.db.row import MOST_KEY
from app.errors import MARKED, Conflict, DeskError, Invalid
from app.i18n.message import Message, say
from app.imports.table_of_file import Wanted
from app.licences.plans import check_licence
from app.people import names
from app.people.tables import Person
from app.products.tables import Product


class AccountImport(Row, tablename="account_import"):
    """A file whose accounts have been made: once, however often it is sent."""

    id = Serial(primary_key=True)
    request_key = Varchar(length=MOST_KEY)
    many = Integer()
    made_by = Varchar(length=32)
    created_at = Timestamptz()

    @classmethod
    async def problems(cls, wanted: Sequence[Wanted]) -> dict[int, list[str]]:
        """What is wrong with each row, by its line; empty when all of them can be made."""
        clients = await _clients(wanted)
        products = [product.slug for product in await Product.on_sale()]
        found: dict[int, list[str]] = {}
        seen: dict[tuple[str, ...], int] = {}
        for row in wanted:
            wrong = [*_of_licence(row)]
            if row.username not in clients:
                wrong.append(say("There is no client called “{name}”.", name=row.username))
            if row.product and row.product not in products:
                wrong.append(say("There is no product “{name}” on sale.", name=row.product))
            if not row.product and len(products) > 1:
                wrong.append(say("Name its product, one of {choices}.", choices=", ".join(products)))
            if row.same in seen:
                wrong.append(say("The same stands in line {line}.", line=seen[row.same]))
            seen.setdefault(row.same, row.line)
            if wrong:
                found[row.line] = wrong
            await asyncio.sleep(0)
        return found

    @classmethod
    async def create(cls, wanted: Sequence[Wanted], request_key: str, by: Person) -> list[CustomerAccount]:
        """All of them, or none. Raises Invalid for a row that cannot be made, Conflict for a file that was sent
        before."""
        if not 1 <= len(request_key) <= MOST_KEY:
            raise Invalid(MARKED, {"request_key": say("Use 1 to {most} characters.", most=MOST_KEY)})
        async with transaction():
            made = await cls.add(
                {
                    cls.request_key: request_key, cls.many: len(wanted), cls.made_by: by.username,
                    cls.created_at: now(),
                }
            )  # fmt: skip
            if made is None:
                raise Conflict(say("This file has been imported before. Nothing was made now."))
            accounts = []
            for row in wanted:
                try:
                    accounts.append(
                        await CustomerAccount.create(
                            row.username, platform=row.platform, account_number=row.account_number, plan=row.plan,
                            product=row.product, by=by,
                        )
                    )  # fmt: skip
                except DeskError as error:  # which ends the transaction
                    raise Invalid(MARKED, {"csv": in_line(row.line, error.fields or {"": error.message})}) from None
                await asyncio.sleep(0)  # nothing in it suspends on SQLite
        return accounts


def _of_licence(row: Wanted) -> list[str]:
    try:
        check_licence(row.platform, row.account_number, row.plan)
    except Invalid as error:
        return list(error.fields.values())
    return []


def in_line(line: int, fields: dict[str, str]) -> Message:
    return say("Line {line}: {what}", line=line, what=" ".join(fields.values()))


async def _clients(wanted: Sequence[Wanted]) -> set[str]:
    known = {row.username for row in wanted if names.can_exist(row.username)}
    if not known:
        return set()
    rows = await fetch(
        f"SELECT username FROM person WHERE role = 'client' AND username IN ({placeholders(len(known))})", *known
    )
    return {row["username"] for row in rows}
