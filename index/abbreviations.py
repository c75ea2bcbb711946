"""Short forms and what they stand for: `UBND` is `ủy ban nhân dân`, and the reverse.

The list is a text, one entry a line, made to be edited by hand:

    # a comment; blank lines are free
    UBND = ủy ban nhân dân
    GD&ĐT = giáo dục và đào tạo | giáo dục đào tạo    # any of these, when a person types the other
    -HS                          takes a built-in entry out
    -HS = hồ sơ                  takes one of its long forms out

A short form is looked up by its folded syllables (`gd&đt` is gd, dt), so it can't be a plain word typed without
accents, as `ban` is: every search for the word would be a search for the entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

from index.analysis.normal_text import normal_text
from index.analysis.syllables import typed_within
from index.analysis.tokens import folded

Syllables = tuple[tuple[str, int], ...]
"""Folded terms, each with its accents (see `analysis.syllables`)."""

LONGEST_SHORT = 4
LONGEST_LONG = 16
"""Syllables of a short and of a long form at most."""

_BUILT_IN = Path(__file__).with_name("abbreviations.txt")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_PLAIN_WORD = re.compile(
    r"(?:ngh?|nh|ch|gh?|gi|kh|ph|qu|th|tr|[bcdhklmnprstvx])?"
    r"(?:[aeiouy]|a[iouy]|e[ou]|i[aeu]|o[aeio]|u[aeioy]|ye|ieu|oa[ioy]|oeo|ua[iy]|uo[iu]|uy[aeu]|yeu)"
    r"(?:ch|ng|nh|[cmnpt])?"
)
"""The shape of a Vietnamese syllable without its accents."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What may stand for the `count` syllables of a query from the one numbered `first`."""

    first: int
    count: int
    syllables: Syllables


@dataclass(frozen=True, slots=True)
class Entry:
    """A short form and its long forms, as written."""

    short: str
    long_forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """A built-in entry that a list takes out; only its `long_forms` if any are named."""

    short: str
    long_forms: tuple[str, ...] = ()


class BadLine(ValueError):
    """A line that is no entry; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (counted from 1) of a list that is of no use, and why."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.reason}"


def parse_line(line: str) -> Entry | Removal | None:
    """Read one line; blank lines and comments are None. Raises BadLine.

    >>> parse_line("GD&ĐT = giáo dục và đào tạo | giáo dục đào tạo  # thường gặp")
    Entry(short='GD&ĐT', long_forms=('giáo dục và đào tạo', 'giáo dục đào tạo'))
    >>> parse_line("-HS"), parse_line("# HS = học sinh")
    (Removal(short='HS', long_forms=()), None)
    """
    written = _COMMENT.sub("", normal_text(line).text).strip()
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


@dataclass(frozen=True, slots=True)
class _Form:
    """One side of an entry: the accents it is written with, what may stand for it."""

    accents: tuple[int, ...]
    others: tuple[Syllables, ...]


class Abbreviations:
    """Entries that can be asked both ways. Threads may share it: it never changes.

    >>> lookup = Abbreviations([Entry("UBND", ("ủy ban nhân dân",))])
    >>> [(found.first, found.count) for found in lookup.alternatives(folded("chủ tịch ubnd xã"))]
    [(2, 1)]
    >>> lookup.alternatives(folded("uy ban nhan dan"))
    [Alternative(first=0, count=4, syllables=(('ubnd', 0),))]
    >>> lookup.alternatives(folded("ủy bản nhân dân"))
    []
    """

    def __init__(self, entries: Iterable[Entry] = (), problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        """The lines of the file they were read from that were left out."""
        self._entries = _merged(entries)
        self._forms = _forms(self._entries.values())
        self._counts = _counts(self._forms)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, one for each short form."""
        return tuple(self._entries.values())

    @classmethod
    def builtin(cls) -> Abbreviations:
        """Give the list that comes with the program (read once)."""
        return _builtin()

    @classmethod
    def read(cls, path: Path, base: Abbreviations | None = None) -> Self:
        """Read a list of one's own on top of `base` (the built-in one). A file that isn't there adds nothing.

        A line that can't be used costs only itself: it is told in `problems`, with file, line and remedy. Raises
        OSError when the file is there and can't be read.
        """
        below = cls.builtin() if base is None else base
        entries, removals, problems = _read_lines(path, below)
        kept = dict(below._entries)
        for line, removal in removals:
            if not _take_out(kept, removal):
                named = " | ".join(removal.long_forms)
                what = f"{removal.short} = {named}" if named else removal.short
                problems.append(Problem(path, line, f"there is no built-in entry {what} to take out; delete the line"))
        return cls([*kept.values(), *entries], sorted(problems, key=lambda problem: problem.line))

    def find(self, short: str) -> Entry | None:
        """Give the entry of a short form, however its parts are joined and whatever its case."""
        return self._entries.get(_key(short))

    def joins(self, short: Syllables, long_form: Syllables) -> bool:
        """Say whether an entry gives the long form for the short one."""
        return any(other == long_form for form in self._forms.get(_terms(short), ()) for other in form.others)

    def alternatives(self, syllables: Sequence[tuple[str, int]]) -> list[Alternative]:
        """Give what may stand for each run of a query's syllables that is a short or a long form.

        A long form answers with its short forms; a short form with its long ones, and with the other short forms of
        those (`GDĐT` for `GD&ĐT`). Runs may overlap: they come in the query's order, the longest first where
        several begin. Syllables typed with accents must not contradict the entry's.
        """
        found: list[Alternative] = []
        for first, (term, _) in enumerate(syllables):
            for count in self._counts.get(term, ()):
                run = syllables[first : first + count]
                if len(run) < count:
                    continue
                for form in self._forms.get(_terms(run), ()):
                    if all(typed_within(typed, own) for (_, typed), own in zip(run, form.accents, strict=True)):
                        found.extend(Alternative(first, count, other) for other in form.others)
        return list(dict.fromkeys(found)) if len(found) > 1 else found


