"""The sentences of the code and of the templates, for those who translate them: `make words` runs this.

It writes app/i18n/messages.pot and brings each language's catalogue (app/i18n/th.po) up to date: what is new stands
there without a translation, what is gone is gone. In the order of the sentences and without line numbers or dates, so
that only what has changed is a change.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from app.i18n.catalogue import HERE, SOURCE
from app.i18n.locale import LANGUAGES
from app.labels import kind_label, label, state
from app.notifications.notes import audit_groups

ROOT = Path(__file__).parent.parent
POT = HERE / "messages.pot"
WIDTH = 120

Sentence = tuple[str, str | None]
"""With its plural, if it has one."""

CALLS = {"say": 1, "gettext": 1, "say_count": 2, "ngettext": 2, "Words": 0}
"""How many of a function's first arguments are one sentence; each of those of Words is one."""
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plurals}\n"

"""


def collected() -> Catalog:
    """All sentences that people may read, with the files where they stand. ValueError for one with two plurals."""
    for path in (ROOT / "app").glob("*/events.py"):
        import_module(f"app.{path.parent.name}.events")
    sources: list[tuple[str, Iterable[Sentence]]] = [
        *((named(path), in_python(path.read_text())) for path in sorted((ROOT / "app").rglob("*.py"))),
        *((named(path), in_template(path.read_bytes())) for path in sorted((ROOT / "templates").rglob("*.html"))),
        ("app/labels.py", names()),
    ]
    plurals: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    for place, sentences in sources:
        for one, many in sentences:
            places[str(one)].add(place)
            plurals[str(one)] |= {many} if many else set()
    catalogue = Catalog(charset="utf-8")
    for one, forms in plurals.items():
        if len(forms) > 1:
            raise ValueError(f"{one!r} has several plurals: {forms}")
        where = [(place, 0) for place in sorted(places[one])]
        catalogue.add((one, *forms) if forms else one, locations=where)
    return catalogue


def names() -> Iterator[Sentence]:
    """What the domains' states and actions are called, and the kinds of what happens; in app/labels.py, or as they are
    named."""
    for path in sorted((ROOT / "app").glob("*/tables.py")):
        declared = vars(import_module(f"app.{path.parent.name}.tables"))
        for status in declared.get("STATUSES", ()):
            yield from ((label(status), None), (state(status), None))
        for actions in ("TRANSITIONS", "ACTIONS"):
            yield from ((label(action), None) for action in declared.get(actions, ()))
    for domain, kinds in audit_groups().items():
        yield from ((name, None) for name in (label(domain), *map(kind_label, kinds)))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_python(source: str) -> Iterator[Sentence]:
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or (name := _name(call.func)) not in CALLS:
            continue
        if name == "Words":
            many = [keyword.value for keyword in call.keywords if keyword.arg in ("many", "several", "done", "record")]
            yield from ((text, None) for text in map(_text, [*call.args, *many]) if text)
        else:
            texts = [_text(argument) for argument in call.args[: CALLS[name]]]
            if texts and texts[0]:
                yield texts[0], texts[1] if len(texts) > 1 else None


def in_template(source: bytes) -> Iterator[Sentence]:
    options = {"newstyle_gettext": "yes", "silent": "no", "trim_blocks": "yes", "lstrip_blocks": "yes"}
    for _, _, message, _ in babel_extract(BytesIO(source), ("_", "gettext", "ngettext"), (), options):
        texts = message if isinstance(message, tuple) else (message,)
        if texts[0]:
            yield texts[0], texts[1] if len(texts) > 1 else None


def _name(function: ast.expr) -> str:
    return getattr(function, "id", "") or getattr(function, "attr", "")


def _text(argument: ast.expr) -> str | None:
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else None


def as_text(catalogue: Catalog, header: str = "") -> str:
    written = BytesIO()
    write_po(written, catalogue, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    return header + written.getvalue().decode()


def translated(language: str, template: Catalog) -> str:
    """The catalogue of a language with the sentences of today, and what has been translated of them."""
    path = HERE / f"{language}.po"
    with path.open("rb") as file:
        before = read_po(file, locale=language)
    today = Catalog(locale=language, charset="utf-8")
    for message in template:
        if message.id:
            kept = before.get(message.id[0] if isinstance(message.id, tuple) else message.id)
            text = kept.string if kept is not None and kept.pluralizable == message.pluralizable else ""
            today.add(message.id, text or None, locations=message.locations)
    return as_text(today, HEADER.format(language=language, plurals=before.plural_forms))


def main() -> None:
    template = collected()
    POT.write_text(as_text(template))
    for language in LANGUAGES:
        if language != SOURCE:
            (HERE / f"{language}.po").write_text(translated(language, template))


if __name__ == "__main__":
    main()
