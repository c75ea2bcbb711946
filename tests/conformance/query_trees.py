"""Invented articles and query trees for hypothesis: few words, many spellings, so that they meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from index.analysis.loose_terms import folded_pattern
from index.analysis.syllables import fold
from index.article import UNKNOWN, Article
from index.dates import DateRange, PublishedAt
from index.query import (
    And,
    Author,
    Code,
    Either,
    Filters,
    Fuzzy,
    MatchAll,
    MatchNone,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    Term,
    Text,
    TextField,
    Unit,
    Wildcard,
)

SYLLABLES = (
    "ma", "má", "mạ", "mà", "mâ", "Mấy", "may", "mây", "hoà", "hòa", "hoa", "hoả", "HỌA", "đường", "đuong", "dường",
    "duong", "dương", "kỹ", "kĩ", "ky", "05", "5", "CT", "TW",
)  # fmt: skip
JOINTS = (" ", " ", " ", " ", " ", "-", "/", ", ", ". ", "\n", "\u00a0", "\u200b ")
NAMES = ("Hoà Mây", "Hòa Mây Đường", "Mây Hoà", "Dương Kỹ", "HOA MÂY")
PUBLISHERS = (None, "Báo Mạ", "Đài Hoa")
SECTIONS = (None, "Mục Má", "Mục Mà")
ORIGINALS = {"s1": "a", "s2": "e", "b": "b"}
"""The stories there are, and the article that each began with: none has more than one."""
START = datetime(2019, 12, 31, 16, 59, 58, tzinfo=UTC)
"""Two seconds before a new year in Vietnam."""
CODES = ("5-ct-tw", "5-ct", "05-ct", "5-ma", "5-hoa-may")


@st.composite
def _texts(draw: st.DrawFn, longest: int) -> str:
    words = draw(st.lists(st.sampled_from(SYLLABLES), max_size=longest))
    return "".join(word + draw(st.sampled_from(JOINTS)) for word in words)


_moments = st.one_of(
    st.none(),
    st.sampled_from([0, 1, 2, 3, 86400, 86400 * 40, 86400 * 400, -86400 * 365 * 70]).map(
        lambda seconds: PublishedAt(START + timedelta(seconds=seconds))
    ),
)


def articles(ids: tuple[str, ...] = tuple("abcdefghij")) -> st.SearchStrategy[Article]:
    told = st.builds(
        Article,
        id=st.sampled_from(ids),
        title=_texts(4),
        body=_texts(12),
        captions=st.lists(_texts(3), max_size=2).map(tuple),
        authors=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
        byline=st.one_of(st.none(), st.sampled_from(NAMES)),
        publisher=st.sampled_from(PUBLISHERS),
        section=st.sampled_from(SECTIONS),
        published_at=_moments,
        story=st.one_of(st.none(), st.sampled_from(sorted(ORIGINALS))),
    )
    return told.map(lambda each: replace(each, is_original=ORIGINALS.get(each.story or "") == each.id))


def _terms(field: TextField) -> st.SearchStrategy[Term]:
    return st.builds(
        lambda syllable, whole: Term(*fold(syllable), field, whole=whole), st.sampled_from(SYLLABLES), st.booleans()
    )


def _phrases(field: TextField) -> st.SearchStrategy[Phrase]:
    several = st.lists(_terms(field), min_size=1, max_size=3).map(tuple)
    return st.builds(Phrase, several, st.booleans())


def _nears(field: TextField) -> st.SearchStrategy[Near]:
    several = st.lists(_terms(field), min_size=1, max_size=4).map(tuple)
    return st.builds(Near, several, st.integers(0, 6))


@st.composite
def _wildcards(draw: st.DrawFn, field: TextField) -> Wildcard:
    """Put a star in place of some letters of a syllable, of which two at least are left."""
    syllable = draw(st.sampled_from([syllable for syllable in SYLLABLES if len(syllable) > 1]))
    taken_out = draw(st.integers(0, len(syllable) - 2))
    start = draw(st.integers(0, len(syllable) - taken_out))
    again = draw(st.sampled_from(["", "", "*"]))
    return Wildcard(*folded_pattern(f"{syllable[:start]}*{syllable[start + taken_out :]}{again}"), field)


@st.composite
def _fuzzies(draw: st.DrawFn, field: TextField) -> Fuzzy:
    """Change a syllable of several letters at one place."""
    term, _ = fold(draw(st.sampled_from([syllable for syllable in SYLLABLES if len(syllable) > 3])))
    at = draw(st.integers(0, len(term)))
    return Fuzzy(term[:at] + draw(st.sampled_from(["", "h", "y", "ng"])) + term[at + draw(st.integers(0, 1)) :], field)


def _eithers(field: TextField) -> st.SearchStrategy[Either]:
    several = st.lists(st.one_of(_terms(field), _phrases(field)), min_size=1, max_size=3).map(tuple)
    return st.builds(Either, several, several, st.booleans())


def _loose(field: TextField) -> st.SearchStrategy[Near | Wildcard | Fuzzy]:
    return st.one_of(_nears(field), _wildcards(field), _fuzzies(field))


def _units(field: TextField) -> st.SearchStrategy[Unit]:
    return st.one_of(_terms(field), _terms(field), _phrases(field), _loose(field), _eithers(field))


@st.composite
def _free_texts(draw: st.DrawFn) -> Text:
    field = draw(st.sampled_from(TextField))
    units = tuple(draw(st.lists(_units(field), min_size=1, max_size=5)))
    share = draw(st.sampled_from([0, 0.2, 0.4, 0.6, 1]))
    words = draw(st.lists(st.sampled_from(["hoa108_may", "ma", "duong105"]), max_size=2))
    return Text(units, share, tuple(words), tuple(map(Code, draw(st.lists(st.sampled_from(CODES), max_size=1)))))


@st.composite
def ranges(draw: st.DrawFn) -> DateRange:
    ends = st.one_of(st.none(), st.sampled_from([-10, 0, 1, 2, 3, 86400, 86400 * 41]))
    first, last = draw(ends), draw(ends)
    return DateRange(*(None if end is None else START + timedelta(seconds=end) for end in (first, last)))


def _leaves() -> st.SearchStrategy[Query]:
    initials = st.sampled_from(["h", "m", "đ", "k", "x"]).map(lambda letter: Term(*fold(letter)))
    names = st.lists(st.one_of(_terms(TextField.TEXT), initials), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        _terms(TextField.TEXT),
        _terms(TextField.TITLE),
        _phrases(TextField.TEXT),
        _phrases(TextField.TITLE),
        _loose(TextField.TEXT),
        _loose(TextField.TITLE),
        _free_texts(),
        _free_texts(),
        st.sampled_from(CODES).map(Code),
        names.map(Author),
        ranges().map(Published),
        st.sampled_from((MatchAll(), MatchNone())),
    )


def _above(queries: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(queries, min_size=1, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), queries.map(Not))


def queries() -> st.SearchStrategy[Query]:
    return st.recursive(_leaves(), _above, max_leaves=6)


def _any_of(values: tuple[str | None, ...]) -> Callable[[], st.SearchStrategy[tuple[str, ...]]]:
    known = [value for value in values if value] + [UNKNOWN, "Không Ai"]
    return lambda: st.one_of(st.just(()), st.lists(st.sampled_from(known), max_size=2).map(tuple))


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    dates = draw(st.sampled_from(["any", "any", "range", "undated"]))
    return Filters(
        published=draw(ranges()) if dates == "range" else None,
        undated=dates == "undated",
        authors=draw(_any_of(NAMES)()),
        publishers=draw(_any_of(PUBLISHERS)()),
        sections=draw(_any_of(SECTIONS)()),
        story=draw(st.sampled_from([None, None, None, None, None, *ORIGINALS, "none has this"])),
    )
