"""The keys that lead somewhere, with the browser's own modifier: declared here once, and shown on the help page.

No D, E or F: with Alt they are the browser's address bar and menus. No digit: with Alt those are its tabs.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n.message import Message, say

PAGES: Mapping[str, str] = {
    "desk": "o",
    "dashboard": "o",
    "codes": "c",
    "accounts": "a",
    "extensions": "x",
    "people": "p",
    "activity": "v",
    "broadcast": "b",
    "notifications": "n",
    "me": "m",
    "help": "h",
}
"""By the section of a page's link."""
SEARCH, FIND, FIRST = "s", "k", "g"
FIRST_OPENERS = {"new-account"}
"""Buttons that open a dialog, and are the first thing to do on their page: a key leads to one element only."""
FIRST_TITLES = {"waiting-codes"}
"""Headings of what waits: what stands there first is not to be pressed by a key that is meant to lead to it."""
FIRST_LISTS = {"codes", "extensions"}
"""Lists of what waits, for admins."""
OF_A_PAGE: Mapping[str, Message] = {
    SEARCH: say("Search, on a page that can be searched"),
    FIND: say("Find anything, wherever it is"),
    FIRST: say("The first thing to do on a page: a new code, a new account, a broadcast, or the list of what waits"),
}
