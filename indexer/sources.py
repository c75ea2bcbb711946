"""Where articles are read from: files, folders, standard input. One raw page after another, never a whole
file.

Whatever can't be read becomes a BadArticle among the pages and costs nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, assert_never

from index.errors import BadArticle
from indexer.byte_streams import (
    COMPRESSED,
    READ_ERRORS,
    Content,
    OnlyBlankLines,
    beginning,
    bounded_lines,
    compression,
    decompressed,
    in_utf8,
    looks_binary,
    peekable,
)
from indexer.csv_rows import csv_rows
from indexer.legacy_text.utf16 import LOOKED_AT, utf16_of
from indexer.raw_page import MAX_ARTICLE_BYTES, TOO_LONG, MediaType, RawPage

STANDARD_INPUT = "-"

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_CARRIAGE_RETURN_ENDS = re.compile(rb"\}\s*\r\s*\{")
"""Two rows on what is one line: no JSON text has this, for within strings a carriage return is escaped."""


class SourceFormat(StrEnum):
    """What a file holds."""

    PAGE = "page"
    """One dumped portal page."""
    HTML = "html"
    """One page as a browser gets it."""
    JSONL = "jsonl"
    """A JSON object a line."""
    CSV = "csv"
    """A table with a header row."""


_ENDINGS = {
    ".txt": SourceFormat.PAGE,
    ".html": SourceFormat.HTML,
    ".htm": SourceFormat.HTML,
    ".jsonl": SourceFormat.JSONL,
    ".ndjson": SourceFormat.JSONL,
    ".csv": SourceFormat.CSV,
    ".tsv": SourceFormat.CSV,
}


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file of a folder whose name doesn't say that it holds articles."""

    path: str


SourceItem = RawPage | BadArticle | SkippedFile


def format_of(name: str) -> SourceFormat | None:
    """Tell from a file's name what it holds.

    >>> format_of("a.jsonl.xz"), format_of("b.TXT"), format_of("c.pdf")
    (<SourceFormat.JSONL: 'jsonl'>, <SourceFormat.PAGE: 'page'>, None)
    """
    stem, ending = os.path.splitext(name.lower())
    if ending in COMPRESSED:
        stem, ending = os.path.splitext(stem)
    return _ENDINGS.get(ending)


def shown_path(path: str) -> str:
    """Give a path as text: a name that is not UTF-8 gets escapes, and so do the controls in one, which would forge
    lines of a report or move a terminal's cursor.

    >>> shown_path("Mưa.txt"), shown_path(os.fsdecode(b"b\\xff.txt")), shown_path("a\\n\\x1b[2J.txt")
    ('Mưa.txt', 'b\\\\xff.txt', 'a\\\\x0a\\\\x1b[2J.txt')
    """
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    return shown if shown.isprintable() else _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", shown)


def read_sources(
    paths: Iterable[str], stdin: BinaryIO | None = None, stdin_format: SourceFormat | None = None
) -> Iterator[SourceItem]:
    """Read files, folders (with what is under them, in sorted order) and "-", standard input of a named
    format."""
    for path in paths:
        if path == STANDARD_INPUT:
            if stdin is None or stdin_format is None:
                yield BadArticle("-", "the format of standard input is not known; name it with --format")
            else:
                yield from _read_stream("-", peekable(stdin), stdin_format)
        elif os.path.isdir(path):
            yield from _read_folder(path)
        elif (found := format_of(path)) is None:
            yield BadArticle(shown_path(path), f"its name doesn't tell what it holds; names end in {_known_endings()}")
        else:
            yield from _read_file(path, found)


def _known_endings() -> str:
    return f"{', '.join(_ENDINGS)}, each perhaps with {', '.join(sorted(COMPRESSED))} behind"


