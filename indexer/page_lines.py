"""The lines of a page dump, with what their printing tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[.!?…:;,]['\"”’)\]»]*$")
_FULL_STOP = re.compile(r"[.!?…]['\"”’)\]»]*$")
_LIST_ITEM = re.compile(r"(?:[-–—+*•●▪►·]|\(?\d{1,2}[.)]|[a-zđ]\))\s*\S")

_SHORT = 120
"""Captions and signatures are shorter than this; in the pages seen, captions have up to 70 characters."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line: its text without blanks around it, and whether it was indented."""

    text: str
    indented: bool

    @property
    def blank(self) -> bool:
        """Nothing is printed on it."""
        return not self.text

    @property
    def short(self) -> bool:
        """It could be a caption or a signature by its length."""
        return len(self.text) <= _SHORT

    @property
    def ends_sentence(self) -> bool:
        """Its last mark closes a sentence or leads on to the next line."""
        return _SENTENCE_END.search(self.text) is not None

    @property
    def closes_text(self) -> bool:
        """It ends with a full stop or its like, after several words."""
        return _FULL_STOP.search(self.text) is not None and len(self.text.split()) > 3

    @property
    def list_item(self) -> bool:
        """It begins with a dash, a bullet or a number."""
        return _LIST_ITEM.match(self.text) is not None

    @property
    def reads_as_body(self) -> bool:
        """By its printing alone it belongs to the article's text."""
        if self.blank:
            return False
        return self.indented or len(self.text) > _SHORT or (len(self.text) > 60 and self.ends_sentence)


def page_lines(text: str) -> list[PageLine]:
    """Cut the cleaned text of a dump into lines. Where every line is indented, indentation tells nothing and is
    put aside.

    >>> page_lines("Tiêu đề\\n\\u00a0 \\u00a0 Thân bài.")[1]
    PageLine(text='Thân bài.', indented=True)
    """
    lines = [PageLine(line.strip(), bool(line.strip()) and line[0].isspace()) for line in text.split("\n")]
    if all(line.indented for line in lines if line.text):
        return [PageLine(line.text, False) for line in lines]
    return lines
