"""A term's postings as arrays, decoded from Whoosh's blocks by slices of a memory map: safe between threads."""

from __future__ import annotations

import mmap
import pickle
import struct
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
from whoosh.reading import TermNotFound

from index.analysis.syllables import ACCENT_CODES
from index.errors import IndexDamaged
from index.whoosh_engine import schema

Documents = npt.NDArray[np.int64]
Uints = npt.NDArray[np.uint32]


_OVERHEAD = 500
"""Bytes of the objects around the arrays of a term."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of a term: n documents (ascending) with their frequencies.

    For syllables, `occurrences` holds the sum of the frequencies entries, document by document (see `schema`);
    for words and codes it is empty.
    """

    documents: Documents
    frequencies: npt.NDArray[np.int64]
    occurrences: Uints

    @property
    def accents(self) -> Uints:
        """The accents number of each occurrence."""
        return self.occurrences & np.uint32(ACCENT_CODES - 1)

    @property
    def size_bytes(self) -> int:
        """The memory this takes, about."""
        return _OVERHEAD + self.documents.nbytes + self.frequencies.nbytes + self.occurrences.nbytes


EMPTY = Postings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint32))


class SegmentPostings:
    """Reads the postings of one segment. `start` is the segment's first document number in the whole index."""

    def __init__(self, directory: Path, reader: Any, start: int) -> None:
        self._terms = reader
        self._start = start
        self._lock = threading.Lock()
        self._path = directory / reader.segment().make_filename(W3Codec.POSTS_EXT)
        with self._path.open("rb") as file:
            size = self._path.stat().st_size
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def read(self, field: str, term: str) -> Postings | None:
        """Give the postings of a term, None when the segment has none."""
        try:
            with self._lock:  # Whoosh's term table seeks
                offset, (length,) = self._terms.term_info(field, term).extent()
            data = self._map[offset : offset + length]
            return self._decode(data, has_occurrences=field in (schema.TEXT, schema.TITLE))
        except TermNotFound:
            return None
        except Exception as error:  # pickle and Whoosh raise whatever broken bytes make them meet
            raise IndexDamaged(f"{self._path} can't be read ({error!r}): run `timtin rebuild`") from error

    def _decode(self, data: bytes, *, has_occurrences: bool) -> Postings:
        at = len(WHOOSH3_HEADER_MAGIC)
        ids: list[Any] = []
        frequencies: list[Any] = []
        values: list[bytes] = []
        last = False
        while not last:
            (length,) = struct.unpack_from("!i", data, at)
            last, length = length < 0, abs(length)
            block = BytesIO(data[at + 4 : at + 4 + length])
            count, _, _, compressed, _, _ = pickle.load(block)
            packed = block.read()
            deltas, weights, encoded = pickle.loads(zlib.decompress(packed) if compressed else packed)
            ids.append(np.cumsum(np.array(deltas, np.int64)))
            if weights is None or isinstance(weights, float):
                weights = [weights or 1.0] * count
            frequencies.append(np.array(weights, np.int64))
            if has_occurrences:
                values.extend(encoded)
            at += 4 + length
        return Postings(
            np.concatenate(ids) + self._start,
            np.concatenate(frequencies),
            np.frombuffer(b"".join(values), "<u4") if has_occurrences else EMPTY.occurrences,
        )


class PostingsReader:
    """Reads the postings of a whole generation and keeps those lately used, up to `cache_bytes`."""

    def __init__(self, segments: list[SegmentPostings], cache_bytes: int) -> None:
        self._segments = segments
        self._capacity = self._room = cache_bytes
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, field: str, term: str) -> Postings:
        """Give the postings of a term over all segments; empty when it doesn't occur."""
        key = field, term
        with self._lock:
            kept = self._cache.get(key)
            if kept is not None:
                self._cache.move_to_end(key)
                return kept
        found = [postings for segment in self._segments if (postings := segment.read(field, term)) is not None]
        postings = found[0] if len(found) == 1 else _joined(found)
        self._keep(key, postings)
        return postings

    def _keep(self, key: tuple[str, str], postings: Postings) -> None:
        with self._lock:
            if key in self._cache or postings.size_bytes > self._capacity:
                return
            self._cache[key] = postings
            self._room -= postings.size_bytes
            while self._room < 0:
                _, dropped = self._cache.popitem(last=False)
                self._room += dropped.size_bytes


def _joined(parts: list[Postings]) -> Postings:
    if not parts:
        return EMPTY
    return Postings(
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.frequencies for part in parts]),
        np.concatenate([part.occurrences for part in parts]),
    )
