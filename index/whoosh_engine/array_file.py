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
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import orjson

from index.errors import IndexDamaged

MAGIC = b"TIMTIN01"
BLOCK = 1 << 16
ALIGNMENT = 64
_HEAD = struct.Struct("<8sII")

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def narrowest(most: int) -> np.dtype[Any]:
    """Give the narrowest unsigned type that holds the numbers up to one."""
    return np.min_scalar_type(most)


def narrow(values: Array) -> Array:
    """Give non-negative integers in the narrowest unsigned type that holds them all."""
    return values.astype(narrowest(int(values.max(initial=0))), copy=False)


def write_arrays(path: Path, arrays: dict[str, Array]) -> None:
    """Write named one-dimensional arrays to a new file (made durable by whoever publishes it)."""
    with ArrayWriter(path, {name: (array.dtype, len(array)) for name, array in arrays.items()}) as writer:
        for name, array in arrays.items():
            writer.append(name, array)


class ArrayWriter:
    """A file of arrays whose types and lengths are known, filled piece by piece, in any order of the arrays."""

    def __init__(self, path: Path, layout: Mapping[str, tuple[np.dtype[Any], int]]) -> None:
        """Begin a new file; `layout` gives type and length of each array."""
        directory: dict[str, tuple[str, int, int]] = {}
        size = 0
        for name, (kind, length) in layout.items():
            directory[name] = (kind.newbyteorder("<").str, length, size)
            size += -(-length * kind.itemsize // ALIGNMENT) * ALIGNMENT
        header = orjson.dumps({"arrays": directory, "size": size})
        head = _HEAD.pack(MAGIC, len(header), zlib.crc32(header)) + header
        self._start = -(-len(head) // ALIGNMENT) * ALIGNMENT
        self._size = size
        self._kinds = {name: np.dtype(kind) for name, (kind, _, _) in directory.items()}
        self._at = {name: self._start + offset for name, (_, _, offset) in directory.items()}
        self._ends = {
            name: self._at[name] + length * self._kinds[name].itemsize for name, (_, length, _) in directory.items()
        }
        self._file = path.open("w+b", buffering=0)
        self._put(head, 0)

    def append(self, name: str, values: Array) -> None:
        """Write the next values of an array."""
        data = np.ascontiguousarray(values, self._kinds[name]).view(np.uint8).data
        if self._at[name] + len(data) > self._ends[name]:
            raise ValueError(f"array {name} gets more values than were announced")
        self._put(data, self._at[name])
        self._at[name] += len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if kind is None:
                self._finish()

    def _finish(self) -> None:
        """Write the checksums; raises ValueError when an array is not full."""
        if short := [name for name, at in self._at.items() if at != self._ends[name]]:
            raise ValueError(f"arrays got fewer values than were announced: {', '.join(short)}")
        self._file.truncate(self._start + self._size)
        sums = [zlib.crc32(block) for block in _blocks(self._file.fileno(), self._start, self._size)]
        self._put(np.array(sums, "<u4").tobytes(), self._start + self._size)

    def _put(self, data: memoryview | bytes, at: int) -> None:
        done = 0
        while done < len(data):
            done += os.pwrite(self._file.fileno(), data[done:], at + done)


def _blocks(descriptor: int, start: int, size: int) -> Iterator[bytes]:
    """Read the blocks of a file's arrays one after another; the last one may be shorter."""
    for at in range(start, start + size, BLOCK):
        yield os.pread(descriptor, min(BLOCK, start + size - at), at)


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
        self._views: dict[str, tuple[Array, int]] = {}
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
        view, offset = self._views.get(name) or self._view(name)
        if end is None:
            end = len(view)
        if first < end:
            size = view.itemsize
            self._check((offset + first * size) // BLOCK, (offset + end * size - 1) // BLOCK + 1)
        return view[first:end]

    def _view(self, name: str) -> tuple[Array, int]:
        """Give a whole array, unchecked, and where it begins."""
        kind, count, offset = self._directory[name]
        view: Array = np.frombuffer(self._payload, kind, count, offset) if count else np.zeros(0, kind)
        self._views[name] = view, offset
        return view, offset

    def verify(self) -> None:
        """Check every block, read past the map so that it takes no memory; raises IndexDamaged."""
        try:
            with self._path.open("rb", buffering=0) as file:
                for number, block in enumerate(_blocks(file.fileno(), self._start, len(self._payload))):
                    if zlib.crc32(block) != self._sums[number]:
                        raise self._damaged_in(number)
        except OSError as error:
            raise self._damaged(f"can't be read ({error.strerror})") from error

    def let_go(self) -> None:
        """Give back the memory of what was read through the map; it is read again when it is needed."""
        if isinstance(self._map, mmap.mmap):
            self._map.madvise(mmap.MADV_DONTNEED)

    def _check(self, first: int, end: int) -> None:
        block = self._checked.find(0, first, end)
        while block >= 0:
            start = block * BLOCK
            if zlib.crc32(self._payload[start : start + BLOCK]) != self._sums[block]:
                raise self._damaged_in(block)
            self._checked[block] = 1
            block = self._checked.find(0, block + 1, end)

    def _damaged_in(self, block: int) -> IndexDamaged:
        return self._damaged(f"is damaged in the {BLOCK >> 10} KiB from byte {self._start + block * BLOCK:,} on")

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(f"{self._path} {what}: run `timtin rebuild`")
