"""Which names in the articles may be one and the same? Proposals for a person, with how many articles and an example.

Initials and given names are only told apart within one newspaper, so authors are compared publisher by publisher; a
short form that may be two people's is not proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from index.abbreviation_lines import BadLine
from index.abbreviations import Abbreviations
from index.analysis.tokens import folded
from index.article import Article
from indexer.capitals import is_syllable
from indexer.name_lines import Kind, NameLine, checked
from indexer.names import EVERYWHERE

MOST_NAMES = 200_000
"""Names compared at most; an archive that has more is told about the commonest."""

_FEWEST_LETTERS = 8
"""Of names that are compared letter by letter: among shorter ones a letter makes another name."""

_SLIP = 3
_ACCENT_SLIP = 5
"""So many times rarer is a name with another letter, or another accent, taken for a slip: `Hoa` and `Hòa` are two."""


class Reason(IntEnum):
    """Why two names may be one, the surest first."""

    ACCENTS = 1
    ABBREVIATION = 2
    INITIALS = 3
    GIVEN_NAME = 4
    LETTER = 5


@dataclass(frozen=True, slots=True)
class Use:
    """A name as the articles have it: on how many of one publisher; `example` is the id of the first."""

    name: str
    articles: int
    example: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An alias for a name, at one publisher or everywhere."""

    kind: Kind
    name: Use
    alias: Use
    publisher: str | None
    reason: Reason

    @property
    def line(self) -> NameLine:
        """The line of the list of names that it would be."""
        return NameLine(self.kind, self.name.name, (self.alias.name,), self.publisher)


Tally = dict[str, dict[str, Use]]
"""Uses by publisher (`EVERYWHERE` where it makes no difference) and name."""


def tally(articles: Iterable[Article], kind: Kind) -> Tally:
    """Count the names of a kind."""
    found: Tally = defaultdict(dict)
    for article in articles:
        scope = (article.publisher or EVERYWHERE) if kind is Kind.AUTHORS else EVERYWHERE
        for name in _names(article, kind):
            before = found[scope].get(name, Use(name, 0, article.id))
            found[scope][name] = Use(name, before.articles + 1, before.example)
    return found


def _names(article: Article, kind: Kind) -> tuple[str, ...]:
    match kind:
        case Kind.AUTHORS:
            return article.authors
        case Kind.PUBLISHERS:
            return (article.publisher,) if article.publisher else ()
        case Kind.SECTIONS:
            return (article.section,) if article.section else ()


def propose(uses: Tally, kind: Kind) -> list[Proposal]:
    """Give what may be one name of the kind, the surest and best supported first; each alias once."""
    found: list[Proposal] = []
    for scope, names in uses.items():
        commonest = sorted(names.values(), key=lambda use: (-use.articles, use.name))[:MOST_NAMES]
        targets: set[str] = set()
        proposed: set[str] = set()
        for reason, name, alias in sorted(_pairs(commonest, kind), key=_surest):
            # A name that is proposed as an alias gets none of its own: the next look finds those.
            if name.name in proposed or alias.name in proposed or alias.name in targets:
                continue
            each = Proposal(kind, name, alias, scope or None, reason)
            if not _can_stand_in_list(each.line):
                continue
            targets.add(name.name)
            proposed.add(alias.name)
            found.append(each)
    return sorted(found, key=lambda each: (*_surest((each.reason, each.name, each.alias)), each.publisher or ""))


def _can_stand_in_list(line: NameLine) -> bool:
    try:
        checked(line)
    except BadLine:
        return False
    return True


_Pair = tuple[Reason, Use, Use]


def _surest(pair: _Pair) -> tuple[int, int, str, str]:
    reason, name, alias = pair
    return reason, -(name.articles + alias.articles), alias.name, name.name


def _pairs(uses: list[Use], kind: Kind) -> Iterator[_Pair]:
    yield from _same_letters(uses)
    match kind:
        case Kind.AUTHORS:
            yield from _shortened(uses)
            yield from _a_letter_apart(uses)
        case Kind.PUBLISHERS:
            yield from _abbreviated(uses)
        case Kind.SECTIONS:
            pass


def _terms(name: str) -> tuple[str, ...]:
    return tuple(term for term, _ in folded(name))


def _same_letters(uses: list[Use]) -> Iterator[_Pair]:
    """Names that differ in accents, capitals or signs: a plain one stands for the accented one, a rare one for a common
    one."""
    groups: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        groups["".join(_terms(use.name))].append(use)
    for group in groups.values():
        accented = [use for use in group if not use.name.isascii()] or group
        best, *_ = accented
        for use in group:
            plain = use.name.isascii() or _only_signs_differ(use.name, best.name)
            if use is not best and (plain or use.articles * _ACCENT_SLIP <= best.articles):
                yield Reason.ACCENTS, best, use


