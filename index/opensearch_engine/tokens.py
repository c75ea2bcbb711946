"""How terms and their accents are written for the cluster, which only splits at blanks.

A syllable is sent as `term/accents` and indexed twice at its position: whole, and bare (`term`), which the cluster cuts
off at the slash. The accents are five digits (tone, bar of đ, mark of each vowel), so that a pattern can say which
spellings answer one that was typed; a hash of another spelling is `x` and the number, `UNACCENTED` is `u`.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

from index.analysis.loose_terms import with_i_for_y
from index.analysis.syllables import UNACCENTED

_PLACES = 27
_REGULAR = 6 * 2 * _PLACES
LONGEST = 200
"""Characters of a term; of a longer one the rest becomes a checksum, since no index takes terms of any length."""
LONGEST_BARE = LONGEST + 9
"""Characters of a term as it is written, checksum included."""
_PLAIN = re.compile(r"[^a-z0-9]")
REMEMBERED = 1 << 16
"""Spellings kept as they are written: a few thousand syllables make up nearly all text."""
BARE = "[^/]*"
"""Stands in an expression for any run of letters of a bare term."""


def bare(term: str) -> str:
    """Write a folded term.

    >>> bare("duong"), len(bare("a" * 5000))
    ('duong', 209)
    """
    clean = term.encode("utf-8", "replace").decode()
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}_{zlib.crc32(clean.encode()):08x}"


@lru_cache(REMEMBERED)
def spelled(term: str, accents: int) -> str:
    """Write a folded term with its accents.

    >>> from index.analysis.syllables import fold
    >>> spelled(*fold("đường")), spelled(*fold("duong")), spelled("hoa", UNACCENTED)
    ('duong/11220', 'duong/00000', 'hoa/u')
    """
    return f"{bare(term)}/{_digits(accents)}"


def _digits(accents: int) -> str:
    if accents == UNACCENTED:
        return "u"
    if accents >= _REGULAR:
        return f"x{accents}"
    head, marks = divmod(accents, _PLACES)
    tone, barred = divmod(head, 2)
    return f"{tone}{barred}{marks // 9 % 3}{marks // 3 % 3}{marks % 3}"


def answering(accents: int) -> str:
    """Give the expression of the spellings that hold the marks typed and maybe more (see `syllables.typed_within`).

    >>> from index.analysis.syllables import fold
    >>> answering(fold("đuong")[1]), answering(fold("má")[1])
    ('(.1...|u)', '(2....|u)')
    """
    if accents >= _REGULAR:
        return f"({_digits(accents)}|u)"
    return f"({_digits(accents).replace('0', '.')}|u)"


def expression(text: str) -> str:
    """Write a text so that an expression matches it and nothing else."""
    return _PLAIN.sub(lambda match: "\\" + match.group(), text)


def agreeing(term: str, accents: int) -> str:
    """Give the expression of the spellings of a syllable that agree with accents typed."""
    return f"{expression(bare(term))}/{answering(accents)}"


def described(pattern: str) -> str:
    """Give the expression of the bare terms that a pattern with stars describes (see `loose_terms.described`).

    >>> described("phong*"), described("quy*")
    ('phong[^/]*', '(quy[^/]*|qui)')
    """
    written = BARE.join(expression(piece) for piece in re.split(r"\*+", pattern))
    with_i = with_i_for_y(pattern)
    return f"({'|'.join((written, *with_i))})" if with_i else written
