"""What a browser calls itself, in the words of people: enough to know one's own again."""

from __future__ import annotations

from app.i18n.message import Message, say

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
"""The first that stands there: all others say that they are those after them, too."""
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> Message:
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return say("{browser} on {system}", browser=browser, system=system)
    return say("{browser}", browser=browser or system) if browser or system else say("another program")
