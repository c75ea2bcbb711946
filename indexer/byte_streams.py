"""Bytes of a source as they come: decompressed, cut into lines of a bounded length."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast

from backports import zstd

from indexer.legacy_text.utf16 import as_utf8, utf16_of

_MAGIC = {".gz": b"\x1f\x8b", ".xz": b"\xfd7zXZ\x00", ".zst": b"\x28\xb5\x2f\xfd"}
COMPRESSED = frozenset(_MAGIC)
"""Endings of the names of compressed files."""

READ_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What reading a damaged or cut-off file raises, whatever its compression."""

_PEEK = 4096

MAX_BLANK_BYTES = 1024 * 1024
"""Blank lines on end that are read: a compressed file of some kilobytes may hold gigabytes of them."""

_CONTROLS = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n\v\f\r\x1b")
_MOST_CONTROLS = 1 / 20
"""Share of control characters in a text; of random bytes a tenth are."""


class OnlyBlankLines(Exception):
    """Nothing but blank lines comes for longer than `MAX_BLANK_BYTES`; the message says where."""


class Lines(Protocol):
    """What lines are read from."""

    def readline(self, size: int = -1, /) -> bytes:
        """Give the next line, at most `size` bytes of it."""
        ...


class Content(Lines, Protocol):
    """What a source holds, decompressed."""

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes, all there are or at most `size`."""
        ...

    def peek(self, size: int = 0, /) -> bytes:
        """Give some of the next bytes, without going on."""
        ...


def peekable(stream: BinaryIO) -> io.BufferedReader:
    """Give the stream so that its beginning can be looked at."""
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))


def compression(stream: io.BufferedReader) -> str | None:
    """Give the ending that belongs to the stream's compression, None when it is not compressed."""
    start = stream.peek(_PEEK)
    return next((ending for ending, magic in _MAGIC.items() if start.startswith(magic)), None)


def decompressed(stream: io.BufferedReader) -> Content:
    """Give the stream's content, decompressed when it begins as a compressed file does."""
    match compression(stream):
        case ".gz":
            return cast(Content, gzip.GzipFile(fileobj=stream))
        case ".xz":
            return cast(Content, lzma.LZMAFile(stream))
        case ".zst":
            return cast(Content, zstd.ZstdFile(stream))
        case _:
            return stream


def bounded_lines(stream: Lines, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Give every line with its number, None for a line longer than `limit` bytes, which is never held in
    memory. Raises OnlyBlankLines.

    >>> import io
    >>> list(bounded_lines(io.BytesIO(b"one\\nlonger\\ntwo"), 4))
    [(1, b'one'), (2, None), (3, b'two')]
    """
    number = blank = 0
    while piece := stream.readline(limit + 1):
        number += 1
        blank = blank + len(piece) if piece.isspace() else 0
        if blank > MAX_BLANK_BYTES:
            raise OnlyBlankLines(f"up to line {number} come {MAX_BLANK_BYTES // 1024**2} MiB of blank lines")
        if len(piece) <= limit or piece.endswith(b"\n"):
            yield number, piece.rstrip(b"\r\n")
            continue
        while piece and not piece.endswith(b"\n"):
            piece = stream.readline(limit + 1)
        yield number, None


def looks_binary(start: bytes) -> str | None:
    """Say what a beginning that is no text looks like, None for text.

    >>> looks_binary("Tiêu đề".encode()), looks_binary(b"%PDF-1.7")
    (None, 'a PDF file; only text, JSON Lines and CSV are read')
    """
    if start.startswith(b"%PDF"):
        return "a PDF file; only text, JSON Lines and CSV are read"
    if b"\x00" in start or len(start) - len(start.translate(None, _CONTROLS)) > len(start) * _MOST_CONTROLS:
        return "a binary file; only text, JSON Lines and CSV are read"
    return None


def in_utf8(content: Content) -> Content:
    """Give what a source holds, in UTF-8 if it is UTF-16."""
    name = utf16_of(beginning(content))
    return as_utf8(content, name) if name else content


def beginning(content: Content) -> bytes:
    """Give the first bytes, to look at."""
    return content.peek(_PEEK)[:_PEEK]
