"""The fields of an index, and the version that its readers must agree on.

A text posting keeps the position of each occurrence of a folded syllable in one spelling (see `segment_builder`).
Whoosh's own searcher sees all spellings of a syllable as one term, and an occurrence as one little-endian uint32.
"""

from __future__ import annotations

import numpy as np
from whoosh import fields, formats

from index.analysis.chain import VERSION as ANALYSIS_VERSION
from index.analysis.word_model import VERSION as MODEL_VERSION

POSITION_BITS = 23
"""Positions fill half of them, so that none is close to another document's."""
MAX_POSITION = (1 << POSITION_BITS - 1) - 1
"""What stands further on, past four million syllables, is found by its words but in no phrase."""
NO_DATE = -(1 << 62)
"""Stands in the date column for an article without one; sorts before every real date."""

SCHEMA_VERSION = "6"

TEXT, TITLE, WORDS, CODES = "text", "title", "words", "codes"
INDEXED = (TEXT, TITLE, WORDS, CODES)
ID, PUBLISHED, AUTHORS, PUBLISHER, SECTION, STORY, ORIGINAL, ARTICLE = (
    "id", "published", "authors", "publisher", "section", "story", "original", "article",
)  # fmt: skip


class Occurrences(formats.Format):  # type: ignore[misc]  # Whoosh has no types
    """The posting format of `SyllableField`; Whoosh's own phrase queries read its positions."""

    def decode_frequency(self, value: bytes) -> int:
        """Count the occurrences of one posting."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """Give the weight of one posting: its frequency."""
        return float(len(value) // 4)

    def decode_positions(self, value: bytes) -> list[int]:
        """Give the positions of one posting."""
        positions: list[int] = np.frombuffer(value, "<u4").tolist()
        return positions


class SyllableField(fields.FieldType):  # type: ignore[misc]
    """Folded syllables with positions, accents and lengths."""

    indexed = True

    def __init__(self) -> None:
        super().__init__(Occurrences(), None, scorable=True)


class FrequencyField(fields.FieldType):  # type: ignore[misc]
    """Terms with frequencies."""

    indexed = True

    def __init__(self) -> None:
        super().__init__(formats.Frequency(), None, scorable=False)


def schema() -> fields.Schema:
    """Make the schema of a generation."""
    return fields.Schema(
        text=SyllableField(),
        title=SyllableField(),
        words=FrequencyField(),
        codes=FrequencyField(),
        id=fields.STORED(),
        article=fields.STORED(),
    )


def stamp() -> str:
    """Name the version of schema, analysis and word model; a generation with another stamp must be rebuilt."""
    return f"{SCHEMA_VERSION}.{ANALYSIS_VERSION}-{MODEL_VERSION}"
