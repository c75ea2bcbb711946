"""Is a document worth a closer look? Nearly all are clean, and must cost next to nothing: a letter that only Unicode
has stands among the first of every clean text, and ends the looking."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.legacy_text.letters import UNICODE_ONLY

_OLD = re.compile(
    "[\u00a8-\u00aa\u00ac-\u00ae\u00b5-\u00b9\u00be\u00bfÄÅÆËÎÏÐÑÖ×ØÛÜÞßäåæçëîïñðö÷øûüþÿ]"
    "|[a-z][À-Þ]|[ae][àáâãèéêìòõùú]|o[âìòõùú]|[âêôõýuy][ìò]|á[º»]"
)
"""What clean Vietnamese text seldom has, and none in an old encoding lacks."""

_TYPED = re.compile(r"[aeoAEO]\^|[aA]\(|[ouOU][+*]|[aeiouyAEIOUY][`~.'?][a-z]|\b[dD][dD][aeiouy]")
"""Likewise for text in ASCII."""

_SIGNS = re.compile(rb"\xc2[\xa8-\xaa\xac-\xae\xb5-\xba]")
"""Signs that are letters in TCVN3, and the second half of broken UTF-8."""

_FEWEST = 3
"""With fewer never come as many words as a conversion takes."""


def looks_old(text: str) -> bool:
    """Say whether a text is worth a closer look."""
    return (_TYPED if text.isascii() else _OLD).search(text) is not None


def may_hold_old(content: bytes, texts: Iterable[str]) -> bool:
    """Say whether a document is worth a closer look: one of its texts, or lines within a text that is else Unicode.
    `content` is the document in UTF-8.

    >>> [may_hold_old(text.encode(), [text]) for text in ("Hµ Néi cã m­a", "Hà Nội có mưa, © 2020", "Ha` No^.i")]
    [True, False, True]
    """
    for text in texts:
        if UNICODE_ONLY.search(text) is None:
            if looks_old(text):
                return True
        elif "ñ" in text and text.count("ñ") >= _FEWEST:
            # đ in VNI
            return True
    return _SIGNS.search(content) is not None and len(_SIGNS.findall(content)) >= _FEWEST
