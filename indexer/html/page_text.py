"""The bytes of an HTML page as text.

What a page or its server says about the charset is often wrong, so the bytes are asked first: a text with Vietnamese
letters that decodes as UTF-8 is UTF-8, whatever was said.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from index.errors import BadArticle
from indexer.byte_streams import looks_binary
from indexer.legacy_text.utf16 import LOOKED_AT, utf16_of
from indexer.raw_page import RawPage

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED_WITHIN = 8_192
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CODECS = frozenset(("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "cp1252", "iso8859-1", "ascii"))
"""Charsets that are believed; Python also calls ciphers and escapes codecs."""

_MOST_DAMAGE = 1 / 200
"""Share of letters that may be lost of a text that is UTF-8 but for some bytes."""


def html_text(page: RawPage) -> str:
    """Decode a page: by its byte order mark, as UTF-8 if it is that, else by the charset that the server or the page
    names. A page cut off within a letter, or with a few wrong bytes, is read without them.

    Raises BadArticle for what is no text.
    """
    content = page.content
    for mark, codec in _BOMS.items():
        if content.startswith(mark):
            return content.decode(codec, "replace")
    if order := utf16_of(content[:LOOKED_AT]):
        return content.decode(order, "replace")
    if wrong := looks_binary(content[:4_096]):
        raise BadArticle(page.origin, f"this is {wrong}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    for name in _declared(page):
        text = _decoded(content, name)
        if text is not None:
            return text
    text = content.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(3, sum(1 for char in text if not char.isascii()) * _MOST_DAMAGE):
        return text
    raise BadArticle(
        page.origin, f"byte {place} is not UTF-8, and the page names no charset it is in; convert it and add it again"
    )


def _declared(page: RawPage) -> Iterator[str]:
    """Give the charsets that are named, the server's first; only those that can be believed."""
    start = page.content[:_DECLARED_WITHIN]
    found = [
        page.charset or "",
        *(match[1].decode("ascii") for match in (_META.search(start), _XML.match(start)) if match),
    ]
    for name in found:
        try:
            known = codecs.lookup(name.strip()).name
        except (LookupError, ValueError):
            continue
        if known in _CODECS and known not in ("utf-8", "ascii"):
            # Browsers read both names as the larger set.
            yield "cp1252" if known == "iso8859-1" else known


def _decoded(content: bytes, name: str) -> str | None:
    """Decode as browsers do: bytes that windows-1252 leaves open are taken as they are."""
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        if name == "cp1252":
            return "".join(
                bytes([byte]).decode("cp1252", "replace") if 0x80 <= byte < 0xA0 else chr(byte) for byte in content
            )
        return None
