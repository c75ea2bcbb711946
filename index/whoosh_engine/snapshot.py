"""One generation, opened for reading: everything a search needs, over all segments, documents numbered through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from backports import zstd

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded
from index.article import Article
from index.whoosh_engine import generations, schema, stored
from index.whoosh_engine.codec import ColumnarSegment
from index.whoosh_engine.postings import Floats, Ints, PostingsReader
from index.whoosh_engine.segment import ColumnarFile

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of one field over n documents: document documents[i] has the value values[ordinals[i]].

    A document may have several values or none; `bare` marks those that have none.
    """

    values: list[str]
    documents: Ints
    ordinals: Ints
    bare: Mask

    def mask(self, ordinals: Ints) -> Mask:
        """Mark the documents that have one of the values."""
        wanted = np.zeros(len(self.values), np.bool_)
        wanted[ordinals] = True
        marked = np.zeros(len(self.bare), np.bool_)
        marked[self.documents[wanted[self.ordinals]]] = True
        return marked


class Snapshot:
    """A generation's documents, columns and postings. Immutable, and safe to share between threads."""

    def __init__(self, index_dir: Path, generation: str) -> None:
        """Open a generation; raises IndexOutdated or IndexDamaged."""
        self.generation = generation
        self.manifest = generations.verify(index_dir, generation, schema.stamp())
        directory = index_dir / generation
        described = [ColumnarSegment.of(entry) for entry in self.manifest.segments]
        self._segments = [ColumnarFile(segment.path(directory)) for segment in described]
        counts = [segment.count for segment in self._segments]
        self._starts = np.cumsum([0, *counts])
        self.count = int(self._starts[-1])
        self.live: Mask = np.concatenate([np.zeros(0, np.bool_), *(segment.live() for segment in described)])
        self.postings = PostingsReader(list(zip(self._segments, self._starts.tolist(), strict=False)))
        self.published: Ints = self._column(schema.PUBLISHED, np.int64)
        self.text_lengths = self._relative_lengths(schema.TEXT)
        self.title_lengths = self._relative_lengths(schema.TITLE)

    def _column(self, name: str, kind: type[np.generic]) -> npt.NDArray[Any]:
        parts = [segment.file.array(name) for segment in self._segments]
        return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, kind), *parts])

    def _relative_lengths(self, field: str) -> Floats:
        """Give lengths as multiples of their mean."""
        lengths: Floats = self._column(f"{field}.lengths", np.uint8).astype(np.float32)
        return lengths / max(float(lengths.mean()), 1.0) if len(lengths) else lengths

    @cached_property
    def authors(self) -> FacetColumn:
        """Who wrote each document."""
        return self._facet(schema.AUTHORS)

    @cached_property
    def publishers(self) -> FacetColumn:
        """Who published each document."""
        return self._facet(schema.PUBLISHER)

    @cached_property
    def sections(self) -> FacetColumn:
        """The section of each document."""
        return self._facet(schema.SECTION)

    def _facet(self, name: str) -> FacetColumn:
        numbers: dict[str, int] = {}
        documents: list[Ints] = [np.zeros(0, np.int64)]
        ordinals: list[Ints] = [np.zeros(0, np.int64)]
        for segment, start in zip(self._segments, self._starts.tolist(), strict=False):
            known = [numbers.setdefault(value, len(numbers)) for value in segment.texts(f"{name}.value")]
            documents.append(segment.file.array(f"{name}.documents").astype(np.int64) + start)
            ordinals.append(np.array(known or [0], np.int64)[segment.file.array(f"{name}.ordinals")])
        bare = np.ones(self.count, np.bool_)
        bare[np.concatenate(documents)] = False
        return FacetColumn(list(numbers), np.concatenate(documents), np.concatenate(ordinals), bare)

    @cached_property
    def ids(self) -> list[str]:
        """The article id of each document."""
        return [article_id for segment in self._segments for article_id in segment.texts(schema.ID)]

    @cached_property
    def id_ranks(self) -> Ints:
        """The rank of each document's article id among all: the last key of every order."""
        ranks = np.empty(self.count, np.int64)
        ranks[np.array(sorted(range(self.count), key=self.ids.__getitem__), np.int64)] = np.arange(self.count)
        return ranks

    @cached_property
    def author_names(self) -> list[list[tuple[str, int]]]:
        """The folded syllables of each author value."""
        return [folded(normal_text(value).text) for value in self.authors.values]

    @cached_property
    def _documents_by_id(self) -> dict[str, int]:
        return {self.ids[document]: document for document in np.flatnonzero(self.live).tolist()}

    def document(self, article_id: str) -> int | None:
        """Give the number of the document of an article."""
        return self._documents_by_id.get(article_id)

    def article(self, document: int) -> Article:
        """Read a stored article."""
        segment = int(np.searchsorted(self._starts, document, side="right")) - 1
        packed = self._segments[segment].pieces(schema.ARTICLE)[document - int(self._starts[segment])]
        return stored.unpack(zstd.decompress(packed))
