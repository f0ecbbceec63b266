from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get

from app.i18n.message import say
from app.imports.table_of_file import KNOWN, MOST_ROWS
from app.web.fields import RequestKey, new_key
from app.web.forms import FormPage, show_form
from app.web.guards import admins

MOST_TEXT = 60_000
"""Characters: MOST_ROWS rows fit, and the form in which they are sent again."""
Text = Annotated[str, msgspec.Meta(max_length=MOST_TEXT), say("A file may have {most} characters.", most=MOST_TEXT)]


class Import(msgspec.Struct):
    csv: Text = ""
    file: Text = ""
    """Instead of it."""
    request_key: RequestKey = ""
    confirmed: Annotated[str, msgspec.Meta(max_length=1), say("Please choose one.")] = ""
    """Not empty: what has been looked at is to be made."""


IMPORT = FormPage(
    "import-accounts", "imports/import_form.html", say("Accounts from a file"), "accounts", Import, "/admin/accounts",
    defaults={"columns": ", ".join(KNOWN), "most_rows": str(MOST_ROWS), "wanted": "", "problems": ""}, fresh=new_key,
)  # fmt: skip


class ImportPages(Controller):
    guards = [admins]
    include_in_schema = False

    @get("/admin/accounts/import")
    async def upload(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, IMPORT, {})
