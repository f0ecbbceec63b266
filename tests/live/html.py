"""A small tree of HTML elements over the standard library's parser: for well-formed pages, and safe in many threads.

(lxml's trees are not: nodes that move between documents of several threads crash the interpreter now and then.)
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class Element:
    def __init__(self, tag: str, attrib: dict[str, str]) -> None:
        self.tag = tag
        self.attrib = attrib
        self.parent: Element | None = None
        self.content: list[Element | str] = []
        """Child elements and the text between them, in order."""
        self.by_id: dict[str, list[Element]] | None = None
        """Of the root of a tree that is searched often (`keep_ids`): all below it that have an id."""

    def __iter__(self) -> Iterator[Element]:
        return iter([child for child in self.content if isinstance(child, Element)])

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.attrib.get(name, default)

    def set(self, name: str, value: str) -> None:
        self.attrib[name] = value

    def walk(self) -> Iterator[Element]:
        """Itself and everything below, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [part for part in reversed(element.content) if isinstance(part, Element)]

    def keep_ids(self) -> None:
        self.by_id = {}
        self._came(self)

    def with_id(self, element: str) -> list[Element]:
        """Of a tree that keeps its ids, in any order."""
        if self.by_id is not None:
            return self.by_id.get(element, [])
        return [child for child in self.walk() if child.get("id") == element]

    def is_in(self, other: Element) -> bool:
        here: Element | None = self
        while here is not None and here is not other:
            here = here.parent
        return here is other

    @property
    def _root(self) -> Element:
        here = self
        while here.parent is not None:
            here = here.parent
        return here

    def _came(self, part: Element) -> None:
        if (ids := self._root.by_id) is not None:
            for element in part.walk():
                if (key := element.get("id")) is not None:
                    ids.setdefault(key, []).append(element)

    def _goes(self) -> None:
        if (ids := self._root.by_id) is not None:
            for element in self.walk():
                if (key := element.get("id")) is not None:
                    ids[key].remove(element)

    def text_content(self) -> str:
        return "".join(part if isinstance(part, str) else part.text_content() for part in self.content)

    def copy(self) -> Element:
        new = Element(self.tag, dict(self.attrib))
        for part in self.content:
            new.append(part if isinstance(part, str) else part.copy())
        return new

    def append(self, part: Element | str) -> None:
        self.insert(len(self.content), part)

    def insert(self, at: int, part: Element | str) -> None:
        if isinstance(part, Element):
            part.drop()
            part.parent = self
            self._came(part)
        self.content.insert(at, part)

    def insert_before(self, new: Element) -> None:
        assert self.parent is not None
        self.parent.insert(self.parent.content.index(self), new)

    def replace_with(self, new: Element) -> None:
        if new is not self:
            self.insert_before(new)
            self.drop()

    def drop(self) -> None:
        if self.parent is not None:
            self._goes()
            self.parent.content.remove(self)
            self.parent = None


def parse(text: str) -> Element:
    """The elements of a page or a fragment, under a root without a tag; AssertionError for tags that do not match."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert len(builder.open) == 1, f"<{builder.open[-1].tag}> is not closed"
    return builder.open[0]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path/>`, inside of an svg."""
        self.open[-1].append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].tag == tag, f"</{tag}> where <{self.open[-1].tag}> is open"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)
