"""tantivy through its Python package."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from tests.bench.engines.articles import read_rows
from tests.bench.engines.asked import LIMIT, Answer, Asked, Shape, Typed

TITLE_BOOST = 2.5
COUNTED = {
    "authors": {"terms": {"field": "author", "size": LIMIT}},
    # it knows no calendar months
    "months": {"date_histogram": {"field": "published", "fixed_interval": "30d"}},
}


def write_terms(rows: Path, folder: Path) -> None:
    """Write the tokens as one field, in one segment: what it searches fastest."""
    writer = _index(folder, _schema(served=False)).writer(heap_size=2_000_000_000, num_threads=1)
    for row in read_rows(rows):
        writer.add_document(_document(row.number, row.author, row.published, text=row.tokens))
    writer.commit()
    writer.wait_merging_threads()


def write_served(rows: Path, folder: Path) -> None:
    """Write title and body through its own tokenizer, stored, with its own writer's settings."""
    writer = _index(folder, _schema(served=True)).writer()
    for row in read_rows(rows):
        writer.add_document(_document(row.number, row.author, row.published, title=row.title, body=row.body))
    writer.commit()
    writer.wait_merging_threads()


INDEXES = {"terms": write_terms, "served": write_served}


def contestant(folder: Path) -> OnTantivy:
    """Open its indexes."""
    return OnTantivy(folder)


class OnTantivy:
    """Both indexes, opened."""

    def __init__(self, folder: Path) -> None:
        self._terms = _index(folder / "terms", _schema(served=False))
        self._served = _index(folder / "served", _schema(served=True))
        self._searcher = self._terms.searcher()
        self._serving = self._served.searcher()

    def prepare(self, asked: Asked) -> Callable[[], object]:
        """Give what answers a query."""
        query, search = self._query(asked), self._searcher.search
        if asked.facets:
            return lambda: self._searcher.aggregate(query, COUNTED)
        if asked.newest:
            return lambda: search(query, LIMIT, count=True, order_by_field="published", order=Order.Desc)
        return lambda: search(query, LIMIT, count=True, offset=asked.offset)

    def answer(self, given: Any) -> Answer:
        """Read what it gave."""
        if isinstance(given, dict):
            return Answer(
                authors={bucket["key"]: bucket["doc_count"] for bucket in given["authors"]["buckets"]},
                total=sum(bucket["doc_count"] for bucket in given["months"]["buckets"]),
            )
        addresses = [address for _, address in given.hits]
        return Answer(given.count, tuple(map(int, self._searcher.fast_field_values("number", addresses))))

    def serve(self, typed: Typed) -> Callable[[], object]:
        """Give what answers a typed query."""
        words = " ".join(typed.words)
        text = f'"{words}"' if typed.phrase else words
        query = (
            self._served.parse_query(text, ["title", "body"], field_boosts={"title": TITLE_BOOST})
            if typed.words
            else Query.all_query()
        )
        searcher, schema = self._serving, self._served.schema

        def served() -> object:
            if typed.newest:
                found = searcher.search(query, LIMIT, count=True, order_by_field="published", order=Order.Desc)
            else:
                found = searcher.search(query, LIMIT, count=True)
            generator = tantivy.SnippetGenerator.create(searcher, query, schema, "body")
            generator.set_max_num_chars(300)
            hits = []
            for _, address in found.hits:
                document = searcher.doc(address)
                snippet = generator.snippet_from_doc(document)
                hits.append((document.get_first("title"), snippet.fragment(), snippet.highlighted()))
            return found.count, hits, searcher.aggregate(query, COUNTED)

        return served

    def close(self) -> None:
        """Nothing to do: it lets go of the files by itself."""

    def _query(self, asked: Asked) -> Query:
        schema = self._terms.schema

        def terms(occur: Occur, tokens: tuple[str, ...]) -> Query:
            queries = [Query.term_query(schema, "text", token) for token in tokens]
            return queries[0] if len(queries) == 1 else Query.boolean_query([(occur, query) for query in queries])

        match asked.shape:
            case Shape.ANY:
                query = terms(Occur.Should, asked.tokens)
            case Shape.UNACCENTED:
                query = terms(Occur.Should, asked.variants)
            case Shape.ALL:
                query = terms(Occur.Must, asked.tokens)
            case Shape.PHRASE:
                query = Query.phrase_query(schema, "text", list(asked.tokens))
            case Shape.PREFIX:
                query = Query.regex_query(schema, "text", f"{asked.tokens[0]}.*")
            case Shape.SUFFIX:
                query = Query.regex_query(schema, "text", f".*{asked.tokens[0]}_[0-9]+")
            case Shape.EVERYTHING:
                query = Query.all_query()
        if asked.span is None:
            return query
        start, end = (datetime.fromtimestamp(second, UTC) for second in asked.span)
        span = Query.range_query(schema, "published", FieldType.Date, start, end, include_upper=False)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, span)])


def _schema(*, served: bool) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    if served:
        builder.add_text_field("title", stored=True)
        builder.add_text_field("body", stored=True)
    else:
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    builder.add_unsigned_field("number", fast=True)
    builder.add_text_field("author", tokenizer_name="raw", fast=True)
    builder.add_date_field("published", indexed=True, fast=True)
    return builder.build()


def _index(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    index = tantivy.Index(schema, path=str(folder))
    blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", blanks)
    return index


def _document(number: int, author: str, published: int, **texts: str) -> tantivy.Document:
    document = tantivy.Document(author=author, **texts)
    document.add_unsigned("number", number)
    document.add_date("published", datetime.fromtimestamp(published, UTC))
    return document