def _only_signs_differ(one: str, other: str) -> bool:
    return [*filter(str.isalnum, one.casefold())] == [*filter(str.isalnum, other.casefold())]


def _shortened(uses: list[Use]) -> Iterator[_Pair]:
    """Initials and given names that stand for one full name of the publisher only."""
    by_last: dict[str, list[tuple[tuple[str, ...], Use]]] = defaultdict(list)
    for use in uses:
        terms = _terms(use.name)
        if len(terms) > 1 and not _is_shortened(use.name):
            by_last[terms[-1][:1]].append((terms, use))
    for use in uses:
        terms = _terms(use.name)
        if not terms:
            continue
        initials = _is_shortened(use.name)
        fits = _is_initials_of if initials else _is_tail_of
        last = terms[-1][-1:] if initials and len(terms) == 1 else terms[-1][:1]
        full = [each for syllables, each in by_last[last] if each is not use and fits(terms, syllables)]
        if not initials:
            spoken = all(map(is_syllable, use.name.split()))
            full = [each for each in full if spoken and each.name.casefold().endswith(f" {use.name.casefold()}")]
        if len(full) == 1:
            yield (Reason.INITIALS if initials else Reason.GIVEN_NAME), full[0], use


def _is_shortened(name: str) -> bool:
    return "." in name or (name.isupper() and name.isalpha() and len(name) < 5)


def _is_initials_of(initials: tuple[str, ...], syllables: tuple[str, ...]) -> bool:
    """Say whether syllables begin as the initials do, all or from a later one on; at least one part is an initial.

    >>> _is_initials_of(("th", "h"), ("ly", "thanh", "ha")), _is_initials_of(("t", "h"), ("thanh", "mai"))
    (True, False)
    """
    if len(initials) == 1:
        letters = tuple(initials[0])
        return letters == tuple(syllable[0] for syllable in syllables)
    last = syllables[-len(initials) :]
    return len(last) == len(initials) and all(
        syllable == part or (len(part) < 3 and syllable.startswith(part))
        for part, syllable in zip(initials, last, strict=True)
    )


def _is_tail_of(tail: tuple[str, ...], syllables: tuple[str, ...]) -> bool:
    return len(tail) < len(syllables) and syllables[-len(tail) :] == tail


def _a_letter_apart(uses: list[Use]) -> Iterator[_Pair]:
    """Rare names that no one can be called, a letter away from a common one: `Thnah` for `Thanh`, but not `Hạnh`."""
    by_rest: dict[str, list[tuple[str, Use]]] = defaultdict(list)
    for use in uses:
        letters = "".join(_terms(use.name))
        if len(letters) < _FEWEST_LETTERS or _is_shortened(use.name):
            continue
        for rest in {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}:
            by_rest[rest].append((letters, use))
    for (common, best), *others in by_rest.values():
        for letters, use in others:
            is_slip = use.articles * _SLIP <= best.articles and not all(map(is_syllable, use.name.split()))
            if is_slip and letters != common and _as_close(letters, common):
                yield Reason.LETTER, best, use


def _as_close(one: str, other: str) -> bool:
    """Say whether two texts are a letter apart, or have two letters in the other order.

    >>> _as_close("lythanh", "lytanh"), _as_close("lythanh", "lyhtanh"), _as_close("lythanh", "lytahh")
    (True, True, False)
    """
    shorter, longer = sorted((one, other), key=len)
    same = 0
    while same < len(shorter) and shorter[same] == longer[same]:
        same += 1
    swapped = longer[same : same + 2][::-1] == shorter[same : same + 2]
    if len(one) == len(other) and swapped and shorter[same + 2 :] == longer[same + 2 :]:
        return True
    return len(longer) - len(shorter) < 2 and shorter[same + (len(one) == len(other)) :] == longer[same + 1 :]


def _rank(use: Use) -> tuple[int, int, str]:
    """The commoner and the longer of two names is the one to keep."""
    return use.articles, len(use.name), use.name


def _abbreviated(uses: list[Use]) -> Iterator[_Pair]:
    """Publishers of which one is written with an abbreviation that the other spells out."""
    known = Abbreviations.builtin()
    by_terms: dict[tuple[str, ...], list[Use]] = defaultdict(list)
    for use in uses:
        by_terms[_terms(use.name)].append(use)
    for use in uses:
        syllables = folded(use.name)
        terms = _terms(use.name)
        for other in known.alternatives(syllables):
            written = tuple(term for term, _ in other.syllables)
            spelled = (*terms[: other.first], *written, *terms[other.first + other.count :])
            for each in by_terms.get(spelled, []):
                if each is not use and _rank(each) < _rank(use):
                    yield Reason.ABBREVIATION, use, each
