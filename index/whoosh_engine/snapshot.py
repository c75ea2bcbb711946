"""One generation, opened for reading: everything a search needs, over all segments, documents numbered through."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded
from index.article import Article
from index.errors import IndexDamaged
from index.whoosh_engine import generations, schema, stored
from index.whoosh_engine.postings import PostingsReader, SegmentPostings
from index.whoosh_engine.segment_columns import (
    Floats,
    Ints,
    Mask,
    SegmentColumns,
    close_readers,
    leaf_readers,
    read_columns,
)

CACHE_BYTES = 192 << 20
"""What the decoded postings lately used may take in memory."""


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of one field over n documents: document documents[i] has the value values[ordinals[i]].

    A document may have several values or none; `bare` marks those that have none.
    """

    values: list[str]
    documents: Ints
    ordinals: Ints
    bare: Mask

    def mask(self, ordinals: npt.NDArray[np.int64]) -> Mask:
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
        self._directory = directory = index_dir / generation
        try:
            index = FileIndex(FileStorage(str(directory), supports_mmap=False, readonly=True))
            self._readers = leaf_readers(index)
            weakref.finalize(self, close_readers, self._readers)
            segments = [read_columns(reader) for reader in self._readers]
        except FileNotFoundError:
            raise
        except Exception as error:  # Whoosh raises whatever a broken file makes it meet
            raise IndexDamaged(f"{directory} can't be read ({error!r}): run `timtin rebuild`") from error
        self._starts = np.cumsum([0, *(len(segment.ids) for segment in segments)])
        self._lock = threading.Lock()
        self.postings = PostingsReader(
            [
                SegmentPostings(directory, reader, int(start))
                for reader, start in zip(self._readers, self._starts, strict=False)
            ],
            CACHE_BYTES,
        )
        self._read_columns(segments)

    def _read_columns(self, segments: list[SegmentColumns]) -> None:
        self.ids = [article_id for segment in segments for article_id in segment.ids]
        self.count = len(self.ids)
        self.live: Mask = _concatenated([segment.live for segment in segments], np.bool_)
        self.published: Ints = _concatenated([segment.published for segment in segments], np.int64)
        self.text_lengths = _relative([segment.text_lengths for segment in segments])
        self.title_lengths = _relative([segment.title_lengths for segment in segments])
        self.authors = _facet_column([text for segment in segments for text in segment.authors])
        self.publishers = _facet_column([text for segment in segments for text in segment.publishers])
        self.sections = _facet_column([text for segment in segments for text in segment.sections])

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
        try:
            with self._lock:  # Whoosh's stored fields seek
                fields: dict[str, Any] = self._readers[segment].stored_fields(document - int(self._starts[segment]))
            return stored.unpack(fields[schema.ARTICLE])
        except Exception as error:  # pickle and Whoosh raise whatever broken bytes make them meet
            raise IndexDamaged(f"{self._directory} can't be read ({error!r}): run `timtin rebuild`") from error


def _concatenated(parts: list[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _relative(parts: list[Floats]) -> Floats:
    """Give lengths as multiples of their mean."""
    lengths: Floats = _concatenated(parts, np.float32)
    return lengths / max(float(lengths.mean()), 1.0) if len(lengths) else lengths


def _facet_column(texts: list[str]) -> FacetColumn:
    ordinals: dict[str, int] = {}
    pairs = [
        (document, ordinals.setdefault(value, len(ordinals)))
        for document, text in enumerate(texts)
        if text
        for value in dict.fromkeys(text.split(schema.AUTHOR_SEPARATOR))
    ]
    bare = np.fromiter((not text for text in texts), np.bool_, len(texts))
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return FacetColumn(list(ordinals), table[:, 0], table[:, 1], bare)
