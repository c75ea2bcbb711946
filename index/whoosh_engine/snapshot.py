"""One generation, opened for reading: everything a search needs, over all segments, documents numbered through."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from heapq import merge
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from backports import zstd

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded
from index.article import Article
from index.snippet import Body
from index.weights import Weights
from index.whoosh_engine import generations, schema, stored
from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.codec import ColumnarSegment
from index.whoosh_engine.periods import Periods
from index.whoosh_engine.postings import PostingsReader
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.stories import Stories

FEW_IDS = 64
"""So many documents are put in order by reading their ids; for more, all are ranked once."""


class FacetColumn:
    """The values of one field over n documents: document documents[i] has the value values[ordinals[i]].

    A document may have several values or none; `bare` marks those that have none. Where none has several, `single` is
    the ordinal of each document's value, or how many values there are.
    """

    def __init__(self, values: list[str], documents: Ints, ordinals: npt.NDArray[np.int32], count: int) -> None:
        self.values = values
        self._documents = documents
        self._ordinals = ordinals
        self.bare: Mask = np.ones(count, np.bool_)
        self.bare[documents] = False
        self.single: npt.NDArray[np.int32] | None = None
        if len(documents) == count - np.count_nonzero(self.bare):
            self.single = np.full(count, len(values), np.int32)
            self.single[documents] = ordinals

    def mask(self, ordinals: Ints) -> Mask:
        """Mark the documents that have one of the values."""
        wanted = np.zeros(len(self.values) + 1, np.bool_)
        wanted[ordinals] = True
        if self.single is not None:
            return wanted[self.single]
        marked = np.zeros(len(self.bare), np.bool_)
        marked[self._documents[wanted[self._ordinals]]] = True
        return marked

    def counts(self, documents: Ints) -> tuple[Ints, int]:
        """Count the documents of each value, and those without any."""
        return self._all_counts if len(documents) == len(self.bare) else self._counts(documents)

    @cached_property
    def _all_counts(self) -> tuple[Ints, int]:
        return self._counts(np.arange(len(self.bare)))

    def _counts(self, documents: Ints) -> tuple[Ints, int]:
        if self.single is not None:
            counts = np.bincount(self.single[documents], minlength=len(self.values) + 1)
            return counts[:-1], int(counts[-1])
        mask = np.zeros(len(self.bare), np.bool_)
        mask[documents] = True
        counts = np.bincount(self._ordinals[mask[self._documents]], minlength=len(self.values))
        return counts, int(np.count_nonzero(self.bare[documents]))


class Snapshot:
    """A generation's documents, columns and postings. Immutable, and safe to share between threads."""

    def __init__(self, index_dir: Path, generation: str, withheld: Iterable[str] = ()) -> None:
        """Open a generation without the articles of some ids; raises IndexOutdated or IndexDamaged."""
        self.generation = self.shown_as = generation
        self.manifest = generations.verify(index_dir, generation, schema.stamp())
        directory = index_dir / generation
        described = [ColumnarSegment.of(entry) for entry in self.manifest.segments]
        self.segments = [ColumnarFile(segment.path(directory)) for segment in described]
        counts = [segment.count for segment in self.segments]
        self._starts = np.cumsum([0, *counts])
        self.count = int(self._starts[-1])
        self.live: Mask = np.concatenate([np.zeros(0, np.bool_), *(segment.live() for segment in described)])
        self._hide(withheld)
        self._all_live = bool(self.live.all())
        self.articles = int(np.count_nonzero(self.live))
        self.postings = PostingsReader(list(zip(self.segments, self._starts.tolist(), strict=False)))
        self.published: Ints = self._column(schema.PUBLISHED, np.int64)
        self._norms: dict[tuple[str, float, float], Floats] = {}
        self._least_norms: dict[tuple[str, float, float], float] = {}

    def _hide(self, withheld: Iterable[str]) -> None:
        """Take articles that are withheld for deleted ones. With any of them the snapshot is another than the
        generation's, so it gets a name of its own: answers are kept by that name."""
        hidden = [document for each in withheld if (document := self.document(each)) is not None]
        if hidden:
            self.live[hidden] = False
            ids = "\n".join(sorted(self.id(document) for document in hidden))
            self.shown_as = f"{self.generation}-{zlib.crc32(ids.encode('utf-8', 'replace')):08x}"

    def _column(self, name: str, kind: type[np.generic]) -> npt.NDArray[Any]:
        parts = [segment.file.array(name) for segment in self.segments]
        return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, kind), *parts])

    def norms(self, field: str, k1: float, b: float) -> Floats:
        """Give BM25's k1 * (1 - b + b * length / mean length) of a field in each document."""
        key = field, k1, b
        if key not in self._norms:
            lengths = self._column(f"{field}.lengths", np.uint8).astype(np.float64)
            relative = lengths / max(float(lengths.mean()), 1.0) if len(lengths) else lengths
            self._norms[key] = (k1 * (1 - b + b * relative)).astype(np.float32)
        return self._norms[key]

    def only_live(self, documents: Ints) -> Ints:
        """Leave out the documents that are deleted."""
        return documents if self._all_live else documents[self.live[documents]]

    def least_norm(self, field: str, weights: Weights) -> float:
        """Give the least of a field's norms."""
        b = weights.b if field == schema.TEXT else weights.title_b
        key = field, weights.k1, b
        if key not in self._least_norms:
            self._least_norms[key] = float(self.norms(*key).min(initial=np.inf))
        return self._least_norms[key]

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
        ordinals: list[npt.NDArray[np.int32]] = [np.zeros(0, np.int32)]
        for segment, start in zip(self.segments, self._starts.tolist(), strict=False):
            known = [numbers.setdefault(value, len(numbers)) for value in segment.texts(f"{name}.value")]
            documents.append(segment.file.array(f"{name}.documents").astype(np.int64) + start)
            ordinals.append(np.array(known or [0], np.int32)[segment.file.array(f"{name}.ordinals")])
        return FacetColumn(list(numbers), np.concatenate(documents), np.concatenate(ordinals), self.count)

    @cached_property
    def stories(self) -> Stories:
        """The story of each document."""
        column = self._facet(schema.STORY)
        assert column.single is not None, "an article is of one story at most"
        originals = self._column(schema.ORIGINAL, np.uint8).astype(np.bool_) & self.live
        return Stories(column.values, column.single, originals)

    @cached_property
    def periods(self) -> Periods:
        """When each document was published, by month."""
        return Periods(self.published)

    def id(self, document: int) -> str:
        """Give the article id of a document."""
        segment, local = self._place(document)
        return self.segments[segment].pieces(schema.ID)[local].decode()

    def in_id_order(self, documents: Ints) -> Ints:
        """Give some documents in the order of their articles' ids: the last key of every order."""
        if len(documents) <= FEW_IDS:
            return np.array(sorted(documents.tolist(), key=self.id), np.int64)
        return documents[np.argsort(self._id_ranks[documents])]

    def backward_id_ranks(self, documents: Ints) -> Ints:
        """Give minus the ranks of some documents' article ids among all."""
        return -self._id_ranks[documents].astype(np.int64)

    def ids_up_to(self, article_id: str) -> int:
        """Count the ids, deleted ones too, that are not behind one in order."""
        wanted = article_id.encode("utf-8", "replace")
        count = 0
        for segment in self.segments:
            ids = segment.pieces(schema.ID)
            order = segment.file.array(f"{schema.ID}.order")
            count += bisect_right(order, wanted, key=lambda document: ids[int(document)])
        return count

    @cached_property
    def newest(self) -> int:
        """The date of the newest document, in seconds since 1970; 0 when none has one."""
        return max(int(self.published.max(initial=schema.NO_DATE)), 0)

    @cached_property
    def _id_ranks(self) -> npt.NDArray[np.uint32]:
        """The rank of each document's article id among all."""
        orders = [segment.file.array(f"{schema.ID}.order") for segment in self.segments]
        if len(orders) == 1:
            order = orders[0]
        else:
            ids = [segment.texts(schema.ID) for segment in self.segments]
            sorted_ids = [
                zip(map(texts.__getitem__, each.tolist()), (each + start).tolist(), strict=True)
                for texts, each, start in zip(ids, orders, self._starts.tolist(), strict=False)
            ]
            order = np.fromiter((document for _, document in merge(*sorted_ids)), np.uint32, self.count)
        ranks = np.empty(self.count, np.uint32)
        ranks[order] = np.arange(self.count, dtype=np.uint32)
        return ranks

    @cached_property
    def author_names(self) -> list[list[tuple[str, int]]]:
        """The folded syllables of each author value."""
        return [folded(normal_text(value).text) for value in self.authors.values]

    def document(self, article_id: str) -> int | None:
        """Give the number of the document of an article."""
        wanted = article_id.encode("utf-8", "replace")
        for segment, start in zip(self.segments, self._starts.tolist(), strict=False):
            ids = segment.pieces(schema.ID)
            order = segment.file.array(f"{schema.ID}.order")
            at = bisect_left(order, wanted, key=lambda document: ids[int(document)])
            local = int(order[at]) if at < len(order) else -1
            if local >= 0 and ids[local] == wanted and self.live[start + local]:
                return int(start) + local
        return None

    def _place(self, document: int) -> tuple[int, int]:
        """Give a document's segment, and its number there."""
        segment = int(np.searchsorted(self._starts, document, side="right")) - 1
        return segment, document - int(self._starts[segment])

    def article(self, document: int) -> Article:
        """Read a stored article."""
        return self.shown(document)[0]

    def shown(self, document: int) -> tuple[Article, Body | None]:
        """Read a stored article, and what is known of its body."""
        segment, local = self._place(document)
        packed = self.segments[segment].pieces(schema.ARTICLE)[local]
        return stored.unpack(zstd.decompress(packed))
