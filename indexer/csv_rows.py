"""Rows of a CSV file, one JSON object each, so that everything after this module knows one kind of row."""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from index.errors import BadArticle
from indexer.raw_page import MAX_ARTICLE_BYTES, TOO_LONG, MediaType, RawPage

_DELIMITERS = ",;\t"
_NEUTRALISED = re.compile(r"'(?:[ \t\r\n\v\f\u00a0]*[=+\-@＝＋－＠]|[\t\r\n\v\f\u00a0])")
_MAX_ROW_LINES = 100_000

MAX_READ_AGAIN = 16 * MAX_ARTICLE_BYTES
"""Bytes of a file that are read again, in all, because a quotation mark before them was left open."""

_NEVER_CLOSED = "a quotation mark opened in this row is never closed; close it, or double those inside a cell"
_END = "\udfff"
"""A line put behind the last: the row that swallows it has a quotation mark open. No decoded line holds it."""


class _Endless(Exception):
    """The row goes on for more than an article may have."""


@dataclass(slots=True)
class _Lines:
    """The file's lines as text for the csv module; bytes that are no UTF-8 are carried as lone surrogates.

    Those of the row being read are remembered, so that all but the first can be read again.
    """

    numbered: Iterator[tuple[int, bytes | None]]
    row: list[tuple[int, bytes | None]] = field(default_factory=list)
    row_bytes: int = 0
    again: deque[tuple[int, bytes | None]] = field(default_factory=deque)
    read_again: int = 0
    ended: bool = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        numbered = self.again.popleft() if self.again else next(self.numbered, None)
        if numbered is None:
            if self.ended:
                raise StopIteration
            self.ended = True
            return f"{_END}\n"
        self.row.append(numbered)
        line = numbered[1]
        self.row_bytes += len(line or b"") + 1
        if line is None or self.row_bytes > MAX_ARTICLE_BYTES or len(self.row) > _MAX_ROW_LINES:
            raise _Endless
        return line.decode("utf-8", "surrogateescape") + "\n"

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.row, self.row_bytes, self.ended = [], 0, False

    def resume(self) -> bool:
        """Go back to the row's second line; False when so much was read again that it would take too long."""
        self.read_again += self.row_bytes
        self.again.extendleft(reversed(self.row[1:]))
        return self.read_again <= MAX_READ_AGAIN


def csv_rows(origin: str, numbered_lines: Iterable[tuple[int, bytes | None]]) -> Iterator[RawPage | BadArticle]:
    """Give the rows of a file with a header row; a row that can't be read is a BadArticle and costs only
    itself."""
    lines = _Lines(iter(numbered_lines))
    try:
        header_line = _header_line(lines)
    except _Endless:
        yield BadArticle(f"{origin}:1", TOO_LONG)
        return
    delimiter = max(_DELIMITERS, key=header_line.count)
    header = [name.strip().lower() for name in next(csv.reader([header_line], delimiter=delimiter), [])]
    if wrong := _wrong_header(header):
        yield BadArticle(f"{origin}:{lines.row[-1][0] if lines.row else 1}", wrong)
        return
    # The module's own limit on a field holds for the whole process; a row is bounded by its lines.
    csv.field_size_limit(MAX_ARTICLE_BYTES)
    reader = csv.reader(lines, delimiter=delimiter)
    while (found := _next_row(lines, reader)) is not None:
        place = f"{origin}:{lines.row[0][0]}"
        if isinstance(found, str):
            yield BadArticle(place, found)
            if not lines.resume():
                yield BadArticle(place, "too many quotation marks are left open: what follows is not read")
                return
        elif any(cell.strip() for cell in found):
            yield _page(place, header, found)


def _header_line(lines: _Lines) -> str:
    """Give the first line that isn't blank, "" when there is none."""
    for line in lines:
        line = line.removeprefix("\ufeff")
        if line == f"{_END}\n":
            break
        if line.strip():
            return line
    return ""


def _wrong_header(header: list[str]) -> str | None:
    if "title" not in header or "body" not in header:
        named = ", ".join(header)[:200]
        return f"the header row must name title and body, it names {named!r}"
    if doubled := sorted({name for name in header if name and header.count(name) > 1}):
        return f"the header row names {', '.join(doubled)[:200]!r} twice; leave one column or rename it"
    return None


def _next_row(lines: _Lines, reader: Iterator[list[str]]) -> list[str] | str | None:
    """Give the next row, or what is wrong with it; None at the end of the file."""
    lines.begin_row()
    try:
        row = next(reader)
    except _Endless:
        return TOO_LONG if lines.row[0][1] is None else f"{_NEVER_CLOSED} ({TOO_LONG})"
    except csv.Error as error:
        return f"the row can't be read ({error}); look for a quotation mark left open"
    if row == [_END]:
        return None
    return _NEVER_CLOSED if row and row[-1].endswith(f"{_END}\n") else row


def _as_it_was(cell: str) -> str:
    """Take off the apostrophe by which an export keeps spreadsheets from reading a text as a formula.

    >>> _as_it_was("'- mưa"), _as_it_was("'Mưa' của đất"), _as_it_was("'\\tMưa")
    ('- mưa', "'Mưa' của đất", '\\tMưa')
    """
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def _page(place: str, header: list[str], row: list[str]) -> RawPage | BadArticle:
    if len(row) > len(header):
        return BadArticle(
            place,
            f"the row has {len(row)} cells, the header {len(header)}; put cells with the delimiter in quotes",
        )
    fields = {name: _as_it_was(cell) for name, cell in zip(header, row, strict=False) if cell.strip()}
    try:
        content = orjson.dumps(fields)
    except orjson.JSONEncodeError:
        # Bytes that are no UTF-8 stay as they were: the texts of the row will tell which encoding they are in.
        content = json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogateescape")
    if len(content) > MAX_ARTICLE_BYTES:
        return BadArticle(place, TOO_LONG)
    return RawPage(place, MediaType.ROW, content)
