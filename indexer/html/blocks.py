"""The lines of a page as a reader sees them, each with what its markup tells, and the containers they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from indexer.clean_text import clean
from indexer.html.data_tables import CELLS, is_data_table
from indexer.html.tree import BLOCKS, Node, attribute, walk

_CENTERED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_INDENTED = re.compile(r"(?:text-indent|margin-left|padding-left)\s*:\s*(?!0|-)[\d.]", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LABELLED = frozenset(("span", "font", "a", "b", "strong", "i", "em", "time", "label", "small", "big"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SLANTED = frozenset(("i", "em"))
_STRONG = frozenset(("b", "strong"))
_LINES_WITH_SPACES = frozenset(("pre",))
_MOST_LABEL = 300


@dataclass(frozen=True, slots=True)
class Block:
    """One printed line. `letters`, `linked`, `slanted` and `strong` count characters without blanks."""

    text: str
    container: int
    indented: bool = False
    letters: int = 0
    linked: int = 0
    slanted: int = 0
    strong: int = 0
    heading: int = 0
    """1 to 6 within <h1> to <h6>, else 0."""
    align: str = ""
    after_picture: bool = False
    """Nothing is printed between a picture and this line."""
    gap: bool = False
    """A blank line stands above."""
    label: str = ""
    """Classes and ids of the inline elements that it is printed in, as `Container.label`."""

    @property
    def is_link(self) -> bool:
        """More of it is a link than not."""
        return self.linked * 2 > self.letters

    @property
    def is_prose(self) -> bool:
        """It reads as a paragraph of a text: long, and no link."""
        return len(self.text) > 60 and self.linked * 10 < self.letters * 3


@dataclass(slots=True)
class Container:
    """A block-level element and the lines within it, `blocks[start:end]`."""

    parent: int
    tag: str
    label: str
    """Its classes and its id, in lower case, a blank before and after."""
    node: Node
    start: int
    end: int = 0
    pictures: int = 0
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of an element and the container that it is or stands in."""

    container: int
    start: int
    end: int


@dataclass(slots=True)
class Blocks:
    """The lines of a page, in order, and its containers, each before those within it; the first holds everything."""

    lines: list[Block]
    containers: list[Container]
    times: list[tuple[int, str]] = field(default_factory=list)
    """Moments that time elements state, each with the line it stands in."""
    spans: dict[int, Span] = field(default_factory=dict)
    """Where the elements that were asked for are printed, by their ids in the tree."""

    def within(self, at: int, container: int) -> bool:
        """Say whether the line stands in the container."""
        found = self.containers[container]
        return found.start <= at < found.end

    def labels_above(self, at: int) -> str:
        """Give the labels of all containers around the line."""
        found: list[str] = []
        inside = self.lines[at].container
        while inside >= 0:
            found.append(self.containers[inside].label)
            inside = self.containers[inside].parent
        return "".join(found)

    def text(self, container: int) -> str:
        """Give the lines of a container as one."""
        found = self.containers[container]
        return " ".join(line.text for line in self.lines[found.start : found.end])


def blocks_of(root: Node, asked: Collection[int] = ()) -> Blocks:
    """Read the lines of an element; those that the elements with the ids asked for are printed in are noted."""
    reading = _Reading(root)
    for node, begins in walk(root):
        if node.is_text_node:
            if begins:
                reading.text(node.text_content or "")
        elif node.is_element_node:
            reading.element(node, node.tag or "", begins)
            if asked and node.mem_id in asked:
                reading.span(node.mem_id, begins)
    return reading.finished()


