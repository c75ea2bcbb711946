"""The texts of a row in Unicode: all of them tell the encoding, each is converted where it gains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.legacy_text.conversion import unlegacied_parts
from indexer.legacy_text.detection import UNICODE, Detected
from indexer.legacy_text.first_look import may_hold_old

_NO_TEXT = frozenset({"id", "url"})
_TELLING = ("title", "body", "lead")
"""Where an old encoding shows, if it is anywhere."""


def in_unicode(row: Mapping[str, Any], content: bytes = b"") -> tuple[Mapping[str, Any], Detected]:
    """Give a row with its texts in Unicode, and what was found; `content` is what it was parsed from.

    >>> row, found = in_unicode({"id": "1", "title": "M­a ë Hµ Néi", "authors": ["§ç ¸nh V©n"]})
    >>> row["title"], row["authors"], found.encoding
    ('Mưa ở Hà Nội', ['Đỗ ánh Vân'], <Encoding.TCVN3: 'tcvn3'>)
    """
    if not may_hold_old(content, [text for name in _TELLING if isinstance(text := row.get(name), str)]):
        return row, UNICODE
    names = [name for name, value in row.items() if name not in _NO_TEXT and isinstance(value, str | list)]
    lists = {name: row[name] if isinstance(row[name], list) else [row[name]] for name in names}
    texts = [text for name in names for text in lists[name] if isinstance(text, str)]
    converted, found = unlegacied_parts(texts)
    if found.encoding is None:
        return row, found
    given = iter(converted)
    changed: dict[str, Any] = dict(row)
    for name in names:
        values = [next(given) if isinstance(value, str) else value for value in lists[name]]
        changed[name] = values if isinstance(row[name], list) else values[0]
    return changed, found
