"""Bodies of answers, unpacked piece by piece: the limit counts what comes out, so a small bomb stays small."""

from __future__ import annotations

import zlib

_PIECE = 256 * 1024


class BodyTooLong(Exception):
    """More came than may; the message says how much may."""


class BodyBroken(Exception):
    """It is not compressed as it says, or ends too early."""


class Body:
    """What has come of a body; gzip, zlib or plain."""

    def __init__(self, encoding: str, longest: int) -> None:
        names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
        coded = [name for name in names if name != "identity"]
        if coded and coded not in (["gzip"], ["x-gzip"], ["deflate"]):
            raise BodyBroken(f"the answer is encoded as {encoding[:40]!r}, which was not asked for")
        self._longest = longest
        self._pieces: list[bytes] = []
        self._length = 0
        self._inflater = zlib.decompressobj(47) if coded else None
        self._begun = False

    def feed(self, piece: bytes) -> None:
        """Take what came. Raises BodyTooLong, BodyBroken."""
        if self._inflater is None:
            self._keep(piece)
            return
        try:
            while piece:
                if self._inflater.eof:  # another member, or padding
                    if not piece.startswith(b"\x1f\x8b"):
                        return
                    self._inflater = zlib.decompressobj(47)
                self._begun = True
                self._keep(self._inflater.decompress(piece, _PIECE))
                piece = self._inflater.unconsumed_tail or self._inflater.unused_data
        except zlib.error as error:
            raise BodyBroken(f"the answer is not compressed as it says ({error})") from error

    def whole(self) -> bytes:
        """Give all of it. Raises BodyBroken when its end is missing."""
        if self._inflater is not None and self._begun and not self._inflater.eof:
            raise BodyBroken("the answer ends within what is compressed")
        return b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > self._longest:
            raise BodyTooLong(f"it is longer than {self._longest / 1024**2:g} MiB")
        self._pieces.append(piece)


def gunzipped(content: bytes, longest: int) -> bytes:
    """Unpack a file that is compressed itself, a .gz that was fetched. Raises BodyTooLong, BodyBroken."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    body = Body("gzip", longest)
    body.feed(content)
    return body.whole()
