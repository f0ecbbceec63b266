"""A page without a browser: parses it, applies pushed partials as htmx would, and says what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from app.live.fragments import IN_USE, NOT_IN_USE
from app.notifications.toasts import LONG_GONE, TOASTS_KEPT, room_for
from tests.live.html import Element, parse

SELECTOR = re.compile(
    r'#(?P<id>[\w-]+)(\[value="(?P<value>[^"]*)"\])?'
    r"(?P<is>:is\()?(:not\(:has\(#(?P<unless>[\w-]+)\)\))?(?(is), \*:has\(#(?P=unless) > \* > \.gone\)\))"
    r"( > :nth-child\((?P<nth>\d+) of :not\(:has\(\.gone\)\)\) > :first-child)?"
    r"(?P<leaves>:not\(:has\(\.gone\)\) > :first-child)?"
)
NEVER = (IN_USE, "#toast-burst:focus-within")
"""What nobody uses, on a page without a browser."""
ALWAYS = {f"{NOT_IN_USE} ": "", ":not(:focus-within)": "", ":not(:has(#toast-burst:focus-within))": ""}
LOST = re.compile(r"main:has\(.*:focus-within\) #landing")
OTHERS = re.compile(r"#(?P<id>[\w-]+) > (\*|:not\((?P<but>[^)]*)\)):not\(:has\(\.gone\)\) > :first-child")
SHIELD = re.compile(r"#(?P<id>waiting-codes) > \.shield:not\(#(?P<there>[\w-]+)\)")
BY_END = re.compile(
    r'#(?P<id>account-\d+)\[data-end="(?P<there>[\w.]+)"\]'
    r'|#(?P<moved>account-\d+):not\(\[data-end="(?P<from>[\w.]+)"\]\)'
    r"|#accounts:is\(:not\(:has\(#(?P<missing>account-\d+)\)\), "
    r'\*:has\(#(?P=missing)\[data-end="(?P<place>[\w.]+)"\] > \* > \.gone\), '
    r'\*:has\(#(?P=missing):not\(\[data-end="(?P=place)"\]\)\)\)'
)
ROOM = re.compile(re.escape(room_for(1).target).replace(r"n\+20", r"n\+(\d+)"))
SCOPE = re.compile(r"\.(v[0-9a-f]{8}|none) (.+)")
"""All the selectors that the desk pushes; an unknown one must fail the test that meets it."""

BOOKKEEPING = {"cursor", "rendered"}
FRESH_EVERY_TIME = {"request_key"}


@dataclass(frozen=True)
class Pushed:
    """One `<hx-partial>` as it came."""

    target: str
    """Without the scope."""
    scope: str
    """A class of the page region, in which alone the target is looked for; empty: anywhere."""
    swap: str
    name: str | None
    elements: tuple[Element, ...]

    @property
    def text(self) -> str:
        return " ".join(" ".join(element.text_content().split()) for element in self.elements)


def parsed(frame: str) -> list[Pushed]:
    partials = list(parse(frame))
    assert all(partial.tag == "hx-partial" for partial in partials), frame[:300]
    return [_pushed(partial) for partial in partials]


def _pushed(partial: Element) -> Pushed:
    target = partial.attrib.get("hx-target", "")
    scope, target = known.groups() if (known := SCOPE.fullmatch(target)) else ("", target)
    return Pushed(target, scope, partial.attrib.get("hx-swap", ""), partial.get("data-event"), tuple(partial))


class Document:
    def __init__(self, html: str) -> None:
        self.root = parse(html)
        self.root.keep_ids()
        self.must_sync = False
        """A barrier has come: the page says where it stands once more."""

    def find(self, element: str) -> Element | None:
        elements = self.root.with_id(element)
        assert len(elements) <= 1, f"#{element} stands {len(elements)} times on the page"
        return elements[0] if elements else None

    def value(self, element: str) -> str:
        field = self.find(element)
        assert field is not None, f"#{element} is missing"
        return field.attrib.get("value", "")

    def fields(self, form: str) -> dict[str, str]:
        root = self.find(form)
        assert root is not None, f"#{form} is missing"
        inputs = [e.attrib for e in root.walk() if e.tag == "input"]
        inputs += [e.attrib for e in self.root.walk() if e.tag == "input" and e.get("form", "") == form]
        return {field["name"]: field.get("value", "") for field in inputs}

    def show(self, html: str) -> None:
        """Another page's region in the place of this one's, as hx-target="#page" does."""
        new = Document(html).find("page")
        old = self.find("page")
        assert old is not None
        assert new is not None
        old.replace_with(new)

    def apply(self, pushed: Pushed) -> None:
        if pushed.target == LONG_GONE.target:
            for toast in [each for each in self._toasts() if not _is_serious(each)][:-TOASTS_KEPT]:
                toast.drop()
            return
        if room := ROOM.fullmatch(pushed.target):
            for toast in list(filter(_is_serious, self._toasts()))[int(room[1]) - 1 :]:
                toast.drop()
            return
        if others := OTHERS.fullmatch(pushed.target):
            if self._shows(pushed.scope):
                self._drop_others(others)
            return
        if (target := self._target(pushed.target)) is None or not self._shows(pushed.scope):
            return
        self.must_sync |= pushed.target == "#barrier"
        copies = [element.copy() for element in pushed.elements]
        match pushed.swap:
            case "outerMorph" | "outerHTML":
                (new,) = copies
                target.replace_with(new)
            case "innerMorph" | "innerHTML":
                for child in target:
                    child.drop()
                target.content.clear()
                for copy in copies:
                    target.append(copy)
            case "beforeend":
                for copy in copies:
                    target.append(copy)
            case "afterbegin" if pushed.target.startswith("#toasts"):
                for copy in reversed(copies):
                    target.insert(0, copy)
            case "delete":
                target.drop()
            case "afterbegin" if pushed.target.endswith(" > :first-child"):
                target.drop()  # its mark takes it away, as nobody points at it
            case "upsert sort:asc":
                for copy in copies:
                    self._upsert(target, copy, lambda new, other: _number(new) < _number(other))
            case "upsert sort:desc":
                for copy in copies:
                    self._upsert(target, copy, lambda new, other: _number(new) > _number(other))
            case "upsert key:data-end sort:asc":
                for copy in copies:
                    self._upsert(target, copy, lambda new, other: _end(new) < _end(other))
            case "upsert key:data-end sort:desc":
                for copy in copies:
                    self._upsert(target, copy, lambda new, other: _end(new) > _end(other))
            case other:
                raise AssertionError(f"unknown swap {other!r}")

    def _toasts(self) -> list[Element]:
        toasts = self.find("toasts")
        return list(toasts) if toasts is not None else []

    def _shows(self, scope: str) -> bool:
        page = self.find("page")
        assert page is not None
        return not scope or scope in page.get("class", "").split()

    def _drop_others(self, known: re.Match[str]) -> None:
        """All rows of a short list but those that stay: their marks take them away, as nobody points at them."""
        rows = self.find(known["id"])
        stay = {f"#{row.get('id')}" for row in rows or ()} & set((known["but"] or "").split(", "))
        for row in list(rows or ()):
            if f"#{row.get('id')}" not in stay:
                row.drop()

    def _target(self, selector: str) -> Element | None:
        if selector.startswith(NEVER) or LOST.fullmatch(selector):
            return None
        for of_nobody, left in ALWAYS.items():
            selector = selector.replace(of_nobody, left)
        if shield := SHIELD.fullmatch(selector):
            card = self.find(shield["id"])
            there = [child for child in card or () if child.get("class") == "shield"]
            return next((child for child in there if child.get("id") != shield["there"]), None)
        if by_end := BY_END.fullmatch(selector):
            return self._target_by_end(by_end)
        known = SELECTOR.fullmatch(selector)
        assert known is not None, f"unknown selector {selector!r}"
        target = self.find(known["id"])
        if target is None or (known["value"] is not None and target.get("value", "") != known["value"]):
            return None
        if known["unless"] and (there := self.find(known["unless"])) is not None and there.is_in(target):
            return None
        if known["nth"]:
            children = list(target)
            return children[int(known["nth"]) - 1] if len(children) >= int(known["nth"]) else None
        return target

    def _target_by_end(self, known: re.Match[str]) -> Element | None:
        """Of a list that is sorted by end (app/accounts/by_end.py)."""
        if known["id"]:
            row = self.find(known["id"])
            return row if row is not None and row.get("data-end") == known["there"] else None
        if known["moved"]:
            row = self.find(known["moved"])
            return row if row is not None and row.get("data-end") != known["from"] else None
        # Whoever is about to be deleted has been, as these are applied one after the other.
        return self.find("accounts") if known["missing"] and self.find(known["missing"]) is None else None

    def _upsert(self, target: Element, new: Element, is_before: Callable[[Element, Element], bool]) -> None:
        """As hx-upsert does it: in place of the one that is there, wherever that is; else where it is sorted."""
        if (old := self.find(new.get("id"))) is not None:
            old.replace_with(new)
            return
        for child in target:
            if is_before(new, child):
                child.insert_before(new)
                return
        target.append(new)

    def rows(self, region: str) -> list[str]:
        """Ids of a region's elements, in order."""
        rows = self.find(region)
        return [] if rows is None else [child.get("id") for child in rows]

    def shown(self) -> list[str]:
        """What the page region shows, line by line: equal for pages that a person cannot tell apart."""
        page = self.find("page")
        assert page is not None
        return list(_lines(page, ""))


def _is_serious(toast: Element) -> bool:
    classes = toast.get("class", "").split()
    return bool({"warning", "error"} & set(classes)) and "own" not in classes and bool(toast.content)


def _number(element: Element) -> int:
    return int(element.get("id").rsplit("-", 1)[1])


def _end(element: Element) -> tuple[float, int]:
    end, key = element.get("data-end").split(".")
    return (float("inf") if end == "never" else int(end)), int(key)


def _lines(element: Element, indent: str) -> Iterator[str]:
    attributes = dict(element.attrib)
    if attributes.get("id") in BOOKKEEPING or attributes.get("name") in FRESH_EVERY_TIME:
        attributes.pop("value", None)
    yield indent + " ".join([element.tag, *(f'{name}="{attributes[name]}"' for name in sorted(attributes))])
    for is_text, parts in groupby(element.content, lambda part: isinstance(part, str)):
        if not is_text:
            for child in parts:
                if child.get("class") != "done":  # what the last press has done; no state
                    yield from _lines(child, indent + "  ")
        elif words := "".join(parts).split():
            yield f"{indent}  “{' '.join(words)}”"
