"""What is asked, free of any engine: the query tree, filters, order and page.

The tree is a closed union: an engine compiles it in one `match` that ends in `assert_never`.
Terms in it have been through the analysis already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from index.dates import DateRange


class TextField(StrEnum):
    """Where a term may stand: anywhere in the article's text (title, body, captions, byline) or in its title."""

    TEXT = "text"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every article."""


@dataclass(frozen=True, slots=True)
class MatchNone:
    """No article: what is left of a query whose terms can't occur."""


@dataclass(frozen=True, slots=True)
class Term:
    """A folded syllable; `accents` (see `analysis.syllables`) is 0 when it was typed without any. Spellings that only
    add to the accents typed answer it as well, unless it is `whole`: a syllable as words have it, with accents."""

    term: str
    accents: int = 0
    field: TextField = TextField.TEXT
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Syllables that stand one after another. A syllable typed with accents matches that spelling only when
    `exact`; otherwise accents are left to the ranking. Where the phrase is a document number, the whole `code`
    answers it too, however its parts are written ("5-CT/TW" for "05-CT/TW")."""

    terms: tuple[Term, ...]
    exact: bool = True
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Syllables that stand close together in any order: some run of `len(terms) + slop` positions holds every one of
    them (one that answers two of the terms counts for both). Accents decide as in an exact phrase."""

    terms: tuple[Term, ...]
    slop: int


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Any syllable that a folded pattern describes: `*` stands for any run of characters, none included
    (`phong*`, `*ong`, `h*ng`; `analysis.loose_terms.described` says which terms those are). It names two characters at
    least. Only a prefix (its one `*` at the end) carries accents; a syllable whose accents contradict them does not
    match."""

    pattern: str
    accents: int = 0
    field: TextField = TextField.TEXT


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Any syllable that is the folded term (several letters) or one slip from it: a letter more, less, other, or two
    neighbours swapped. Whatever its accents."""

    term: str
    field: TextField = TextField.TEXT


@dataclass(frozen=True, slots=True)
class Either:
    """Units of a text as typed, and what may stand for all of them: an abbreviation for its long form, or the
    reverse. An article that holds an alternative holds all the units. With `last_resort` the alternatives count
    only where no article at all holds every one of the units, with the accents typed (a word typed with the
    keyboard's keys for accents, a document number typed without its year)."""

    units: tuple[Term | Phrase, ...]
    alternatives: tuple[Term | Phrase | Near, ...]
    last_resort: bool = False


Unit = Term | Phrase | Near | Wildcard | Fuzzy | Either
"""What a text is made of; an `Either` counts for as many units as it has."""


@dataclass(frozen=True, slots=True)
class Code:
    """A whole document number, in the form `analysis.codes` gives it."""

    code: str


@dataclass(frozen=True, slots=True)
class Text:
    """A run of free text: an article matches when the units that it holds have at least a `share` of the rarity of all
    of them (see `index.rarity`; 1: it holds every unit, 0: it holds any).

    A unit is a syllable, a phrase where syllables were typed without a blank between them ("05-CT/TW"), or one of
    the looser kinds of `Unit`.
    `words` (multi-syllable words) and `codes` don't decide what matches: they raise the score. For how a text gives
    way where the whole query finds little, see `ENOUGH`.
    """

    units: tuple[Unit, ...]
    share: float
    words: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()

    @property
    def size(self) -> int:
        """How many units an article can hold."""
        return sum(len(unit.units) if isinstance(unit, Either) else 1 for unit in self.units)


def asks_a_share(query: Query) -> bool:
    """Say whether a query is a text of which neither all nor any units are asked, but a share of their rarity."""
    return isinstance(query, Text) and 0 < query.share < 1


