"""Which documents tell the same story: showing of each story one, and naming the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.article import Article
from index.response import MOST_OTHERS, OtherOfStory
from index.whoosh_engine.array_file import Ints, Mask


class Stories:
    """The story of each document, by its ordinal: `ordinals[document]`, or how many there are for a document of none;
    `originals` marks the live documents that are their story's original."""

    def __init__(self, names: list[str], ordinals: npt.NDArray[np.int32], originals: Mask) -> None:
        self._names = names
        self._ordinals = ordinals
        self._originals = originals

    def mask(self, name: str) -> Mask:
        """Mark the documents of a story."""
        if name not in self._names:
            return np.zeros(len(self._ordinals), np.bool_)
        marked: Mask = self._ordinals == self._names.index(name)
        return marked

    def count(self, documents: Ints) -> int:
        """Count the stories that some documents tell; one of none is one by itself."""
        ordinals = self._ordinals[documents]
        told = ordinals[ordinals < len(self._names)]
        return len(documents) - len(told) + len(np.unique(told))

    def firsts(self, documents: Ints, keys: npt.NDArray[Any], id_ranks: Callable[[Ints], Ints]) -> Ints:
        """Number the documents, ascending, that come first of their story in an order: the highest key, then the
        highest of what `id_ranks` gives for them."""
        ordinals = self._ordinals[documents]
        told = np.flatnonzero(ordinals < len(self._names))
        in_order = told[np.lexsort((-id_ranks(documents[told]), -keys[told], ordinals[told]))]
        begins = np.append(True, np.diff(ordinals[in_order]) != 0)[: len(in_order)]
        kept = ordinals >= len(self._names)
        kept[in_order[begins]] = True
        return np.flatnonzero(kept)

    def others(self, document: int, found: Ints) -> tuple[Ints, int | None]:
        """Give the other documents found of a document's story, and its original if that is neither found nor the
        document itself."""
        ordinal = int(self._ordinals[document])
        if ordinal == len(self._names):
            return found[:0], None
        others = found[self._ordinals[found] == ordinal]
        others = others[others != document]
        original = self._by_story.get(ordinal)
        known = original is None or original == document or original in others
        return others, None if known else original

    @cached_property
    def _by_story(self) -> dict[int, int]:
        """The original of each story."""
        documents = np.flatnonzero(self._originals)
        return dict(zip(self._ordinals[documents].tolist(), documents.tolist(), strict=True))


def named(found: list[Article], original: Article | None) -> tuple[OtherOfStory, ...]:
    """Name the others of a story: those found, and the original if it isn't among them."""
    others = [_named(article, matched=True) for article in found]
    if original is not None:
        others.append(_named(original, matched=False))
    return tuple(sorted(others, key=_place)[:MOST_OTHERS])


def _named(article: Article, *, matched: bool) -> OtherOfStory:
    return OtherOfStory(
        article.id, article.title, article.publisher, article.published_at, article.url, article.is_original, matched
    )


def _place(other: OtherOfStory) -> tuple[bool, bool, float, str]:
    published = other.published_at
    return not other.is_original, published is None, published.instant.timestamp() if published else 0.0, other.id
