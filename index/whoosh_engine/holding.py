"""Which documents of a snapshot hold the units of a text, and what share of it that is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.rarity import points_required, rarity
from index.whoosh_engine.array_file import Floats, Ints, Mask

Counts = npt.NDArray[np.int16]


class Holding:
    """For each unit of a text, the documents that hold it."""

    def __init__(self, masks: Sequence[Mask], live: Mask, articles: int) -> None:
        self._masks = masks
        self._live = live
        self._articles = articles

    def any(self) -> Mask:
        """Mark the documents that hold any of the units."""
        mask = np.zeros(len(self._live), np.bool_)
        for each in self._masks:
            mask |= each
        return mask

    @cached_property
    def counts(self) -> Counts:
        """How many of the units each document holds."""
        counts = np.zeros(len(self._live), np.int16)
        for mask in self._masks:
            counts += mask
        return counts

    @cached_property
    def rarities(self) -> list[int]:
        """The rarity of each unit among the live documents (see `index.rarity`)."""
        everything = self._articles == len(self._live)
        holding = (np.count_nonzero(mask if everything else mask & self._live) for mask in self._masks)
        return [rarity(int(count), self._articles) for count in holding]

    @cached_property
    def points(self) -> Counts:
        """The rarity of all that each document holds."""
        points = np.zeros(len(self._live), np.int16)
        part = np.empty_like(points)
        for mask, worth in zip(self._masks, self.rarities, strict=True):
            points += np.multiply(mask, np.int16(worth), out=part)
        return points

    def reaching(self, share: float) -> Mask:
        """Mark the documents that hold such a share of the rarity: with 1 all of the units, with 0 any."""
        if share == 1:
            full: Mask = self.counts == len(self._masks)
            return full
        if share == 0:
            return self.any()
        enough: Mask = self.points >= self.required(share)
        return enough

    def required(self, share: float) -> int:
        """Give the points that make up such a share."""
        return points_required(share, self.rarities)

    def share(self, documents: Ints) -> Floats:
        """Give the share of the rarity that each document holds."""
        share: Floats = self.points[documents].astype(np.float32)
        share /= np.float32(sum(self.rarities) or 1)
        return share


class Matched:
    """The documents that match a text, and what they hold of it: everything where `holding` is None."""

    def __init__(self, documents: Ints, holding: Holding | None, mask: Mask | None, size: int) -> None:
        self.documents = documents
        self.holding = holding
        self._mask = mask
        self._size = size

    @classmethod
    def of(cls, mask: Mask, holding: Holding | None) -> Matched:
        """Take those that a mask marks."""
        return cls(np.flatnonzero(mask), holding, mask, len(mask))

    @cached_property
    def mask(self) -> Mask:
        """The documents, marked."""
        if self._mask is not None:
            return self._mask
        mask = np.zeros(self._size, np.bool_)
        mask[self.documents] = True
        return mask
