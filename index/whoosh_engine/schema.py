"""The fields of a Whoosh index and the form of their postings.

A text posting keeps, for each occurrence of a folded syllable, one little-endian uint32: the position shifted left
by `ACCENT_BITS`, and the accents number in the low bits. So one list of postings serves words typed with and
without accents, phrases and proximity.
"""

from __future__ import annotations

import array
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.system import pack_uint

from index.analysis.chain import VERSION as ANALYSIS_VERSION
from index.analysis.syllables import ACCENT_BITS
from index.analysis.word_model import VERSION as MODEL_VERSION
from index.document import Stream

MAX_POSITION = (1 << (32 - ACCENT_BITS)) - 1
"""What stands further on, past four million syllables, is found by its words but in no phrase."""
NO_DATE = -(1 << 62)
"""Stands in the date column for an article without one; sorts before every real date."""

AUTHOR_SEPARATOR = "\x1f"
SCHEMA_VERSION = "1"

TEXT, TITLE, WORDS, CODES = "text", "title", "words", "codes"
ID, PUBLISHED, AUTHORS, PUBLISHER, SECTION, ARTICLE = (
    "id", "published", "authors", "publisher", "section", "article",
)  # fmt: skip

Posting = tuple[bytes, int, float, bytes]
"""What Whoosh wants of a field for each term: bytes, frequency, weight, encoded value."""


class Occurrences(formats.Format):  # type: ignore[misc]  # Whoosh has no types
    """The posting format of `SyllableField`; Whoosh's own phrase queries read its positions."""

    def word_values(self, value: Any, analyzer: Any, **options: Any) -> Iterator[tuple[str, int, float, bytes]]:
        """Fields of this format make their postings themselves (`SyllableField.index`)."""
        raise TypeError("a syllable field takes an index.document.Stream")

    def decode_frequency(self, value: bytes) -> int:
        """Count the occurrences of one posting."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """Give the weight of one posting: its frequency."""
        return float(len(value) // 4)

    def decode_positions(self, value: bytes) -> list[int]:
        """Give the positions of one posting."""
        occurrences = array.array("I", value)
        if sys.byteorder == "big":
            occurrences.byteswap()
        return [occurrence >> ACCENT_BITS for occurrence in occurrences]


class SyllableField(fields.FieldType):  # type: ignore[misc]
    """Takes a `Stream` and posts every syllable with its positions and accents."""

    indexed = True

    def __init__(self) -> None:
        super().__init__(Occurrences(), None, scorable=True)

    def index(self, value: Stream, **options: Any) -> Iterator[Posting]:
        """Group a stream by term, in term order."""
        places: dict[str, array.array[int]] = {}
        for term, accents, position in zip(value.terms, value.accents, value.positions, strict=True):
            occurrence = min(position, MAX_POSITION) << ACCENT_BITS | accents
            if term in places:
                places[term].append(occurrence)
            else:
                places[term] = array.array("I", (occurrence,))
        for term in sorted(places):
            occurrences = places[term]
            if sys.byteorder == "big":
                occurrences.byteswap()
            yield term.encode(), len(occurrences), float(len(occurrences)), occurrences.tobytes()


class FrequencyField(fields.FieldType):  # type: ignore[misc]
    """Takes a mapping of terms to frequencies."""

    indexed = True

    def __init__(self) -> None:
        super().__init__(formats.Frequency(), None, scorable=False)

    def index(self, value: Mapping[str, int], **options: Any) -> Iterator[Posting]:
        """Post every term with its frequency, in term order."""
        for term in sorted(value):
            count = value[term]
            yield term.encode(), count, float(count), pack_uint(count)


class ColumnField(fields.FieldType):  # type: ignore[misc]
    """A value beside each document that is neither searched by term nor stored elsewhere."""

    indexed = False

    def __init__(self, column: columns.Column) -> None:
        super().__init__(None, None)
        self.column_type = column

    def to_column_value(self, value: Any) -> Any:
        """Write text as UTF-8, leave numbers alone."""
        return value.encode("utf-8", "replace") if isinstance(value, str) else value

    def from_column_value(self, value: Any) -> Any:
        """Read what `to_column_value` wrote."""
        return value.decode() if isinstance(value, bytes) else value


def schema() -> fields.Schema:
    """Make the schema of a generation."""
    return fields.Schema(
        text=SyllableField(),
        title=SyllableField(),
        words=FrequencyField(),
        codes=FrequencyField(),
        id=ColumnField(columns.VarBytesColumn()),
        published=ColumnField(columns.NumericColumn("q", default=NO_DATE)),
        authors=ColumnField(columns.VarBytesColumn()),
        publisher=ColumnField(columns.VarBytesColumn()),
        section=ColumnField(columns.VarBytesColumn()),
        article=fields.STORED(),
    )


def codec() -> W3Codec:
    """Make the codec segments are written with: large blocks, which decode fastest into arrays."""
    return W3Codec(blocklimit=4096)


def stamp() -> str:
    """Name the version of schema, analysis and word model; a generation with another stamp must be rebuilt."""
    return f"{SCHEMA_VERSION}.{ANALYSIS_VERSION}-{MODEL_VERSION}"