@cache
def _builtin() -> Abbreviations:
    entries, _, problems = _read_lines(_BUILT_IN, None)
    return Abbreviations(entries, problems)


def _key(form: str) -> Syllables:
    return tuple(folded(normal_text(form).text))


def _terms(form: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(term for term, _ in form)


def _merged(entries: Iterable[Entry]) -> Mapping[Syllables, Entry]:
    """Make one entry of those with the same short form."""
    merged: dict[Syllables, Entry] = {}
    for entry in entries:
        before = merged.get(_key(entry.short))
        if before is None:
            merged[_key(entry.short)] = entry
            continue
        known = {_key(long_form) for long_form in before.long_forms}
        more = tuple(long_form for long_form in entry.long_forms if _key(long_form) not in known)
        merged[_key(entry.short)] = Entry(before.short, before.long_forms + more)
    return MappingProxyType(merged)


def _take_out(entries: dict[Syllables, Entry], removal: Removal) -> bool:
    """Take an entry or some of its long forms out; say whether all that is named was there."""
    key = _key(removal.short)
    entry = entries.get(key)
    if entry is None:
        return False
    unwanted = {_key(long_form) for long_form in removal.long_forms}
    left = tuple(long_form for long_form in entry.long_forms if unwanted and _key(long_form) not in unwanted)
    if left:
        entries[key] = Entry(entry.short, left)
    else:
        del entries[key]
    return unwanted <= {_key(long_form) for long_form in entry.long_forms}


def _forms(entries: Iterable[Entry]) -> dict[tuple[str, ...], list[_Form]]:
    longs_of = {_key(entry.short): tuple(map(_key, entry.long_forms)) for entry in entries}
    shorts_of: dict[Syllables, list[Syllables]] = {}
    for short, longs in longs_of.items():
        for long_form in longs:
            shorts_of.setdefault(long_form, []).append(short)
    others: dict[Syllables, list[Syllables]] = {}
    for short, longs in longs_of.items():
        siblings = [sibling for long_form in longs for sibling in shorts_of[long_form]]
        others.setdefault(short, []).extend([*longs, *siblings])
    for long_form, shorts in shorts_of.items():
        others.setdefault(long_form, []).extend(shorts)
    forms: dict[tuple[str, ...], list[_Form]] = {}
    for own, standing_in in others.items():
        terms = _terms(own)
        accents = tuple(number for _, number in own)
        unlike = tuple(other for other in dict.fromkeys(standing_in) if other != own)
        forms.setdefault(terms, []).append(_Form(accents, unlike))
    return forms


def _counts(forms: Iterable[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """Give, for each first syllable, how many syllables its forms have, the longest first."""
    counts: dict[str, set[int]] = {}
    for terms in forms:
        counts.setdefault(terms[0], set()).add(len(terms))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in counts.items()}


def _read_lines(path: Path, base: Abbreviations | None) -> tuple[list[Entry], list[tuple[int, Removal]], list[Problem]]:
    """Read a list's lines; without a `base` it is the built-in one, reviewed word by word."""
    entries: list[Entry] = []
    removals: list[tuple[int, Removal]] = []
    problems: list[Problem] = []
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except FileNotFoundError:
        lines = []
    for number, line in enumerate(lines, 1):
        try:
            match parse_line(line.decode("utf-8")):
                case Entry() as entry:
                    if base is not None and is_plain_word(entry.short) and base.find(entry.short) is None:
                        raise BadLine(
                            f"{entry.short!r} is a plain word when typed without accents, so that every search for "
                            "the word would become one for the entry; delete the line"
                        )
                    entries.append(entry)
                case Removal() as removal:
                    removals.append((number, removal))
                case None:
                    pass
        except UnicodeDecodeError:
            problems.append(Problem(path, number, "the line is not UTF-8; save the file as UTF-8"))
        except BadLine as bad:
            problems.append(Problem(path, number, str(bad)))
    return entries, removals, problems
