"""The order of the hits: by score, date or id, ties by article id; pages and cursors."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import numpy.typing as npt

from index.query import HALF_LIFE_DAYS, Cursor, SearchRequest, Sort, ranks
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Ints
from index.whoosh_engine.evaluator import Evaluator
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.top import at_least_the_highest

Doubles = npt.NDArray[np.float64]


class Order:
    """What was found, in the order asked for. A document has the same score in every order."""

    def __init__(self, snapshot: Snapshot, evaluator: Evaluator, found: Ints, request: SearchRequest) -> None:
        """Take the documents found, ascending."""
        self._snapshot = snapshot
        self._evaluator = evaluator
        self._request = request
        self._all = found
        self._found = found
        self._total = len(found)
        self._keys: Doubles | Ints = np.zeros(len(found), np.int64)
        if request.limit:
            self._keys = self._all_keys()
            if request.collapse is not None:
                firsts = snapshot.stories.firsts(self._found, self._keys, snapshot.backward_id_ranks)
                self._found, self._keys = self._found[firsts], self._keys[firsts]
                self._total = len(firsts)
        if request.after is not None and request.limit:
            behind = self._behind(request.after)
            self._found, self._keys = self._found[behind], self._keys[behind]
            self._total = len(behind)

    def page(self) -> Ints:
        """Give the documents of the page; only the first offset + limit are put in order."""
        wanted = min(self._request.offset + self._request.limit, len(self._found))
        if self._request.offset >= wanted:
            return self._found[:0]
        kept = at_least_the_highest(self._keys, wanted)
        order = kept[np.argsort(-self._keys[kept], kind="stable")]
        documents, keys = self._found[order], self._keys[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        lengths = np.diff(starts, append=len(keys))
        for start, length in zip(starts[lengths > 1].tolist(), lengths[lengths > 1].tolist(), strict=True):
            if start < wanted:
                documents[start : start + length] = self._snapshot.in_id_order(documents[start : start + length])
        return documents[self._request.offset : wanted]

    def scores(self, page: Ints) -> Doubles:
        """Give the scores of some of the documents, in their order."""
        if self._request.sort is Sort.RELEVANCE:
            return self._keys[np.searchsorted(self._found, page)].astype(np.float64)
        if not len(page) or not ranks(self._request.query):
            return np.zeros(len(page))
        return self._scored(self._all)[np.searchsorted(self._all, page)]

    def cursor(self, page: Ints) -> Cursor | None:
        """Give the place behind a page; None when nothing follows."""
        if not len(page) or self._request.offset + len(page) >= self._total:
            return None
        last = int(page[-1])
        key = self._keys[np.searchsorted(self._found, last)].item()
        if self._request.sort is Sort.OLDEST:
            key = -key
        undated = self._request.sort is Sort.ID or abs(key) == -schema.NO_DATE
        return Cursor(None if undated else key, self._snapshot.id(last))

    def _scored(self, documents: Ints) -> Doubles:
        scores = self._evaluator.scores(documents).astype(np.float64)
        if self._request.freshness:
            scores *= freshness(self._snapshot, documents, self._request.freshness)
        return scores

    def _all_keys(self) -> Doubles | Ints:
        """Give the key of each document found; the higher come first."""
        match self._request.sort:
            case Sort.RELEVANCE:
                request = self._request
                if request.after is not None or request.freshness or request.collapse is not None:
                    return self._scored(self._found)
                self._found, scores = self._evaluator.best(self._found, request.offset + request.limit)
                return scores.astype(np.float64)
            case Sort.ID:
                return self._snapshot.backward_id_ranks(self._found)
            case Sort.NEWEST | Sort.OLDEST:
                published = self._snapshot.published[self._found]
                keys = published if self._request.sort is Sort.NEWEST else -published
                keys[published == schema.NO_DATE] = schema.NO_DATE
                return keys

    def _behind(self, after: Cursor) -> Ints:
        """Number the documents that come behind a cursor."""
        if self._request.sort is Sort.ID:
            return np.flatnonzero(self._keys <= -self._snapshot.ids_up_to(after.article_id))
        key: float = schema.NO_DATE
        if after.key is not None:
            # A caller may have made it up: no date is beyond those that have none.
            key = max(-after.key if self._request.sort is Sort.OLDEST else after.key, schema.NO_DATE + 1)
        ties = np.flatnonzero(self._keys == key)
        documents = self._snapshot.in_id_order(self._found[ties])
        later = documents[bisect_right(documents, after.article_id, key=lambda each: self._snapshot.id(int(each))) :]
        return np.sort(np.concatenate((np.flatnonzero(self._keys < key), np.searchsorted(self._found, later))))


def freshness(snapshot: Snapshot, documents: Ints, weight: float) -> Doubles:
    """Give what freshness multiplies the scores of documents by: 1 for those without a date."""
    published = snapshot.published[documents]
    dated = published != schema.NO_DATE
    factors = np.ones(len(documents))
    age = (snapshot.newest - published[dated]) / 86_400
    factors[dated] += weight * 0.5 ** (age / HALF_LIFE_DAYS)
    return factors
