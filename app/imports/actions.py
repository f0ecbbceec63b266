from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post

from app.errors import MARKED, Invalid
from app.i18n.locale import Locale
from app.i18n.message import in_words
from app.imports.pages import IMPORT, Import
from app.imports.table_of_file import parsed
from app.imports.tables import AccountImport
from app.web.fields import new_key
from app.web.forms import show_form
from app.web.guards import admins
from app.web.locale import locale_of
from app.web.negotiation import wants_json
from app.web.request_body import read
from app.web.responses import respond

MOST_SHOWN = 50
"""Rows, and lines with problems, of a file that is looked at."""


class ImportActions(Controller):
    guards = [admins]

    @post("/api/admin/accounts/import", status_code=200, opt={"form": IMPORT, "files": True, "quota": "import"})
    async def look_or_import(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Looks at a file; sent again with `confirmed`, its accounts are made: all of them, or none."""
        body = await read(request, Import)
        text = body.file or body.csv
        wanted = parsed(text)
        problems = await AccountImport.problems(wanted)
        if body.confirmed and problems:
            raise Invalid(MARKED, {"csv": _in_one(problems, locale_of(request))})
        if body.confirmed:
            return await respond(request, await AccountImport.create(wanted, body.request_key, request.user), 201)
        if wants_json(request):
            locale = locale_of(request)
            said = {str(line): [in_words(each, locale) for each in wrong] for line, wrong in problems.items()}
            return Response({"rows": len(wanted), "problems": said})
        way_back = {name: value for name, value in request.state.sent.items() if name in ("back", "opener")}
        values = {
            **way_back, **new_key(), "csv": text, "wanted": wanted[:MOST_SHOWN], "many": len(wanted),
            "problems": list(problems.items())[:MOST_SHOWN], "bad": len(problems),
        }  # fmt: skip
        return await show_form(request, IMPORT, values, status=422 if problems else 200)


def _in_one(problems: dict[int, list[str]], locale: Locale) -> str:
    line, wrong = next(iter(problems.items()))
    return f"{line}: {' '.join(in_words(each, locale) for each in wrong)}"
