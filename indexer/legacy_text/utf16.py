"""UTF-16: which bytes are, and the same as UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import Protocol

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
LOOKED_AT = 4096
"""Bytes of a beginning that tell."""

_PIECE = 1 << 16


def utf16_of(start: bytes) -> str | None:
    """Give the name of the UTF-16 a text begins in, by its byte order mark or, without one, by the NULs at every other
    place that plain letters, digits and blanks give; None for any other text.

    >>> utf16_of("Mưa".encode("utf-16")), utf16_of('{"title": "Mưa"}'.encode("utf-16-be")), utf16_of("Mưa".encode())
    ('utf-16-le', 'utf-16-be', None)
    """
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) < 16 or min(even, odd) > 0 or max(even, odd) <= len(start) // 8:
        return None
    return "utf-16-le" if odd else "utf-16-be"


class _Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _AsUtf8(io.RawIOBase):
    def __init__(self, source: _Source, name: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(name)("surrogatepass")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            piece = self._source.read(_PIECE)
            self._ended = not piece
            self._ready = self._decoder.decode(piece).encode("utf-8", "surrogatepass")
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)


def as_utf8(source: _Source, name: str) -> io.BufferedReader:
    """Give a stream of UTF-16 as one of UTF-8; an odd byte at the end is left out."""
    return io.BufferedReader(_AsUtf8(source, name), _PIECE)
