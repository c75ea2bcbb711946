"""Text in an old encoding to Unicode, part by part of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.legacy_text.detection import CERTAIN_ENOUGH, DECODERS, Detected, Encoding, detect_in, gains
from indexer.legacy_text.first_look import may_hold_old
from indexer.legacy_text.letters import UNICODE_ONLY, as_western
from indexer.legacy_text.utf16 import LOOKED_AT, utf16_of


@dataclass(frozen=True, slots=True)
class Converted:
    """A text in Unicode, and the encoding it was in: None when it was Unicode already, or nothing that is known."""

    text: str
    encoding: str | None = None
    confidence: float = 1.0


def detect(text: str) -> Detected:
    """Find the encoding of a text.

    >>> detect("Hµ Néi s¸ng nay cã m­a rµo vµ d«ng vµi n¬i").encoding
    <Encoding.TCVN3: 'tcvn3'>
    >>> detect("Hà Nội sáng nay có mưa rào và dông vài nơi").encoding
    """
    found = detect_in(text.split("\n"))
    return found if found.confidence >= CERTAIN_ENOUGH else Detected()


def to_unicode(text: str, encoding: Encoding) -> str:
    """Read a text in the encoding it is in.

    >>> to_unicode("Ñaø Laït", Encoding.VNI)
    'Đà Lạt'
    """
    return DECODERS[encoding](text)


def unlegacied(text: str) -> Converted:
    """Give a text in Unicode, converted where it clearly is in an old encoding."""
    if not may_hold_old(text.encode("utf-8", "surrogatepass"), [text]):
        return Converted(text)
    [converted], found = unlegacied_parts([text])
    return Converted(converted, found.encoding, found.confidence) if found.encoding else Converted(text)


def unlegacied_parts(texts: Sequence[str]) -> tuple[list[str], Detected]:
    """Convert the texts of one document. Where parts of it are Unicode (the body, but not the title) they stay as they
    are."""
    lines = [text.split("\n") for text in texts]
    found = detect_in([line for text in lines for line in text])
    if found.encoding is None or found.confidence < CERTAIN_ENOUGH:
        return list(texts), Detected()
    mixed = any(UNICODE_ONLY.search(text) for text in texts)
    return ["\n".join(converted_part(found.encoding, line, mixed=mixed) for line in text) for text in lines], found


def converted_part(encoding: Encoding, part: str, *, mixed: bool) -> str:
    """Convert a part where it gains: in a document of which parts are Unicode (`mixed`) only where words are won."""
    if part.isascii() and encoding is not Encoding.VIQR:
        return part
    if encoding is not Encoding.DOUBLE_UTF8 and UNICODE_ONLY.search(part):
        return part
    before, after = gains(encoding, part)
    better = after.valid > before.valid if mixed else after.valid >= before.valid
    return to_unicode(part, encoding) if better else part


ONE_BYTE_A_LETTER = (Encoding.TCVN3, Encoding.VNI, Encoding.WINDOWS_1258)
ONE_A_LETTER = "one a letter"
"""Bytes that are no Unicode."""

_WESTERN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})


def decoded(content: bytes, charset: str | None = None) -> Converted:
    """Give the text of bytes, in Unicode.

    What the letters say is believed; a label only where they say nothing, and then only one of a western set. Raises
    UnicodeDecodeError when the bytes are in no encoding that can be told.
    """
    if name := utf16_of(content[:LOOKED_AT]):
        return Converted(content.decode(name).removeprefix("\ufeff"), name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        western = unlegacied(as_western(content))
        if western.encoding in ONE_BYTE_A_LETTER or (charset or "").lower() in _WESTERN:
            return western
        raise error
    return unlegacied(text)


def as_it_is(content: bytes) -> str:
    """Give the text of bytes without converting anything; what is no Unicode is shown as western characters."""
    return shown_as_western(content)[0]


def shown_as_western(content: bytes) -> tuple[str, str]:
    """Give the text of bytes as it is, and the name of what they were taken for."""
    if name := utf16_of(content[:LOOKED_AT]):
        return content.decode(name, "replace").removeprefix("\ufeff"), name
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return as_western(content), ONE_A_LETTER
