"""One segment, mapped: its terms, postings and columns. See `segment_builder` for the arrays."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from index.whoosh_engine import schema
from index.whoosh_engine.array_file import ArrayFile


class ColumnarFile:
    """The mapped arrays of a segment."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises IndexDamaged."""
        self.file = ArrayFile(path)
        self.count = self.file.length(f"{schema.ID}.ends")
        self._terms: dict[str, SortedPieces] = {}
        self._dense_rows: dict[str, dict[int, int]] = {}
        self._lines: dict[str, Lines] = {}

    def spellings(self, field: str, term: int) -> list[tuple[int, int]]:
        """Give the spellings of a term by number, each with its accents number; a word or a code has one, 0."""
        if f"{field}.spellings" not in self.file:
            return [(term, 0)]
        first, end = self.file.array(f"{field}.spellings", term, term + 2).tolist()
        return list(zip(range(first, end), self.file.array(f"{field}.accents", first, end).tolist(), strict=True))

    def lines(self, field: str) -> Lines:
        """Give the terms of a field as lines of one text."""
        if field not in self._lines:
            self._lines[field] = self.terms(field).lines()
        return self._lines[field]

    def dense_rows(self, field: str) -> dict[int, int]:
        """Give the row of each spelling that has one."""
        if field not in self._dense_rows:
            dense = self.file.array(f"{field}.dense").tolist() if f"{field}.dense" in self.file else []
            self._dense_rows[field] = {spelling: row for row, spelling in enumerate(dense)}
        return self._dense_rows[field]

    def terms(self, field: str) -> SortedPieces:
        """Give the terms of a field."""
        if field not in self._terms:
            self._terms[field] = SortedPieces(self.file, f"{field}.term")
        return self._terms[field]

    def pieces(self, name: str) -> Pieces:
        """Give a column of bytes."""
        return Pieces(self.file, name)

    def texts(self, name: str) -> list[str]:
        """Give a whole column of texts."""
        return [piece.decode() for piece in self.pieces(name)]


class Pieces:
    """A sequence of byte strings, kept as one run of bytes and where each ends."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file = file
        self._bytes = f"{name}.bytes"
        self._ends = f"{name}.ends"

    def __len__(self) -> int:
        return self._file.length(self._ends)

    def __getitem__(self, number: int) -> bytes:
        ends = self._file.array(self._ends, max(number - 1, 0), number + 1).tolist()
        return self._file.array(self._bytes, ends[0] if number else 0, ends[-1]).tobytes()

    def __iter__(self) -> Iterator[bytes]:
        data = self._file.array(self._bytes).tobytes()
        start = 0
        for end in self._file.array(self._ends).tolist():
            yield data[start:end]
            start = end


class SortedPieces(Sequence[bytes]):
    """A sorted sequence of byte strings, all of it checked, to be searched."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._bytes = file.array(f"{name}.bytes").data
        self._ends = file.array(f"{name}.ends").data

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, number: int) -> bytes: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[bytes]: ...

    def __getitem__(self, number: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self._ends):
            raise IndexError(number)
        return bytes(self._bytes[self._ends[number - 1] if number else 0 : self._ends[number]])

    def lines(self) -> Lines:
        """Give all of them as lines of one text."""
        return Lines(np.insert(np.asarray(self._bytes), np.asarray(self._ends).astype(np.int64), ord("\n")).tobytes())

    def at_or_after(self, piece: bytes) -> int:
        """Give the number of the first that is not before `piece`: where a prefix begins."""
        return bisect_left(self, piece)

    def number(self, piece: bytes) -> int | None:
        """Give the number of one, None when it is not there."""
        at = self.at_or_after(piece)
        return at if at < len(self) and self[at] == piece else None


class Lines:
    """All terms of a field, one a line, to be searched for what stands inside them."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(np.frombuffer(self._text, np.uint8) == ord("\n"))

    def matching(self, pattern: bytes) -> list[int]:
        """Number the lines that a pattern describes: those that hold its longest literal are looked at."""
        literal = max(pattern.split(b"*"), key=len)
        starts = self._starts_of(literal)
        lines = np.searchsorted(self._ends, starts)
        if pattern == b"*" + literal:
            lines = lines[self._ends[lines] == starts + len(literal)]
        candidates: list[int] = lines[np.append(True, lines[1:] != lines[:-1])[: len(lines)]].tolist()
        if pattern in (b"*" + literal, b"*" + literal + b"*"):
            return candidates
        whole = re.compile(re.escape(pattern).replace(rb"\*", rb"[^\n]*"))
        bounds = [(int(self._ends[number - 1]) + 1 if number else 0, int(self._ends[number])) for number in candidates]
        return [number for number, bound in zip(candidates, bounds, strict=True) if whole.fullmatch(self._text, *bound)]

    def _starts_of(self, literal: bytes) -> npt.NDArray[np.int64]:
        """Give where a literal stands."""
        text = np.frombuffer(self._text, np.uint8)
        count = len(text) - len(literal) + 1
        held = np.ones(max(count, 0), np.bool_)
        for at, byte in enumerate(literal):
            held &= text[at : at + count] == byte
        return np.flatnonzero(held)
