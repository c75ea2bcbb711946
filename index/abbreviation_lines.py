"""The list of abbreviations as text, one entry a line, made to be edited by hand:

# a comment; blank lines are free
UBND = ủy ban nhân dân
GD&ĐT = giáo dục và đào tạo | giáo dục đào tạo    # any of these, when a person types the other
-HS                takes a built-in entry out, and keeps it from being proposed
-HS = hồ sơ        takes one of its long forms out
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded

LONGEST_SHORT = 4
LONGEST_LONG = 16
"""Syllables of a short and of a long form at most."""

MOST_BYTES = 1 << 20
"""A list this large is another file by mistake: the built-in one has a fortieth of it."""

_MARK = b"\xef\xbb\xbf"
_COMMENT = re.compile(r"(?:^|\s)#")
_PLAIN_WORD = re.compile(
    r"(?:ngh?|nh|ch|gh?|gi|kh|ph|qu|th|tr|[bcdhklmnprstvx])?"
    r"(?:[aeiouy]|a[iouy]|e[ou]|i[aeu]|o[aeio]|u[aeioy]|ye|ieu|oa[ioy]|oeo|ua[iy]|uo[iu]|uy[aeu]|yeu)"
    r"(?:ch|ng|nh|[cmnpt])?"
)
"""The shape of a Vietnamese syllable without its accents."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A short form and its long forms, as written."""

    short: str
    long_forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry that isn't wanted; only its `long_forms` if any are named."""

    short: str
    long_forms: tuple[str, ...] = ()


class BadLine(ValueError):
    """A line that is no entry; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (counted from 1) of a list that is of no use, and why; without a line it is the whole file."""

    path: Path
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"


def parse_line(line: str) -> Entry | Removal | None:
    """Read one line; blank lines and comments are None. Raises BadLine.

    >>> parse_line("GD&ĐT = giáo dục và đào tạo | giáo dục đào tạo  # thường gặp")
    Entry(short='GD&ĐT', long_forms=('giáo dục và đào tạo', 'giáo dục đào tạo'))
    >>> parse_line("-HS"), parse_line("# HS = học sinh")
    (Removal(short='HS', long_forms=()), None)
    """
    written = split_comment(normal_text(line).text)[0].strip()
    if not written:
        return None
    left, equals, right = written.partition("=")
    removes = left.startswith("-")
    short = " ".join(left.removeprefix("-").split())
    long_forms = tuple(dict.fromkeys(" ".join(long_form.split()) for long_form in right.split("|")))
    if not equals:
        if not removes:
            raise BadLine(f"{written!r} has no '='; write it as in: UBND = ủy ban nhân dân")
        long_forms = ()
    _check_short(short)
    for long_form in long_forms:
        _check_long(short, long_form)
    return Removal(short, long_forms) if removes else Entry(short, long_forms)


def split_comment(line: str) -> tuple[str, str]:
    """Cut a line into its content and what follows: blanks, a comment, the line's end.

    >>> split_comment("C# = ngôn ngữ C thăng  # ít gặp")
    ('C# = ngôn ngữ C thăng', '  # ít gặp')
    """
    comment = _COMMENT.search(line)
    content = line[: comment.start() if comment else len(line)].rstrip()
    return content, line[len(content) :]


def _check_short(short: str) -> None:
    terms = [term for term, _ in folded(short)]
    if sum(char.isalpha() for char in short) < 2:
        raise BadLine(f"a short form has two letters or more, got {short!r}; write it as in: UBND = ủy ban nhân dân")
    if len(terms) > LONGEST_SHORT:
        raise BadLine(f"the short form {short!r} is too long: {LONGEST_SHORT} parts at most; is it the long one?")


def _check_long(short: str, long_form: str) -> None:
    terms = folded(long_form)
    if not 2 <= len(terms) <= LONGEST_LONG:
        raise BadLine(
            f"a long form has 2 to {LONGEST_LONG} syllables, got {long_form!r} for {short!r}; "
            "write it as in: UBND = ủy ban nhân dân"
        )
    if [term for term, _ in terms] == [term for term, _ in folded(short)]:
        raise BadLine(f"the long form of {short!r} is the short form itself; write what it stands for")


def is_plain_word(short: str) -> bool:
    """Say whether a short form is, without accents and in small letters, a possible Vietnamese syllable.

    >>> is_plain_word("THA"), is_plain_word("UBND"), is_plain_word("TP.HCM")
    (True, False, False)
    """
    terms = [term for term, _ in folded(short)]
    return len(terms) == 1 and _PLAIN_WORD.fullmatch(terms[0]) is not None


def read_lines(path: Path) -> Iterator[tuple[int, Entry | Removal | Problem]]:
    """Give what stands on each line of a file; one that isn't there has none. Raises OSError when it is there and
    can't be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise OSError(f"{path} has more than {MOST_BYTES:,} bytes: it is no list of abbreviations; put one there")
        text = path.read_bytes()
    except FileNotFoundError:
        return
    yield from read_line_bytes(path, text)


def read_line_bytes(path: Path, text: bytes) -> Iterator[tuple[int, Entry | Removal | Problem]]:
    """Give what stands on each line (counted from 1) that isn't blank; a bad line is a Problem of the file `path`."""
    for number, line in enumerate(text.removeprefix(_MARK).splitlines(), 1):
        try:
            found = parse_line(line.decode("utf-8"))
        except UnicodeDecodeError:
            yield number, Problem(path, number, "the line is not UTF-8; save the file as UTF-8")
        except BadLine as bad:
            yield number, Problem(path, number, str(bad))
        else:
            if found is not None:
                yield number, found
