"""What stands beside each document of a segment, read into arrays once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.index import FileIndex

from index.whoosh_engine import schema

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SegmentColumns:
    """The columns of one segment of n documents; every array and list has n entries.

    `published` is in seconds since 1970 or `schema.NO_DATE`; a missing text is empty; the lengths count syllables
    (in Whoosh's one-byte precision).
    """

    ids: list[str]
    published: Ints
    authors: list[str]
    publishers: list[str]
    sections: list[str]
    text_lengths: Floats
    title_lengths: Floats
    live: Mask


def leaf_readers(index: FileIndex) -> list[Any]:
    """Open a reader for each segment, in order; `close_readers` lets go of their files."""
    return [reader for reader, _ in index.reader().leaf_readers() if reader.doc_count_all()]


def close_readers(readers: list[Any]) -> None:
    """Close segment readers with the files of their terms, postings and columns."""
    for reader in readers:
        if not reader.is_closed:
            reader.close()


def read_columns(reader: Any) -> SegmentColumns:
    """Read all columns of a segment."""
    count = reader.doc_count_all()
    live = np.ones(count, np.bool_)
    live[[document for document in range(count) if reader.is_deleted(document)]] = False
    return SegmentColumns(
        ids=_texts(reader, schema.ID),
        published=np.fromiter(reader.column_reader(schema.PUBLISHED, translate=False), np.int64, count),
        authors=_texts(reader, schema.AUTHORS),
        publishers=_texts(reader, schema.PUBLISHER),
        sections=_texts(reader, schema.SECTION),
        text_lengths=_lengths(reader, schema.TEXT),
        title_lengths=_lengths(reader, schema.TITLE),
        live=live,
    )


def document_numbers(index: FileIndex) -> dict[str, int]:
    """Map the id of every live article to its document number."""
    numbers: dict[str, int] = {}
    start = 0
    readers = leaf_readers(index)
    for reader in readers:
        for document, article_id in enumerate(_texts(reader, schema.ID)):
            if not reader.is_deleted(document):
                numbers[article_id] = start + document
        start += reader.doc_count_all()
    close_readers(readers)
    return numbers


def _texts(reader: Any, column: str) -> list[str]:
    return [bytes(value).decode() for value in reader.column_reader(column, translate=False)]


def _lengths(reader: Any, field: str) -> Floats:
    lengths = (reader.doc_field_length(document, field, 0) or 0 for document in range(reader.doc_count_all()))
    return np.fromiter(lengths, np.float32, reader.doc_count_all())
