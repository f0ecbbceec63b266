"""Who reads what in which language and zone, where several of them are in one room."""

from __future__ import annotations

import re

from tests.live.pages import Frame, LivePage
from tests.live.people import People

READING = {
    "ada": ("en", ""), "grace": ("th", "Asia/Bangkok"), "bob": ("th", ""), "eve": ("en", "America/New_York"),
}  # fmt: skip
PAGES = {
    "ada": (
        "/admin", "/admin/codes", "/admin/accounts", "/admin/extensions", "/admin/activity", "/admin/people",
        "/notifications",
    ),
    "grace": ("/admin", "/admin/codes", "/admin/accounts", "/admin/extensions", "/admin/activity", "/notifications"),
    "bob": ("/", "/notifications"),
    "eve": ("/", "/notifications"),
}  # fmt: skip
THAI = re.compile("[\u0e00-\u0e7f]")
KEY = re.compile(r"\b[0-9A-Z]{5}(-[0-9A-Z]{5}){4}\b")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
WRITTEN = re.compile(
    "the desk closes at six|read this|and this|marker|please|not now|Night Scalper|scalper-[0-9]|Trading robot|"
    "Broker-Real7|Other-Real1|Hello there.|Waiting|Gone soon"
)
"""By people, who write in English, and by robots."""
NAMES = {
    "ada", "grace", "bob", "eve", "trudy", "walter", "peggy", "victor", "niaj", "mallory", "sybil", "oscar", "wendy",
    "olivia", "rupert", "judy", "frank", "system", "Codedesk", "MetaTrader", "CSV",
}  # fmt: skip


def choose_locales(people: People) -> None:
    for name, (language, zone) in READING.items():
        people.do(name, "/me", language=language, zone=zone)


def open_pages(people: People) -> list[LivePage]:
    pages = []
    for name, paths in PAGES.items():
        for path in paths:
            pages.append(page := LivePage(people.server, people.browser[name], path))
            page.reader = name
    return pages


def said(frames: list[Frame]) -> str:
    """All words of them."""
    return " ".join(partial.text for frame in frames for partial in frame.partials)


def assert_own_language(page: LivePage, text: str) -> None:
    if READING[page.reader][0] == "en":
        assert not THAI.search(text), f"{page} of {page.reader}: {text}"
    else:
        others = [word for word in ENGLISH.findall(WRITTEN.sub("", KEY.sub("", text))) if word not in NAMES]
        assert others == [], f"{page} of {page.reader}: {text}"