def _read_folder(folder: str) -> Iterator[SourceItem]:
    unreadable: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.startswith("."):
                continue
            path = os.path.join(here, name)
            found = format_of(name)
            if found is None:
                yield SkippedFile(shown_path(path))
            else:
                yield from _read_file(path, found)
    for error in unreadable:
        yield BadArticle(shown_path(str(error.filename)), f"the folder can't be read: {error.strerror}")


def _read_file(path: str, source_format: SourceFormat) -> Iterator[SourceItem]:
    origin = shown_path(path)
    try:
        if not Path(path).is_file():
            missing = not os.path.lexists(path)
            yield BadArticle(origin, "there is no such file" if missing else "this is no regular file")
            return
        stream = open(path, "rb")  # noqa: SIM115 -- closed below, around the yields
    except OSError as error:
        yield BadArticle(origin, f"the file can't be opened: {error.strerror}")
        return
    with stream:
        ending = os.path.splitext(path.lower())[1]
        if ending in COMPRESSED and compression(stream) != ending:
            yield BadArticle(origin, f"the content is not compressed as {ending} says; copy the file again")
            return
        yield from _read_stream(origin, stream, source_format)


def _read_stream(origin: str, stream: BufferedReader, source_format: SourceFormat) -> Iterator[SourceItem]:
    at = origin
    try:
        content = decompressed(stream)
        match source_format:
            case SourceFormat.PAGE:
                items: Iterator[SourceItem] = _one_page(origin, content)
            case SourceFormat.HTML:
                items = _one_html_page(origin, content)
            case SourceFormat.JSONL:
                items = _rows(origin, content)
            case SourceFormat.CSV:
                items = _table(origin, content)
            case _:
                assert_never(source_format)
        for item in items:
            at = getattr(item, "origin", at)
            yield item
    except OnlyBlankLines as error:
        yield BadArticle(origin, f"{error}; what was read before is kept, look what the file holds after them")
    except READ_ERRORS as error:
        after = f"after {at}" if at != origin else "from its beginning"
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        damage = f"{after} the file is cut off or damaged ({reason})"
        yield BadArticle(origin, f"{damage}; what was read before is kept, copy the file again")


def _one_page(origin: str, content: Content) -> Iterator[SourceItem]:
    page = content.read(MAX_ARTICLE_BYTES + 1)
    if len(page) > MAX_ARTICLE_BYTES:
        yield BadArticle(origin, TOO_LONG)
    elif not utf16_of(page[:LOOKED_AT]) and (wrong := looks_binary(page)):
        yield BadArticle(origin, f"this is {wrong}")
    else:
        yield RawPage(origin, MediaType.DUMP, page)


def _one_html_page(origin: str, content: Content) -> Iterator[SourceItem]:
    # Its charset is found when it is read, for the page itself may name it.
    page = content.read(MAX_ARTICLE_BYTES + 1)
    yield BadArticle(origin, TOO_LONG) if len(page) > MAX_ARTICLE_BYTES else RawPage(origin, MediaType.HTML, page)


def _rows(origin: str, content: Content) -> Iterator[SourceItem]:
    content = in_utf8(content)
    start = beginning(content)
    # A row may hold anything within its strings.
    is_row = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    if not is_row and (wrong := looks_binary(start)):
        yield BadArticle(origin, f"this is {wrong}")
        return
    for number, line in bounded_lines(content, MAX_ARTICLE_BYTES):
        place = f"{origin}:{number}"
        if line is None:
            yield BadArticle(place, TOO_LONG)
            continue
        row = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if _CARRIAGE_RETURN_ENDS.search(row):
            yield BadArticle(place, "lines end in a carriage return alone; write line feeds (tr '\\r' '\\n')")
        elif row:
            yield RawPage(place, MediaType.ROW, row)


def _table(origin: str, content: Content) -> Iterator[SourceItem]:
    content = in_utf8(content)
    if wrong := looks_binary(beginning(content)):
        return iter([BadArticle(origin, f"this is {wrong}")])
    return csv_rows(origin, bounded_lines(content, MAX_ARTICLE_BYTES))
