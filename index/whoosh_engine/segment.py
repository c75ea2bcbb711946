"""One segment, mapped: its terms, postings and columns. See `segment_builder` for the arrays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from index.whoosh_engine import schema
from index.whoosh_engine.array_file import ArrayFile


class ColumnarFile:
    """The mapped arrays of a segment."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises IndexDamaged."""
        self.file = ArrayFile(path)
        self.count = self.file.length(f"{schema.ID}.ends")

    def terms(self, field: str) -> Pieces:
        """Give the terms of a field, sorted."""
        return Pieces(self.file, f"{field}.term")

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

    def at_or_after(self, piece: bytes) -> int:
        """Give the number of the first of sorted pieces that is not before `piece`: where a prefix begins."""
        return bisect_left(range(len(self)), piece, key=self.__getitem__)

    def number(self, piece: bytes) -> int | None:
        """Give the number of one of sorted pieces, None when it is not there."""
        at = self.at_or_after(piece)
        return at if at < len(self) and self[at] == piece else None
