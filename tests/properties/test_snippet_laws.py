"""Marks and excerpts are those of the plain implementation, whatever is asked of whatever text."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given, note
from hypothesis import strategies as st

from index.analysis.loose_terms import described, folded_pattern, one_slip_apart
from index.analysis.normal_text import normal_text
from index.analysis.syllable_finder import finder
from index.analysis.syllables import SYLLABLE, fold
from index.article import Article
from index.query import Query, Term
from index.snippet import article_marks, highlight
from index.whoosh_engine import stored
from tests import naive_snippet
from tests.conformance.query_trees import SYLLABLES, articles, queries

PIECES = (
    *SYLLABLES, *SYLLABLES, "05-CT/TW", "5 - CT/TW", " ", " ", " ", " ", ". ", "… ", ".” ", "!\n", "\n", "\n \n", ")",
    '"', "\u00a0", "\u200b", "o\u0323", "_", "ﬁ", "Ω", "mﬀa", "ß", "½", "m²", "ｍａ", "۵", "中", "İ", "x" * 200,
)  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=250).map("".join),
    st.lists(st.sampled_from(SYLLABLES), max_size=200).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join).map(lambda text: unicodedata.normalize("NFD", text)),
)
long_articles = st.builds(
    Article, st.just("x"), texts, texts, captions=st.lists(texts, max_size=2).map(tuple), lead=st.none() | texts
)


@given(queries(), st.one_of(long_articles, articles()))
def test_marks_and_excerpts_are_those_of_the_plain_implementation(query: Query, article: Article) -> None:
    note(f"{query}\n{article}")
    assert article_marks(query, article) == naive_snippet.article_marks(query, article)
    assert highlight(query, article) == naive_snippet.highlight(query, article)


@given(queries(), long_articles)
@example(Term("ma"), Article("x", "", "Ma. " * 200 + "Mạ ma mả. Xa.”\n\n(Ma)"))
def test_what_is_kept_of_a_body_changes_no_excerpt(query: Query, article: Article) -> None:
    kept, body = stored.unpack(stored.pack(article))
    assert kept == article
    assert highlight(query, kept, body) == naive_snippet.highlight(query, article)


words = st.one_of(st.sampled_from(SYLLABLES), st.text(max_size=6).filter(SYLLABLE.fullmatch))


@given(words, st.data())
@example("ﬁa", None)
@example("KỸ", None)
@example("Ⅷ", None)
def test_every_spelling_of_a_term_is_found(word: str, data: st.DataObject | None) -> None:
    term, _ = fold(word)
    text = f"xa {word}, {word.upper()}-{word.lower()} {word}"
    wanted = [match.span() for match in SYLLABLE.finditer(text) if fold(match.group())[0] == term]
    assert set(wanted) <= set(finder([term])(normal_text(text)))


@given(words, words, st.integers(0, 5), st.integers(0, 5))
def test_whatever_a_pattern_or_a_slip_allows_is_found(word: str, other: str, start: int, end: int) -> None:
    pattern, _ = folded_pattern(f"{word[:start]}*{word[start + end :]}")
    term, _ = fold(word)
    text = f"{word} {other}, {other[:start]}{word[start:]}"
    found = set(finder([], [pattern])(normal_text(text)))
    slipped = set(finder([], [], [term])(normal_text(text)))
    for match in SYLLABLE.finditer(text):
        folded, _ = fold(match.group())
        assert match.span() in found or not described(pattern).fullmatch(folded)
        assert match.span() in slipped or not one_slip_apart(term, folded)


def test_only_candidates_are_found_in_familiar_text() -> None:
    text = "Chiều nay bến đò vắng khách, H5N1, mưa rơi lất phất trên mái lá cọ già; kỹ thuật, kí tên."
    found = [text[start:end] for start, end in finder(["ki", "mua", "5"], ["v*"], ["phatt"])(normal_text(text))]
    assert found == ["vắng", "5", "mưa", "phất", "kỹ", "kí"]
