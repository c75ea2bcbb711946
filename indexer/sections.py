"""The section of an article, one value however an export packs it."""

from __future__ import annotations

import ast

from index.analysis.tokens import folded
from index.article import UNKNOWN
from indexer.clean_text import one_line


def canonical_section(printed: str, publisher: str | None) -> str | None:
    """Give the section's name: a list written out in text yields its first entry, a path its part after the
    publisher.

    >>> canonical_section("['Thời sự', 'Giao thông']", None), canonical_section("Dân trí/Thể thao", "Dân Trí")
    ('Thời sự', 'Thể thao')
    """
    text = one_line(printed)
    if text.startswith("[") and text.endswith("]"):
        text = next(iter(_listed(text)), "")
    head, slash, rest = text.partition("/")
    if slash and publisher and _letters(head) == _letters(publisher):
        text = rest.partition("/")[0]
    text = one_line(text)
    return None if not text or text.casefold() == UNKNOWN else text


def _listed(text: str) -> list[str]:
    try:
        entries = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        entries = text.strip("[]").split(",")
    return [cleaned for entry in entries if (cleaned := one_line(str(entry)).strip("'\" "))]


def _letters(name: str) -> str:
    return "".join(term for term, _ in folded(name))
