"""Reads a page as a browser would, far enough to ask about its elements."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {"meta", "link", "input", "br", "img"}


@dataclass
class Element:
    """An element with its attributes and all the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: list[str] = field(default_factory=list)
    """The tags around it, outermost first."""

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, inside=[each.tag for each in self.open])
        self.elements.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


class Page:
    """A page's elements in order; an ill-nested page is an AssertionError."""

    def __init__(self, html: str) -> None:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        assert not reader.open, f"<{reader.open[-1].tag}> is not closed"
        self.html = html
        self.elements = reader.elements

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Give the elements of a tag, with a class or other attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(
                value in element.attributes.get("class", "").split()
                if name == "class"
                else element.attributes.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """Give the only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} <{tag}> {attributes}"
        return found[0]

    def link(self, words: str) -> str:
        """Give the address of the first link whose text holds `words`."""
        for element in self.all("a"):
            if words in element.words:
                return element.attributes["href"]
        raise AssertionError(f"no link says {words!r}: {[a.words for a in self.all('a')]}")

    def notices(self) -> list[str]:
        """Give what the page tells the reader about the request."""
        return [element.words for element in self.all("li") if self._within(element, "notices")]

    def _within(self, element: Element, name: str) -> bool:
        lists = self.all("ul", class_=name)
        return any(element.words in each.words for each in lists) and "article" not in element.inside

    @property
    def titles(self) -> list[str]:
        """The hits' titles."""
        return [element.words for element in self.all("h2", class_="hit-title")]