ENOUGH = 30
"""A query that finds fewer articles gives way, in all of its texts and single units that stand at the top of the tree
or in an And there, those of the fewest units first, each within the articles that all the rest of the query leaves:

- a text of which a share between 0 and 1 is asked, to those that hold the most of its rarity, as many as are enough:
  of articles that hold the same all or none, but those that hold the most of all always, if none holds the share;
- any other only if no article holds it: a text to those that hold the most of its units;
- and where no article holds any of its units, accents of terms and wildcards are passed over.

Texts in an Or give way like that too, within all articles, but only where the whole query finds none. What is below a
Not never gives way: that would exclude what nobody asked to."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What somebody has typed so far: syllables, the last of which may be but begun, and the form that a document code
    would have if this is the beginning of one."""

    terms: tuple[Term, ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Articles by an author whose name holds these syllables, one after another. A term of a single letter is an
    initial: it stands for any syllable that begins with it."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """Articles dated within the range."""

    range: DateRange


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match all of the queries."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match any of the queries."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that don't match the query."""

    query: Query


Query = (
    MatchAll | MatchNone | Term | Phrase | Near | Wildcard | Fuzzy | Code | Text | Author | Published | And | Or | Not
)


def ranks(query: Query) -> bool:
    """Say whether a query has words to rank hits by; where it has none, every score is 0.

    >>> ranks(And((Author((Term("hanh"),)), Not(Term("mua"))))), ranks(Term("mua"))
    (False, True)
    """
    match query:
        case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Code() | Text():
            return True
        case And() | Or():
            return any(ranks(part) for part in query.queries)
        case MatchAll() | MatchNone() | Author() | Published() | Not():
            return False
        case _:
            assert_never(query)


class Sort(StrEnum):
    """The order of the hits; undated articles come last in both date orders, ties go by article id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    ID = "id"
    """By article id: the order in which an archive is harvested."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order of the hits: behind the article that has this key (a score, seconds since 1970, None where
    the order has no key or the article no date) and this id, whether or not it is there any more."""

    key: float | None
    article_id: str


class Facet(StrEnum):
    """What hits can be counted by."""

    AUTHOR = "author"
    PUBLISHER = "publisher"
    SECTION = "section"
    DATE = "date"


class Interval(StrEnum):
    """How long the periods are that hits are counted by, on a Vietnamese calendar."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the hits without changing their scores. Several values of one field mean any of them;
    `article.UNKNOWN` among them means articles that lack the field. `undated` asks for articles without a date
    and can't be combined with `published`."""

    published: DateRange | None = None
    undated: bool = False
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    story: str | None = None
    """Only the articles of this story (see `Article.story`)."""

    def __post_init__(self) -> None:
        if self.undated and self.published is not None:
            raise ValueError("undated articles have no date to be within a range: ask for one or the other")


class Collapse(StrEnum):
    """What is shown once where several hits share it."""

    STORY = "story"


HALF_LIFE_DAYS = 90


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search: `offset` hits are skipped and `limit` given, counted from behind the cursor `after` if there is one.

    `freshness`, from 0 to 1, blends the age of articles into their scores: that of an article as new as the newest is
    multiplied by 1 + freshness, with half of the gain left for each `HALF_LIFE_DAYS` that it is older.

    With a `timeline` the hits are counted by its periods. Unlike the date facet, which offers a choice, it counts no
    more than the hits, and by the interval that is asked for.

    With `collapse` a story (see `Article.story`) is one hit: that of its articles which comes first in the order, the
    others named beside it. `offset`, `limit` and `after` then count stories; an article of none is one by itself.
    Totals and facets count articles all the same.
    """

    query: Query
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    facets: frozenset[Facet] = frozenset()
    facet_limit: int = 50
    after: Cursor | None = None
    freshness: float = 0.0
    timeline: Interval | None = None
    collapse: Collapse | None = None

    def __post_init__(self) -> None:
        if self.offset < 0 or self.limit < 0:
            raise ValueError(f"offset and limit can't be negative, got {self.offset} and {self.limit}")
        if self.facet_limit < 0:
            raise ValueError(f"facet_limit can't be negative, got {self.facet_limit}")
        if not 0 <= self.freshness <= 1:
            raise ValueError(f"freshness must be from 0 to 1, got {self.freshness}")
