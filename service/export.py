"""All articles that a search finds, as a stream: NDJSON for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from itertools import chain

import orjson

from index.article import Article
from index.as_json import article_fields
from index.query import SearchRequest
from index.response import SearchResponse
from service.archive import Archive
from service.incoming import request_id
from service.problems import problem_of

log = logging.getLogger(__name__)

BATCH = 200
"""Articles fetched at once; memory holds no more, however many there are."""
COLUMNS = ("id", "title", "authors", "publisher", "section", "published_at", "updated_at", "url", "lead", "body")
"""The columns of CSV."""
_FORMULA = tuple("=+-@＝＋－＠")
_BLANK = " \t\r\n\v\f\u00a0"


class Format(StrEnum):
    """How articles are written."""

    NDJSON = "ndjson"
    CSV = "csv"


CONTENT_TYPES = {Format.NDJSON: "application/x-ndjson", Format.CSV: "text/csv; charset=utf-8"}


class Export:
    """The articles of a request, read a batch at a time; the first batch at once, so that what is wrong is known before
    anything is sent."""

    def __init__(self, found: Archive, request: SearchRequest) -> None:
        self._found = found
        self._request = replace(request, facets=frozenset(), offset=0, limit=BATCH)
        self._first = found.searcher.search(self._request)
        self.total = self._first.total
        """How many articles there are when it begins."""
        self.generation = self._first.generation
        """The generation that answers when it begins."""

    def _articles(self) -> Iterator[Article]:
        response: SearchResponse = self._first
        while True:
            yield from (hit.article for hit in response.hits)
            if response.next is None:
                return
            response = self._found.searcher.search(replace(self._request, after=response.next))

    def ndjson(self) -> Iterator[bytes]:
        """Give a line of JSON for each article."""
        for article in self._articles():
            yield orjson.dumps(article_fields(article), option=orjson.OPT_APPEND_NEWLINE)

    def csv(self, *, bom: bool) -> Iterator[bytes]:
        """Give a line with the names of the columns, then one for each article; with a byte order mark if wanted, by
        which Excel knows UTF-8."""
        yield ("\ufeff" if bom else "").encode() + _line(COLUMNS)
        for article in self._articles():
            fields = article_fields(article) | {"authors": "; ".join(article.authors)}
            yield _line([spreadsheet_cell(fields[name] or "") for name in COLUMNS])

    def written(self, form: Format, *, bom: bool) -> Iterator[bytes]:
        """Give it all in one of the forms, the first piece made already."""
        pieces = self.ndjson() if form is Format.NDJSON else self.csv(bom=bom)
        first = next(pieces, b"")
        return chain([first], self._watched(pieces, request_id()))

    def _watched(self, pieces: Iterator[bytes], asked_as: str) -> Iterator[bytes]:
        """Hand pieces on. The answer has begun with 200: what breaks it off can only be logged, counted, and shown to
        the caller by a connection that ends too early."""
        try:
            yield from pieces
        except Exception as error:
            problem = problem_of(error)
            self._found.metrics.exports_broken.labels(problem.code).inc()
            fields = {"code": problem.code, "request_id": asked_as, "generation": self.generation}
            log.error("an export broke off: %s", error, extra={"fields": fields})
            raise


def spreadsheet_cell(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula: with an apostrophe before it where it may be one.

    >>> spreadsheet_cell("=1+1"), spreadsheet_cell(" @SUM(A1)"), spreadsheet_cell("mưa = nước")
    ("'=1+1", "' @SUM(A1)", 'mưa = nước')
    """
    return f"'{text}" if text.lstrip(_BLANK).startswith(_FORMULA) or (text[:1] in _BLANK[1:] and text) else text


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
