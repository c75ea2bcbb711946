"""Whoosh as it comes: its own index, its own searcher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh.analysis import RegexTokenizer
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.query import And, Every, NumericRange, Or, Phrase, Prefix, Query, Term, Wildcard
from whoosh.sorting import Count, FieldFacet

from tests.bench.engines.articles import read_rows
from tests.bench.engines.asked import LIMIT, Answer, Asked, Shape, Typed


def write_terms(rows: Path, folder: Path) -> None:
    """Write the tokens as one field with positions."""
    schema = Schema(
        number=NUMERIC(int, stored=True),
        text=TEXT(RegexTokenizer(r"\S+"), phrase=True, stored=False),
        author=ID(sortable=True),
        month=ID(sortable=True),
        published=NUMERIC(int, bits=64, signed=True, sortable=True),
    )
    writer = create_in(folder, schema).writer(limitmb=512, procs=1)
    for row in read_rows(rows):
        writer.add_document(
            number=row.number, text=row.tokens, author=row.author, month=row.month, published=row.published
        )
    writer.commit()


INDEXES = {"terms": write_terms}


def contestant(folder: Path) -> OnWhoosh:
    """Open its index."""
    return OnWhoosh(folder)


class OnWhoosh:
    """The index, opened."""

    def __init__(self, folder: Path) -> None:
        self._searcher = open_dir(folder / "terms").searcher()

    def prepare(self, asked: Asked) -> Callable[[], object]:
        """Give what answers a query."""
        query, search = _query(asked), self._searcher.search
        if asked.facets:
            counted = {name: FieldFacet(name, maptype=Count) for name in ("author", "month")}
            return lambda: search(query, limit=LIMIT, groupedby=counted)
        if asked.newest:
            return lambda: _with_total(search(query, limit=LIMIT, sortedby="published", reverse=True), 0)
        return lambda: _with_total(search(query, limit=asked.offset + LIMIT), asked.offset)

    def answer(self, given: Any) -> Answer:
        """Read what it gave."""
        if not isinstance(given, tuple):
            authors, months = given.groups("author"), given.groups("month")
            first = sorted(authors.items(), key=lambda pair: -pair[1])[:LIMIT]
            return Answer(authors=dict(first), total=sum(months.values()))
        total, documents = given
        return Answer(total, tuple(self._searcher.stored_fields(document)["number"] for document in documents))

    def serve(self, typed: Typed) -> None:
        """Its highlighter and its words are another matter: it is measured on the single field only."""

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()


def _with_total(results: Any, offset: int) -> tuple[int, list[int]]:
    return len(results), [document for _, document in results.top_n[offset:]]


def _query(asked: Asked) -> Query:
    terms = [Term("text", token) for token in asked.tokens]
    match asked.shape:
        case Shape.ANY:
            query = Or(terms)
        case Shape.UNACCENTED:
            query = Or([Term("text", token) for token in asked.variants])
        case Shape.ALL:
            query = And(terms)
        case Shape.PHRASE:
            query = Phrase("text", list(asked.tokens))
        case Shape.PREFIX:
            query = Prefix("text", asked.tokens[0])
        case Shape.SUFFIX:
            query = Wildcard("text", f"*{asked.tokens[0]}_*")
        case Shape.EVERYTHING:
            query = Every()
    if asked.span is not None:
        start, end = asked.span
        query = And([query, NumericRange("published", start, end, endexcl=True)])
    return query.normalize()