class _Reading:
    """What has been read of the line that is being read."""

    def __init__(self, root: Node) -> None:
        self._blocks = Blocks([], [Container(-1, root.tag or "", " ", root, 0)])
        self._inside = [0]
        self._pieces: list[str] = []
        self._counts = [0, 0, 0, 0]
        self._open = {"a": 0, "slanted": 0, "strong": 0, "pre": 0}
        self._heading: list[int] = []
        self._align: list[str] = []
        self._picture = self._gap = False
        self._breaks = 0
        self._inline: list[str] = []
        self._labels = ""
        self._after_span: str | None = None
        """The label of the inline element that ended right here."""
        self._data: set[int] = set()
        """Containers that are tables of data."""

    def text(self, text: str) -> None:
        if self._open["pre"]:
            first, *rest = text.split("\n")
            self._add(first)
            for line in rest:
                self._end_line(broken=True)
                self._add(line)
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._after_span = None
        if self._inline and text.strip() and len(self._labels) < _MOST_LABEL:
            self._labels += "".join(label for label in self._inline if label not in self._labels)
        size = len("".join(text.split()))
        self._counts[0] += size
        for place, kind in enumerate(("a", "slanted", "strong"), 1):
            if self._open[kind]:
                self._counts[place] += size

    def element(self, node: Node, tag: str, begins: bool) -> None:
        step = 1 if begins else -1
        if tag == "br":
            if begins:
                self._end_line(broken=True)
        elif tag == "img":
            if begins:
                self._saw_picture()
        elif tag in CELLS and self._in_data_row():
            self._cell(begins)
        elif tag in BLOCKS:
            self._end_line()
            if tag in _HEADINGS:
                self._heading = [*self._heading, _HEADINGS[tag]] if begins else self._heading[:-1]
            if tag in _LINES_WITH_SPACES:
                self._open["pre"] += step
            if begins:
                self._begin(node, tag)
            else:
                self._end()
        else:
            self._inline_element(node, tag, begins, step)

    def span(self, node: int, begins: bool) -> None:
        lines = len(self._blocks.lines)
        if begins:
            self._blocks.spans[node] = Span(self._inside[-1], lines, lines)
        else:
            begun = self._blocks.spans[node]
            pending = 1 if "".join(self._pieces).strip() else 0
            self._blocks.spans[node] = Span(begun.container, begun.start, lines + pending)

    def _inline_element(self, node: Node, tag: str, begins: bool, step: int) -> None:
        if tag in _LABELLED:
            if begins:
                self._inline.append(_label(node))
                if self._after_span is not None and (self._after_span or self._inline[-1]) and self._pieces:
                    # Named spans that touch are set apart by their style: a date, then how often it was read.
                    self._pieces.append(" ")
            elif self._inline:
                self._after_span = self._inline.pop()
        if tag == "a" and attribute(node, "href"):
            self._open["a"] += step
        elif tag == "time" and begins and (stated := attribute(node, "datetime")):
            self._blocks.times.append((len(self._blocks.lines), stated[:100]))
        elif tag in _SLANTED:
            self._open["slanted"] += step
        elif tag in _STRONG:
            self._open["strong"] += step

    def _in_data_row(self) -> bool:
        """Say whether the cell stands in a table of data, whose rows are printed as one line each."""
        return any(inside in self._data for inside in self._inside[-3:])

    def _cell(self, begins: bool) -> None:
        if begins and "".join(self._pieces).strip():
            self._pieces.append(" | ")

    def _begin(self, node: Node, tag: str) -> None:
        containers = self._blocks.containers
        label = _label(node) or " "
        parent = self._inside[-1]
        containers[parent].children.append(len(containers))
        self._inside.append(len(containers))
        containers.append(Container(parent, tag, label, node, len(self._blocks.lines)))
        if tag == "table" and is_data_table(node):
            self._data.add(len(containers) - 1)
        self._align.append(_alignment(node, tag) or (self._align[-1] if self._align else ""))

    def _end(self) -> None:
        if len(self._inside) > 1:
            container = self._blocks.containers[self._inside.pop()]
            container.end = len(self._blocks.lines)
            self._align.pop()
            if container.tag == "p" and container.end == container.start and not container.pictures:
                self._gap = True

    def _saw_picture(self) -> None:
        self._end_line()
        self._picture = True
        for inside in self._inside:
            self._blocks.containers[inside].pictures += 1

    def _end_line(self, *, broken: bool = False) -> None:
        text = clean(_SPACES.sub(" ", "".join(self._pieces))) if self._pieces else ""
        stripped = text.strip()
        if stripped:
            container = self._inside[-1]
            style = attribute(self._blocks.containers[container].node, "style")
            letters, linked, slanted, strong = self._counts
            self._blocks.lines.append(
                Block(
                    text=" ".join(stripped.split()),
                    container=container,
                    indented=text.lstrip(" ")[:1].isspace() or bool(_INDENTED.search(style)),
                    letters=letters,
                    linked=linked,
                    slanted=slanted,
                    strong=strong,
                    heading=self._heading[-1] if self._heading else 0,
                    align=self._align[-1] if self._align else "",
                    after_picture=self._picture,
                    gap=self._gap or self._breaks > 1,
                    label=self._labels,
                )
            )
            self._picture = self._gap = False
            self._breaks = 0
        if broken:
            self._breaks += 1
        if self._pieces:
            self._pieces, self._counts, self._labels = [], [0, 0, 0, 0], ""

    def finished(self) -> Blocks:
        self._end_line()
        while len(self._inside) > 1:
            self._end()
        self._blocks.containers[0].end = len(self._blocks.lines)
        return self._blocks


def _label(node: Node) -> str:
    attributes = node.attributes
    named = " ".join(attributes.get(name) or "" for name in ("class", "id", "itemprop", "rel"))
    return f" {named} "[:_MOST_LABEL].lower() if named.strip() else ""


def _alignment(node: Node, tag: str) -> str:
    if tag == "center":
        return "center"
    attributes = node.attributes
    named = (attributes.get("align") or "").lower()
    style = attributes.get("style") or ""
    if named in ("right", "center") and tag != "table":
        return named
    if _CENTERED.search(style):
        return "center"
    if _RIGHT.search(style):
        return "right"
    return "left" if named or "text-align" in style else ""
