"""Whatever people read stands in the catalogues, and is translated in each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import nodes

from app import words
from app.i18n.catalogue import HERE, SOURCE
from app.i18n.locale import LANGUAGES
from app.templating import _environment

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
TAG = re.compile(r"</?\w[^>]*>")

NAMES = {"Codedesk"}
"""Said the same in every language."""


@cache
def collected() -> Catalog:
    return words.collected()


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_what_is_said_stands_in_the_template_of_the_catalogues() -> None:
    assert words.POT.read_text() == words.as_text(collected()), "run: make words"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_the_sentences_of_today(language: str) -> None:
    assert (HERE / f"{language}.po").read_text() == words.translated(language, collected()), "run: make words"


def sentences(language: str) -> list[Message]:
    with (HERE / f"{language}.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def is_translated(message: Message) -> bool:
    said = forms(message.id)[-1]
    return not message.fuzzy and all(
        translation
        and sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(said))
        and sorted(TAG.findall(translation)) == sorted(TAG.findall(said))
        and translation.endswith("…") == said.endswith("…")
        for translation in forms(message.string)
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_is_translated_with_all_that_stands_in_it(language: str) -> None:
    assert len(sentences(language)) > 900
    assert [message.id for message in sentences(language) if not is_translated(message)] == []


class Read(HTMLParser):
    """What somebody reads of a page, or hears."""

    ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in self.ATTRIBUTES and value]


PART_OF_A_TAG = re.compile(r'-?[\w:-]+(="[^"]*)?"|[\w:-]+="')
"""Of templates that are put into one."""
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"


def is_said(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2,}", PART_OF_A_TAG.sub("", text))) and text.strip(" ·") not in NAMES


def outside_of_catalogues(source: str) -> list[str]:
    """Text of a template that is the same for all readers."""
    environment = _environment(SOURCE)
    reads = Read()
    reads.feed("".join(markup_of(list(environment.lex(source)))))
    texts = [part for text in reads.texts for part in text.split(HOLE)]
    tree = environment.parse(source)
    known = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for argument in call.args
    }
    texts += [
        const.value
        for const in tree.find_all(nodes.Const)
        if id(const) not in known and isinstance(const.value, str) and re.match(r"[A-Z][a-z]|[a-z]+ [a-z]", const.value)
    ]
    return [text.strip() for text in texts if is_said(text)]


def markup_of(tokens: list[tuple[int, str, str]]) -> Iterator[str]:
    """What stands there for every reader, with holes for the rest."""
    is_translated = False
    for place, (_, kind, value) in enumerate(tokens):
        if kind == "block_begin":
            name = next(text for _, kind, text in tokens[place:] if kind == "name")
            is_translated = name == "trans" or (is_translated and name != "endtrans")
        elif kind == "data" and not is_translated:
            yield value
        elif kind in ("variable_end", "block_end"):
            yield HOLE


COMPARED = {"Select"}
"""The name of a column, by which the list knows it."""


def test_no_text_stands_in_a_template_that_is_in_no_catalogue() -> None:
    texts = [(named(path), text) for path in TEMPLATES for text in outside_of_catalogues(path.read_text())]
    assert [(name, text) for name, text in texts if text not in COMPARED] == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        '<b title="Hello">{{ x }}</b>',
        '<input placeholder="Hello {{ x }}">',
        "<p>{% if x %}yes{% endif %}</p>",
        '{{ field(form, "name", "Your name") }}',
        "<p>{% trans %}known{% endtrans %} unknown</p>",
    ],
)
def test_the_test_finds_text_in_a_template(source: str) -> None:
    assert outside_of_catalogues(source)


STYLE_SHEETS = sorted((ROOT / "static").glob("*.css"))
STRING = re.compile(r'"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'')


def said_by_css(source: str) -> list[str]:
    """Words that a style sheet puts on a page: those of a template would be in the reader's language."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    declared = re.findall(r"[;{]\s*(?:content|symbols|prefix|suffix|quotes|--(?!sans|mono)[\w-]+)\s*:([^;}]*)", source)
    texts = [string[1:-1] for value in declared for string in STRING.findall(value)]
    return [text for text in texts if is_said(text)]


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=named)
def test_no_word_stands_in_a_style_sheet(path: Path) -> None:
    assert said_by_css(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        'a::after { content: "click, then Ctrl+C"; }',
        "a::after{content:'คลิก'}",
        'a { color: red; } b::before { top: 0; content: counter(n) " more rows" }',
        '@counter-style many { system: cyclic; symbols: "one" "several"; }',
    ],
)
def test_the_test_finds_words_in_a_style_sheet(source: str) -> None:
    assert said_by_css(source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_that_the_desk_cannot_be_reached(language: str) -> None:
    assert "connection-state offline" in (ROOT / f"static/offline.{language}.html").read_text()
    assert "unanswered" in (ROOT / f"static/offline.{language}.html").read_text()


NOT_READ_BY_PEOPLE = {
    "app/cli.py", "app/operations.py", "app/settings.py", "app/seed.py", "app/matrix.py", "app/words.py",
    "app/migrate.py",
}  # fmt: skip
"""The command line, the logs and the metrics are in English."""
SQL = re.compile(r"(SELECT|INSERT|UPDATE|DELETE)\b")


def unsaid(source: str) -> list[str]:
    """Sentences and labels in a file of Python that are no messages."""
    tree = ast.parse(source)
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            fine.add(id(node.value))  # a docstring
        elif isinstance(node, ast.Call) and is_for_no_reader(node):
            fine |= {id(each) for argument in [*node.args, *node.keywords] for each in ast.walk(argument)}
        elif isinstance(node, ast.Assert) and node.msg is not None:
            fine |= {id(each) for each in ast.walk(node.msg)}
    labels = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and words._name(node.func) in ("NavLink", "FormPage")
        for argument in node.args
    }
    texts = [
        (node.value, id(node) in labels)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fine
    ]
    return [text for text, is_label in texts if (is_label and text[:1].isupper()) or is_sentence(text)]


def is_for_no_reader(call: ast.Call) -> bool:
    """A message already, or what goes to the log and into the metrics, or a mistake of ours."""
    of = words._name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    name = words._name(call.func)
    return name in words.CALLS or of == "logger" or name.endswith("Error") or name in ("Gauge", "Counter", "Histogram")


def is_sentence(text: str) -> bool:
    return bool(re.match(r"[A-Z][a-z]*[ ,]", text) or re.search(r"\w \w+[ \w]*\.$", text)) and not SQL.match(text)


def test_no_sentence_stands_in_the_code_that_is_no_message() -> None:
    found = [
        (named(path), text)
        for path in sorted((ROOT / "app").rglob("*.py"))
        if named(path) not in NOT_READ_BY_PEOPLE and not {"migrations", "db"} & set(path.parts)
        for text in unsaid(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'raise Invalid("Please try again.")',
        'fields["x"] = f"Use {least} characters."',
        'link = NavLink("codes", "Codes", 10)',
        'title = "New account"',
    ],
)
def test_the_test_finds_a_sentence_in_the_code(source: str) -> None:
    assert unsaid(source)


def test_nothing_is_said_that_cannot_be_collected() -> None:
    """The first argument of `say` is the sentence itself, so that it can be found by reading."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        if named(path) in ("app/labels.py", "app/i18n/message.py"):  # names that stand in tables, and the verb itself
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and words._name(node.func) in ("say", "say_count"):
                texts = node.args[: words.CALLS[words._name(node.func)]]
                assert all(isinstance(text, ast.Constant) for text in texts), f"{named(path)}:{node.lineno}"
