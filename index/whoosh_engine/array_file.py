"""Flat arrays in one file: written once, mapped into memory, checked block by block.

    magic | length and checksum of the header | header (JSON) | padding | arrays, each at a multiple of 64 bytes |
    checksum (CRC-32) of each block of 64 KiB of the arrays

Opening reads the header and compares the file's size with it, nothing more. A block is checked when it is first
touched in a process; `verify` checks them all.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from index.errors import IndexDamaged

MAGIC = b"TIMTIN01"
BLOCK = 1 << 16
ALIGNMENT = 64
_HEAD = struct.Struct("<8sII")

Array = npt.NDArray[Any]


def narrow(values: Array) -> Array:
    """Give non-negative integers in the narrowest type that holds them all."""
    most = int(values.max(initial=0))
    for kind in (np.uint8, np.uint16, np.uint32):
        if most <= np.iinfo(kind).max:
            return values.astype(kind, copy=False)
    return values.astype(np.int64, copy=False)


def write_arrays(path: Path, arrays: dict[str, Array]) -> None:
    """Write named one-dimensional arrays to a new file (made durable by whoever publishes it)."""
    directory: dict[str, tuple[str, int, int]] = {}
    offset = 0
    for name, array in arrays.items():
        directory[name] = (array.dtype.newbyteorder("<").str, len(array), offset)
        offset += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
    header = orjson.dumps({"arrays": directory, "size": offset})
    with path.open("wb") as file:
        file.write(_HEAD.pack(MAGIC, len(header), zlib.crc32(header)))
        file.write(header)
        file.write(b"\0" * (-(_HEAD.size + len(header)) % ALIGNMENT))
        sums = _Sums()
        for array in arrays.values():
            data = memoryview(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).view(np.uint8).data)
            for piece in (data, b"\0" * (-len(data) % ALIGNMENT)):
                file.write(piece)
                sums.add(piece)
        file.write(np.array(sums.finished(), "<u4").tobytes())


class _Sums:
    """The checksums of the blocks of a stream of bytes."""

    def __init__(self) -> None:
        self._done: list[int] = []
        self._sum = 0
        self._filled = 0

    def add(self, data: memoryview | bytes) -> None:
        at = 0
        while at < len(data):
            piece = data[at : at + BLOCK - self._filled]
            self._sum = zlib.crc32(piece, self._sum)
            self._filled += len(piece)
            at += len(piece)
            if self._filled == BLOCK:
                self._done.append(self._sum)
                self._sum = self._filled = 0

    def finished(self) -> list[int]:
        return [*self._done, self._sum] if self._filled else self._done


class ArrayFile:
    """A written file, mapped. Its arrays are views of the map: shared between processes, never copied."""

    def __init__(self, path: Path) -> None:
        """Open a file; raises IndexDamaged when it is missing, cut short or its header does not check."""
        self._path = path
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD.size)
                size = os.fstat(file.fileno()).st_size
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except OSError as error:
            raise IndexDamaged(f"{path} can't be read ({error.strerror}): run `timtin rebuild`") from error
        self._directory, payload = self._read_header(head)
        self._start = -(-(_HEAD.size + self._header_length) // ALIGNMENT) * ALIGNMENT
        blocks = -(-payload // BLOCK)
        if size != self._start + payload + 4 * blocks:
            raise self._damaged(f"has {size:,} bytes instead of {self._start + payload + 4 * blocks:,}")
        self._payload = memoryview(self._map)[self._start : self._start + payload]
        self._sums = np.frombuffer(self._map, "<u4", blocks, self._start + payload)
        self._checked = bytearray(blocks)
        self._lock = threading.Lock()

    def _read_header(self, head: bytes) -> tuple[dict[str, tuple[str, int, int]], int]:
        if len(head) < _HEAD.size or not head.startswith(MAGIC):
            raise self._damaged("does not begin as it should")
        _, self._header_length, checksum = _HEAD.unpack(head)
        header = self._map[_HEAD.size : _HEAD.size + self._header_length]
        if len(header) != self._header_length or zlib.crc32(header) != checksum:
            raise self._damaged("has a broken header")
        content = orjson.loads(header)
        return content["arrays"], content["size"]

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def length(self, name: str) -> int:
        """Give the number of entries of an array."""
        return self._directory[name][1]

    def array(self, name: str, first: int = 0, end: int | None = None) -> Array:
        """Give entries [first, end) of an array; raises IndexDamaged when a block they touch does not check."""
        kind, count, offset = self._directory[name]
        end = count if end is None else end
        dtype = np.dtype(kind)
        start, stop = offset + first * dtype.itemsize, offset + end * dtype.itemsize
        if start < stop:
            self._check(start // BLOCK, (stop - 1) // BLOCK + 1)
        view: Array = np.frombuffer(self._payload, dtype, end - first, start) if start < stop else np.zeros(0, dtype)
        return view

    def verify(self) -> None:
        """Check every block; raises IndexDamaged."""
        self._checked = bytearray(len(self._sums))
        self._check(0, len(self._sums))

    def _check(self, first: int, end: int) -> None:
        block = self._checked.find(0, first, end)
        while block >= 0:
            start = block * BLOCK
            if zlib.crc32(self._payload[start : start + BLOCK]) != self._sums[block]:
                raise self._damaged(f"is damaged in the {BLOCK >> 10} KiB from byte {self._start + start:,} on")
            self._checked[block] = 1
            block = self._checked.find(0, block + 1, end)

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(f"{self._path} {what}: run `timtin rebuild`")
