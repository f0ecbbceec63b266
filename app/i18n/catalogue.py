"""The catalogues (gettext), read from their `.po` files: what stands there is what is said."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.i18n.locale import LANGUAGES

HERE = Path(__file__).parent
SOURCE = "en"
"""The language of the sentences in the code."""


@cache
def translations(language: str) -> NullTranslations:
    """Raises OSError where there is no catalogue for one of LANGUAGES."""
    if language == SOURCE:
        return NullTranslations()
    with (HERE / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def load_all() -> None:
    """Before the first request: reading a catalogue takes longer than the event loop may be held."""
    for language in LANGUAGES:
        translations(language)
