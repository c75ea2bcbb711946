"""Cursors as callers hold them: a place in an order of hits, opaque and safe in a URL."""

from __future__ import annotations

import math
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Self

import orjson

from index.query import Cursor, Sort

VERSION = 1


@dataclass(frozen=True, slots=True)
class PlaceInOrder:
    """A cursor of the engine, and the order of the hits in which it is a place."""

    sort: Sort
    cursor: Cursor

    def __str__(self) -> str:
        """Write it: base64 of a JSON list that begins with its version."""
        fields = [VERSION, self.sort.value, self.cursor.key, self.cursor.article_id]
        return urlsafe_b64encode(orjson.dumps(fields)).rstrip(b"=").decode()

    @classmethod
    def read(cls, written: str) -> Self:
        """Read what was written. Raises ValueError for anything else."""
        fields = orjson.loads(b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True))
        match fields:
            case [int(version), str(sort), None | int() | float() as key, str(article_id)] if version == VERSION:
                place = cls(Sort(sort), Cursor(None if key is None else float(key), article_id))
            case _:
                raise ValueError("no cursor of this version")
        if isinstance(key, bool) or not _fits(place):
            raise ValueError("no key of this order")
        return place


def _fits(place: PlaceInOrder) -> bool:
    """Say whether the order has such keys: scores always, dates or none, never any beside the id."""
    key = place.cursor.key
    if key is None:
        return place.sort is not Sort.RELEVANCE
    return place.sort is not Sort.ID and math.isfinite(key)
