"""A page without a browser: parses it, applies pushed partials as htmx would, and says what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from lxml.html import HtmlElement

from app.notifications.broadcasts import LONG_GONE

SELECTOR = re.compile(r'#(?P<id>[\w-]+)(\[value="(?P<value>[^"]*)"\])?(:not\(:has\(#(?P<unless>[\w-]+)\)\))?')
"""All the selectors that the desk pushes; an unknown one must fail the test that meets it."""

BOOKKEEPING = {"cursor", "rendered"}
FRESH_EVERY_TIME = {"request_key"}


@dataclass(frozen=True)
class Pushed:
    """One `<hx-partial>` as it came."""

    target: str
    swap: str
    name: str | None
    elements: tuple[HtmlElement, ...]

    @property
    def text(self) -> str:
        return " ".join(" ".join(element.text_content().split()) for element in self.elements)


def parsed(frame: str) -> list[Pushed]:
    partials = lxml.html.fragments_fromstring(frame, no_leading_text=True)
    assert all(partial.tag == "hx-partial" for partial in partials), frame[:300]
    return [
        Pushed(
            partial.get("hx-target", ""), partial.get("hx-swap", ""), partial.get("data-event"),
            tuple(child for child in partial if isinstance(child.tag, str)),
        )
        for partial in partials
    ]  # fmt: skip


class Document:
    def __init__(self, html: str) -> None:
        self.root = lxml.html.document_fromstring(html)

    def find(self, element: str) -> HtmlElement | None:
        found = self.root.xpath("//*[@id=$element]", element=element)
        assert len(found) <= 1, f"#{element} stands {len(found)} times on the page"
        return found[0] if found else None

    def value(self, element: str) -> str:
        found = self.find(element)
        assert found is not None, f"#{element} is missing"
        return found.get("value", "")

    def fields(self, form: str) -> dict[str, str]:
        found = self.find(form)
        assert found is not None, f"#{form} is missing"
        return {field.get("name"): field.get("value", "") for field in found.iter("input")}

    def show(self, html: str) -> None:
        """Another page's region in the place of this one's, as hx-target="#page" does."""
        new = Document(html).find("page")
        old = self.find("page")
        assert old is not None
        assert new is not None
        old.getparent().replace(old, new)

    def apply(self, pushed: Pushed) -> None:
        if pushed.target == LONG_GONE.target:
            for toast in self._target("#toasts")[:-3]:
                toast.drop_tree()
            return
        if (target := self._target(pushed.target)) is None:
            return
        copies = [_copy(e) for e in pushed.elements]
        match pushed.swap:
            case "outerMorph" | "outerHTML":
                (new,) = copies
                new.tail = target.tail
                target.getparent().replace(target, new)
            case "innerMorph" | "innerHTML":
                target.text = None
                for child in list(target):
                    target.remove(child)
                target.extend(copies)
            case "beforeend":
                target.extend(copies)
            case "delete":
                target.drop_tree()
            case "upsert sort:desc":
                for copy in copies:
                    self._upsert(target, copy)
            case other:
                raise AssertionError(f"unknown swap {other!r}")

    def _target(self, selector: str) -> HtmlElement | None:
        known = SELECTOR.fullmatch(selector)
        assert known is not None, f"unknown selector {selector!r}"
        found = self.find(known["id"])
        if found is None or (known["value"] is not None and found.get("value", "") != known["value"]):
            return None
        if known["unless"] and found.xpath(".//*[@id=$element]", element=known["unless"]):
            return None
        return found

    def _upsert(self, target: HtmlElement, new: HtmlElement) -> None:
        """As hx-upsert does it: in place of the one that is there, wherever that is; else by its id, descending."""
        if (old := self.find(new.get("id"))) is not None:
            new.tail = old.tail
            old.getparent().replace(old, new)
            return
        for child in target:
            if _number(new) > _number(child):
                child.addprevious(new)
                return
        target.append(new)

    def rows(self, region: str) -> list[str]:
        """Ids of a region's elements, in order."""
        found = self.find(region)
        return [] if found is None else [child.get("id") for child in found]

    def shown(self) -> list[str]:
        """What the page region shows, line by line: equal for pages that a person cannot tell apart."""
        page = self.find("page")
        assert page is not None
        return list(_lines(page, ""))


def _copy(element: HtmlElement) -> HtmlElement:
    copy = element.__copy__()
    copy.tail = None
    return copy


def _number(element: HtmlElement) -> int:
    return int(element.get("id").rsplit("-", 1)[1])


def _lines(element: HtmlElement, indent: str) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    attributes = dict(element.attrib)
    if attributes.get("id") in BOOKKEEPING or attributes.get("name") in FRESH_EVERY_TIME:
        attributes.pop("value", None)
    yield indent + " ".join([element.tag, *(f'{name}="{attributes[name]}"' for name in sorted(attributes))])
    yield from _text(element.text, indent)
    for child in element:
        yield from _lines(child, indent + "  ")
        yield from _text(child.tail, indent)


def _text(text: str | None, indent: str) -> Iterator[str]:
    if text and text.strip():
        yield f"{indent}  “{' '.join(text.split())}”"
