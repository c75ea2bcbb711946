"""The text of a page that has no line which reads as prose, found by trafilatura: verses, lists, slides."""

from __future__ import annotations

from indexer.clean_text import one_line
from indexer.html.tree import Tree

_FEWEST_LETTERS = 120
_MOST_BYTES = 1024 * 1024
"""Trafilatura takes some seconds for a megabyte."""


def text_by_trafilatura(tree: Tree) -> tuple[str, ...]:
    """Give the paragraphs that trafilatura takes for the text, () when it finds none. Its title, date and author are
    never asked for: on portals of tables they are those of other articles."""
    # It loads lxml and half a second of language data, which only such pages need.
    from trafilatura import extract  # noqa: PLC0415

    html = tree.html or ""
    if len(html) > _MOST_BYTES:
        return ()
    try:
        text = extract(html, include_comments=False, include_tables=True, favor_precision=True, with_metadata=False)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        # What it makes of damaged trees isn't foreseen; the page is told as one without text.
        return ()
    paragraphs = tuple(line for part in (text or "").splitlines() if (line := one_line(part)))
    return paragraphs if sum(map(len, paragraphs)) >= _FEWEST_LETTERS else ()
