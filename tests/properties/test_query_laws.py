"""Laws of parsing, date spans and snippets, tried on whatever may be typed."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import assert_never

from hypothesis import given
from hypothesis import strategies as st

from index.abbreviation_lines import Entry
from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.article import Article
from index.date_ranges import iso_range, parse_range
from index.document import GAP
from index.query import (
    And,
    Author,
    Code,
    Either,
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
    Unit,
    Wildcard,
)
from index.query_parser import MAX_UNITS, parse_query, required_share
from index.snippet import WIDTH, article_marks, highlight

PIECES = (
    "hội", "nghị", "đường", "05-CT/TW", '"', "“", "”", "«", "(", ")", " OR ", " HOẶC ", " -", "-", "–", ":", "title:",
    "tiêu_đề:", "author:", "tác_giả:", "từ:", "đến:", "ngày:", "2020", "7 ngày qua", "quý II/2020", "31/02", " ", "\n",
    "phòng*", "h*ng", "*a*", "nguyen~", '"~5', "*", "~", "tieengs", "UBND", "ủy ban nhân dân",
    "_", "…", "\u200b", "\ud800", "o\u0300", "\x00", "🙂", "x" * 70,
)  # fmt: skip
typed_texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
FILLERS = (
    "hội", "nghị", "Hội", "hoi", "đường", "duong", "dương", "bến.", "đò!", "\n", "\u00a0", "05-CT/TW", "xa\u0303",
    "\u200b", "…",
)  # fmt: skip
bodies = st.lists(st.sampled_from(FILLERS), max_size=150).map(" ".join)
DATE_WORDS = (
    "ngày", "tháng", "quý", "năm", "tuần", "qua", "trước", "nay", "này", "đầu", "cuối", "giữa", "7", "31", "12", "II",
    "2020", "9999", "0001", "0000", "/", "-", " - ", ".", "hôm", "mùng", "giêng", "chạp", "999", "giờ",
)  # fmt: skip
DATE_LIKE = re.compile(r"(ngày |tháng |quý |năm )?\d{1,4}([-/. ]\d{1,4}){0,2}( - \d{1,2}/\d{4})?", re.ASCII)
spans = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(DATE_WORDS), max_size=8).map(" ".join),
    st.from_regex(DATE_LIKE, fullmatch=True),
)


SHORT_FORMS = Abbreviations([Entry("UBND", ("ủy ban nhân dân",))])


@cache
def analyzer() -> Analyzer:
    return Analyzer.load()


def depth(query: Query | Unit) -> int:
    """Walk through a whole tree, checking each node."""
    match query:
        case MatchAll() | MatchNone() | Published():
            return 1
        case Term():
            assert query.term
            return 1
        case Code():
            assert query.code
            return 1
        case Phrase() | Author():
            assert query.terms
            return 1
        case Text():
            assert query.units
            assert query.share == required_share(query.size)
            return 1 + max(depth(unit) for unit in query.units)
        case Near():
            assert len(query.terms) > 1
            assert len(query.terms) + query.slop <= GAP
            return 1
        case Wildcard():
            assert 1 <= query.pattern.count("*") <= 5
            assert len(query.pattern.replace("*", "")) >= 2
            return 1
        case Fuzzy():
            assert len(query.term) >= 4
            return 1
        case Either():
            return 1 + max(depth(unit) for unit in (*query.units, *query.alternatives))
        case Not():
            return 1 + depth(query.query)
        case And() | Or():
            assert len(query.queries) > 1
            return 1 + max(depth(part) for part in query.queries)
        case _:
            assert_never(query)


def syllables(query: Query | Unit) -> int:
    """Count the syllables and patterns of a whole tree, but not what may stand for them."""
    match query:
        case Term() | Wildcard() | Fuzzy():
            return 1
        case Phrase() | Near() | Author():
            return len(query.terms)
        case Text() | Either():
            return sum(map(syllables, query.units))
        case And() | Or():
            return sum(map(syllables, query.queries))
        case Not():
            return syllables(query.query)
        case _:
            return 0


@given(typed_texts, moments, st.sampled_from([None, SHORT_FORMS]))
def test_whatever_is_typed_gives_a_bounded_tree(typed: str, now: datetime, abbreviations: Abbreviations | None) -> None:
    parsed = parse_query(typed, analyzer(), now, abbreviations)
    assert depth(parsed.query) < 70
    assert syllables(parsed.query) <= MAX_UNITS
    assert all(note and note == note.strip() and len(note) < 1000 for note in parsed.notes)
    assert len(set(parsed.notes)) == len(parsed.notes)


@given(typed_texts)
def test_parsing_does_not_depend_on_how_letters_are_composed(typed: str) -> None:
    now = datetime(2024, 5, 20, tzinfo=UTC)
    composed = unicodedata.normalize("NFC", typed)
    decomposed = unicodedata.normalize("NFD", composed)
    assert parse_query(decomposed, analyzer(), now).query == parse_query(composed, analyzer(), now).query


@given(st.lists(st.sampled_from(["hội", "nghị", "xã", "đường", "COVID-19"]), min_size=1, max_size=12))
def test_plain_words_are_units_in_the_order_typed(words: list[str]) -> None:
    query = parse_query(" ".join(words), analyzer(), datetime(2024, 5, 20, tzinfo=UTC)).query
    assert isinstance(query, Text)
    assert len(query.units) == len(words)
    assert [isinstance(unit, Phrase) for unit in query.units] == ["-" in word for word in words]


@given(spans, moments)
def test_a_span_is_half_open_in_utc_or_none(text: str, now: datetime) -> None:
    span = parse_range(text, now)
    if span is None:
        return
    assert (span.start, span.end) != (None, None)
    for end in (span.start, span.end):
        assert end is None or end.utcoffset() == timedelta(0)
    if span.start is not None and span.end is not None:
        assert span.start <= span.end


@given(st.dates().filter(lambda day: 1 < day.year < 9999))
def test_a_day_is_the_same_in_every_way_of_writing_it(day) -> None:
    now = datetime(2024, 5, 20, tzinfo=UTC)
    expected = iso_range(day.isoformat())
    for text in (f"{day:%d/%m}/{day.year:04}", f"{day.day}-{day.month}-{day.year:04}", day.isoformat(),
                 f"ngày {day.day} tháng {day.month} năm {day.year:04}"):  # fmt: skip
        assert parse_range(text, now) == expected
    month = iso_range(day.isoformat()[:7])
    assert parse_range(f"tháng {day.month}/{day.year:04}", now) == month
    assert month & expected == expected
    assert iso_range(day.isoformat()[:4]) & month == month


@given(moments, st.integers(1, 60))
def test_days_lately_end_with_today_and_count_it(now: datetime, count: int) -> None:
    lately, today = parse_range(f"{count} ngày qua", now), parse_range("hôm nay", now)
    assert lately is not None
    assert today is not None
    assert lately.end == today.end
    assert today.start is not None
    assert today.end is not None
    assert lately.start is not None
    assert today.start <= now < today.end
    assert lately.start <= today.start
    assert abs((today.end - lately.start) - timedelta(days=count)) <= timedelta(hours=1)


@given(st.text(max_size=25))
def test_an_iso_date_is_a_span_or_a_value_error(text: str) -> None:
    try:
        span = iso_range(text)
    except ValueError:
        return
    assert (span.start, span.end) != (None, None)


@given(typed_texts, bodies)
def test_marks_are_whole_words_in_order_without_overlap(typed: str, text: str) -> None:
    query = parse_query(typed, analyzer(), datetime(2024, 5, 20, tzinfo=UTC)).query
    spans = article_marks(query, Article("x", "", text)).body
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    boundaries = {edge for token in analyzer().syllables(text) for edge in (token.start, token.end)}
    assert {edge for span in spans for edge in span} <= boundaries


@given(typed_texts, bodies, st.lists(bodies, max_size=2))
def test_an_excerpt_is_a_bounded_piece_of_the_article_with_marks_inside(
    typed: str, body: str, captions: list[str]
) -> None:
    query = parse_query(typed, analyzer(), datetime(2024, 5, 20, tzinfo=UTC)).query
    snippet, title_spans = highlight(query, Article("x", "Hội nghị", body, captions=tuple(captions)))
    assert len(snippet.text) <= WIDTH
    assert any(snippet.text in text for text in (body, *captions))
    assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.spans)
    assert all(0 <= start < end <= 8 for start, end in title_spans)
    if article_marks(query, Article("x", "", body)).body:
        assert snippet.spans
        marked = {body[start:end] for start, end in article_marks(query, Article("x", "", body)).body}
        assert {snippet.text[start:end] for start, end in snippet.spans} <= marked
