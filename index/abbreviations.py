"""Short forms and what they stand for: `UBND` is `ủy ban nhân dân`, and the reverse.

A form is looked up by its folded syllables: `gd&đt` is gd, dt. So a short form can't be a plain word typed without
accents, as `ban` is: every search for the word would be a search for the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self, assert_never

from index.abbreviation_lines import Entry, Problem, Removal, is_plain_word, read_lines
from index.analysis.normal_text import normal_text
from index.analysis.syllables import typed_within
from index.analysis.tokens import folded

Syllables = tuple[tuple[str, int], ...]
"""Folded terms, each with its accents (see `analysis.syllables`)."""

BUILT_IN = Path(__file__).with_name("abbreviations.txt")


@dataclass(frozen=True, slots=True)
class Alternative:
    """What may stand for the `count` syllables of a query from the one numbered `first`."""

    first: int
    count: int
    syllables: Syllables


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

    def __init__(
        self, entries: Iterable[Entry] = (), removals: Iterable[Removal] = (), problems: Iterable[Problem] = ()
    ) -> None:
        self.removals = tuple(removals)
        """What one's own list takes out and doesn't want proposed."""
        self.problems = tuple(problems)
        """The lines of one's own list that were left out, and why."""
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
        own: list[Entry] = []
        removals: list[Removal] = []
        problems: list[Problem] = []
        for number, found in read_lines(path):
            match found:
                case Entry():
                    reason = reason_against(found, below)
                    if reason is None:
                        own.append(found)
                    else:
                        problems.append(Problem(path, number, reason))
                case Removal():
                    removals.append(found)
                case Problem():
                    problems.append(found)
                case _:
                    assert_never(found)
        return cls([*_without(below.entries, removals), *own], removals, problems)

    def with_problem(self, path: Path, reason: str) -> Self:
        """Give the same entries and, instead of other problems, one of the whole file."""
        return type(self)(self.entries, self.removals, [Problem(path, None, reason)])

    def find(self, short: str) -> Entry | None:
        """Give the entry of a short form, however its parts are joined and whatever its case."""
        return self._entries.get(form_key(short))

    def has(self, short: str, long_form: str) -> bool:
        """Say whether an entry gives the long form for the short one."""
        entry = self.find(short)
        return entry is not None and form_key(long_form) in map(form_key, entry.long_forms)

    def refuses(self, short: str, long_form: str) -> bool:
        """Say whether one's own list says that it doesn't want this."""
        return any(_takes_out(removal, short, long_form) for removal in self.removals)

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
    found = [each for _, each in read_lines(BUILT_IN)]
    return Abbreviations(
        [each for each in found if isinstance(each, Entry)],
        problems=[each for each in found if isinstance(each, Problem)],
    )


def reason_against(entry: Entry, base: Abbreviations) -> str | None:
    """Say why an entry can't be in one's own list, if it can't: a plain word that `base` doesn't have either."""
    if not is_plain_word(entry.short) or base.find(entry.short) is not None:
        return None
    return (
        f"{entry.short!r} is a plain word when typed without accents: every search for the word would become one for "
        "the entry; leave it out"
    )


def form_key(form: str) -> Syllables:
    """Give what makes two written forms the same: their syllables."""
    return tuple(folded(normal_text(form).text))


def _terms(form: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(term for term, _ in form)


def _merged(entries: Iterable[Entry]) -> dict[Syllables, Entry]:
    """Make one entry of those with the same short form."""
    merged: dict[Syllables, tuple[str, dict[Syllables, str]]] = {}
    for entry in entries:
        _, long_forms = merged.setdefault(form_key(entry.short), (entry.short, {}))
        for long_form in entry.long_forms:
            long_forms.setdefault(form_key(long_form), long_form)
    return {key: Entry(short, tuple(long_forms.values())) for key, (short, long_forms) in merged.items()}


def _takes_out(removal: Removal, short: str, long_form: str) -> bool:
    if form_key(removal.short) != form_key(short):
        return False
    return not removal.long_forms or form_key(long_form) in map(form_key, removal.long_forms)


def _without(entries: Iterable[Entry], removals: Sequence[Removal]) -> Iterator[Entry]:
    for entry in entries:
        left = tuple(
            long_form
            for long_form in entry.long_forms
            if not any(_takes_out(removal, entry.short, long_form) for removal in removals)
        )
        if left:
            yield Entry(entry.short, left)


def _forms(entries: Iterable[Entry]) -> dict[tuple[str, ...], list[_Form]]:
    longs_of = {form_key(entry.short): tuple(map(form_key, entry.long_forms)) for entry in entries}
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
