"""What an engine answers. Offsets count characters of the text they stand beside; markup is made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from index.article import Article
from index.dates import PublishedAt
from index.query import Cursor, Facet

Span = tuple[int, int]
"""Start and end (exclusive) of what matched."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """An excerpt of an article's text; `cut_before` and `cut_after` say whether text was left off."""

    text: str
    spans: tuple[Span, ...] = ()
    cut_before: bool = False
    cut_after: bool = False


MOST_OTHERS = 20
"""How many other articles of a story are named beside a hit."""


@dataclass(frozen=True, slots=True)
class OtherOfStory:
    """Another article of a hit's story."""

    id: str
    title: str
    publisher: str | None
    published_at: PublishedAt | None
    url: str | None
    is_original: bool
    """Whether the others were probably taken from it (see `Article.is_original`)."""
    matched: bool
    """Whether it is a hit, too; only the original is named without being one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that matched."""

    article: Article
    score: float
    snippet: Snippet
    title_spans: tuple[Span, ...] = ()
    others: tuple[OtherOfStory, ...] = ()
    """Where stories are collapsed, at most `MOST_OTHERS` others of the story: the original first, then in the order in
    which they appeared, undated ones last, ties by id."""
    others_total: int = 0
    """How many others of the story matched."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits have a value; `article.UNKNOWN` counts those without any and comes last."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class DateBucket:
    """How many hits fall in [start, end); `value` is the period as ISO names it (2020, 2020-07, 2020-07-01), or
    `article.UNKNOWN` with no start and end for hits without a date."""

    value: str
    start: datetime | None
    end: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Factor:
    """A part of a score, in Vietnamese, and what it is worth."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article scores what it does for a query: the factors add up to the score. An article that doesn't match
    has none; `missing` names what it lacks."""

    article_id: str
    matched: bool
    score: float
    factors: tuple[Factor, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """The answer: `total` is exact, `took_ms` the engine's time, `notes` what the reader should know (Vietnamese)."""

    total: int
    hits: tuple[Hit, ...]
    generation: str
    took_ms: float
    facets: dict[Facet, tuple[FacetCount, ...]] = field(default_factory=dict)
    """Every facet asked for but the date."""
    dates: tuple[DateBucket, ...] | None = None
    """The date facet, oldest first, when asked for."""
    timeline: tuple[DateBucket, ...] | None = None
    """The hits by period, oldest first, periods without any left out, when asked for."""
    notes: tuple[str, ...] = ()
    next: Cursor | None = None
    """Where the following page begins; None when there is none."""
    stale: bool = False
    """Whether an older generation answered since the current one is damaged; `notes` say so."""
    total_stories: int | None = None
    """How many hits there are to page through where stories are collapsed."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A word of several syllables, spelled as most often printed, or a document code in the form of `analysis.codes`;
    and how many articles hold it."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Completions:
    """What may have been meant by what was typed so far, the most frequent first."""

    words: tuple[Completion, ...] = ()
    codes: tuple[Completion, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What a generation holds."""

    generation: str
    articles: int
    dated: int
    with_author: int
    built_at: datetime
    size_bytes: int
    stamp: str
    applied: int
    """The number of the article store's last change that the generation holds."""
    stale: str | None = None
    """What is damaged in the current generation, with the mending command, when this is the one before it."""
    building: bool = False
    """Whether a newer generation is being made."""
