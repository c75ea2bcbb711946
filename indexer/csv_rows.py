"""Rows of a CSV file, one JSON object each, so that everything after this module knows one kind of row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from index.errors import BadArticle
from indexer.raw_page import MAX_ARTICLE_BYTES, TOO_LONG, MediaType, RawPage

_DELIMITERS = ",;\t"


@dataclass(slots=True)
class _Lines:
    """The file's lines as text for the csv module; bytes that are no UTF-8 are carried as lone surrogates.

    A line too long to be held ends the row it stands in, and is remembered.
    """

    numbered: Iterator[tuple[int, bytes | None]]
    number: int = 0
    too_long: int | None = None

    def __iter__(self) -> Iterator[str]:
        for number, line in self.numbered:
            self.number = number
            if line is None:
                self.too_long = number
            yield ("" if line is None else line.decode("utf-8", "surrogateescape")) + "\n"


def csv_rows(origin: str, numbered_lines: Iterable[tuple[int, bytes | None]]) -> Iterator[RawPage | BadArticle]:
    """Give the rows of a file with a header row; a row that can't be read is a BadArticle and costs only
    itself."""
    lines = _Lines(iter(numbered_lines))
    text = iter(lines)
    header_line = next(text, "").removeprefix("\ufeff")
    delimiter = max(_DELIMITERS, key=header_line.count)
    header = [name.strip().lower() for name in next(csv.reader([header_line], delimiter=delimiter), [])]
    if "title" not in header or "body" not in header:
        named = ", ".join(header)[:200]
        yield BadArticle(f"{origin}:1", f"the header row must name title and body, it names {named!r}")
        return
    # The module's own limit on a field holds for the whole process; a row is bounded below as well.
    csv.field_size_limit(MAX_ARTICLE_BYTES)
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        start = lines.number + 1
        place = f"{origin}:{start}"
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadArticle(place, f"the row can't be read ({error}); look for a quotation mark left open")
            continue
        if lines.too_long is not None and lines.too_long >= start:
            yield BadArticle(f"{origin}:{lines.too_long}", TOO_LONG)
        elif any(cell.strip() for cell in row):
            yield _page(place, header, row)


def _page(place: str, header: list[str], row: list[str]) -> RawPage | BadArticle:
    if len(row) > len(header):
        return BadArticle(
            place,
            f"the row has {len(row)} cells, the header {len(header)}; put cells with the delimiter in quotes",
        )
    fields = {name: cell for name, cell in zip(header, row, strict=False) if cell.strip()}
    try:
        content = orjson.dumps(fields)
    except orjson.JSONEncodeError:
        return BadArticle(place, "the row is not UTF-8; save the file as UTF-8")
    if len(content) > MAX_ARTICLE_BYTES:
        return BadArticle(place, TOO_LONG)
    return RawPage(place, MediaType.ROW, content)
