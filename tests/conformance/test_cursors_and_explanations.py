"""Walking through all hits by cursor, freshness, and why a hit scores what it does."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from index.analysis.chain import Analyzer
from index.article import Article
from index.dates import PublishedAt
from index.query import And, Cursor, Facet, Filters, MatchAll, Not, Phrase, Query, SearchRequest, Sort, Term, Text
from index.query_parser import parse_query
from tests.conformance.engines import NOW, TriedIndex
from tests.conformance.invented_articles import article
from tests.conformance.query_trees import articles, filters, queries
from tests.conformance.test_random_queries import both_indexes

WORDS = ("khoai", "lang", "mùa", "mưa", "gió", "bến", "thuyền", "cá", "khô", "hồ")
DAYS = (None, 0, 0, 1, 1, 1, 40, None, 400, 400)


def _archive(count: int = 60) -> list[Article]:
    return [
        Article(
            f"c{number:03}",
            "Khoai lang" if number % 3 else "Mùa khoai",
            "khoai lang " * (number % 4 + 1) + "được mùa",
            published_at=None if (days := DAYS[number % 10]) is None else PublishedAt(NOW - timedelta(days=days)),
            publisher="Báo Bờ Kè" if number % 2 else "Báo Cồn Sậy",
        )
        for number in range(count)
    ]


asked = st.lists(
    st.builds(
        SearchRequest,
        queries(),
        st.one_of(st.just(Filters()), filters()),
        st.sampled_from(Sort),
        limit=st.integers(1, 4),
        freshness=st.sampled_from([0.0, 0.0, 0.25, 1.0]),
    ),
    min_size=3,
    max_size=6,
)


def walk(tried: TriedIndex, request: SearchRequest) -> list[str]:
    """Give the ids of all hits, page by page."""
    response = tried.searcher.search(request)
    met = [hit.article.id for hit in response.hits]
    total = response.total
    while response.next is not None:
        response = tried.searcher.search(replace(request, after=response.next))
        assert response.total == total
        assert response.hits
        met += [hit.article.id for hit in response.hits]
    return met


@pytest.fixture
def written(tried: TriedIndex) -> TriedIndex:
    """Several segments with deletions."""
    everything = _archive()
    tried.rebuild(everything[:30])
    tried.update(everything[30:], delete=["c003", "c017"])
    return tried


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("narrowed", [Filters(), Filters(publishers=("Báo Bờ Kè",))], ids=["all", "one publisher"])
@pytest.mark.parametrize("query", [Term("khoai"), MatchAll()], ids=["a word", "everything"])
def test_every_hit_is_met_once_in_the_order_of_the_pages(
    written: TriedIndex, query: Query, narrowed: Filters, sort: Sort
) -> None:
    whole = written.searcher.search(SearchRequest(query, narrowed, sort, limit=100))
    met = walk(written, SearchRequest(query, narrowed, sort, limit=7))
    assert len(met) == whole.total > 7
    assert met == [hit.article.id for hit in whole.hits]


@pytest.mark.parametrize(
    ("sort", "key", "behind"),
    [
        (Sort.NEWEST, 1e300, 58),
        (Sort.OLDEST, -1e300, 58),
        (Sort.NEWEST, None, 11),
        (Sort.NEWEST, -1e300, 11),
        (Sort.OLDEST, 1e300, 11),
        (Sort.RELEVANCE, 1e300, 58),
        (Sort.RELEVANCE, -1e300, 0),
    ],
)
def test_a_cursor_that_somebody_made_up_is_a_place_like_any_other(
    written: TriedIndex, sort: Sort, key: float | None, behind: int
) -> None:
    request = SearchRequest(Term("khoai"), sort=sort, limit=100, after=Cursor(key, ""))
    response = written.searcher.search(request)
    assert (response.total, len(response.hits)) == (58, behind)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("freshness", [0.0, 0.7])
def test_scores_that_are_no_round_numbers_do_not_lead_astray(tried: TriedIndex, seed: int, freshness: float) -> None:
    chance = random.Random(seed)
    texts = (" ".join(chance.choices(WORDS, k=chance.randint(1, 40))) for _ in range(90))
    written = [
        Article(f"d{number:03}", text[:20], text, published_at=PublishedAt(NOW - timedelta(hours=chance.randrange(9))))
        for number, text in enumerate(texts)
    ]
    tried.rebuild(written[:50])
    tried.update(written[50:], delete=["d007", "d060"])
    query = " OR ".join(chance.sample(WORDS, 3)) if seed % 2 else " ".join(chance.sample(WORDS, 3))
    whole = tried.in_order(query, limit=100, freshness=freshness)
    parsed = parse_query(query, tried.analyzer, NOW).query
    met = walk(tried, SearchRequest(parsed, limit=4, freshness=freshness))
    assert met == whole


@pytest.mark.parametrize("sort", Sort)
def test_an_offset_counts_from_behind_the_cursor(written: TriedIndex, sort: Sort) -> None:
    whole = written.in_order(MatchAll(), sort=sort, limit=99)
    after = written.ask(MatchAll(), sort=sort, limit=10).next
    response = written.ask(MatchAll(), sort=sort, offset=5, limit=7, after=after)
    assert [hit.article.id for hit in response.hits] == whole[15:22]
    assert response.next == written.ask(MatchAll(), sort=sort, limit=22).next


@pytest.mark.parametrize("sort", Sort)
def test_nothing_is_behind_the_last_hit_and_a_page_of_nothing_is_empty(written: TriedIndex, sort: Sort) -> None:
    whole = written.in_order(MatchAll(), sort=sort, limit=99)
    before_last = written.ask(MatchAll(), sort=sort, limit=len(whole) - 1)
    last = written.ask(MatchAll(), sort=sort, after=before_last.next)
    assert ([hit.article.id for hit in last.hits], last.next) == (whole[-1:], None)
    nothing = written.ask(MatchAll(), sort=sort, limit=0, after=before_last.next)
    assert (nothing.total, nothing.hits, nothing.next) == (len(whole), (), None)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.ID])
def test_articles_that_come_meanwhile_make_none_of_the_others_skipped_or_repeated(
    written: TriedIndex, sort: Sort
) -> None:
    whole = written.in_order(MatchAll(), sort=sort, limit=99)
    first = written.ask(MatchAll(), sort=sort, limit=20)
    new = [replace(each, id=f"{each.id}n") for each in _archive()[:12]]
    written.update(new, delete=["c001", "c041"], applied=3)
    rest = written.in_order(MatchAll(), sort=sort, limit=99, after=first.next)
    old = [name for name in rest if not name.endswith("n")]
    assert old == [name for name in whole[20:] if name not in ("c001", "c041")]


@pytest.mark.parametrize("sort", Sort)
def test_a_cursor_holds_though_its_article_is_gone(written: TriedIndex, sort: Sort) -> None:
    request = SearchRequest(MatchAll(), sort=sort, limit=9)
    first = written.searcher.search(request)
    expected = [hit.article.id for hit in written.searcher.search(SearchRequest(MatchAll(), sort=sort, limit=99)).hits]
    written.update(delete=[first.hits[-1].article.id], applied=3)
    rest = written.searcher.search(SearchRequest(MatchAll(), sort=sort, limit=99, after=first.next))
    assert [hit.article.id for hit in rest.hits] == expected[9:]


def test_the_last_page_and_a_page_of_nothing_have_no_cursor(written: TriedIndex) -> None:
    assert written.searcher.search(SearchRequest(MatchAll(), limit=100)).next is None
    assert written.searcher.search(SearchRequest(MatchAll(), limit=0)).next is None
    assert written.searcher.search(SearchRequest(Term("khongco"), limit=5)).next is None


def test_of_two_alike_the_newer_one_is_first_when_freshness_counts(tried: TriedIndex) -> None:
    old, new = (
        Article(name, "Khoai lang", "khoai lang", published_at=PublishedAt(NOW - timedelta(days=days)))
        for name, days in (("a", 90), ("b", 0))
    )
    tried.rebuild([old, new])
    plain = tried.searcher.search(SearchRequest(Term("khoai")))
    fresh = tried.searcher.search(SearchRequest(Term("khoai"), freshness=0.5))
    assert [hit.article.id for hit in plain.hits] == ["a", "b"]
    assert [hit.article.id for hit in fresh.hits] == ["b", "a"]
    assert fresh.hits[0].score == pytest.approx(plain.hits[0].score * 1.5)
    assert fresh.hits[1].score == pytest.approx(plain.hits[0].score * 1.25)


def test_freshness_is_between_nothing_and_one() -> None:
    with pytest.raises(ValueError, match="freshness must be from 0 to 1"):
        SearchRequest(MatchAll(), freshness=1.5)


def test_factors_add_up_to_the_score_of_the_hit(written: TriedIndex) -> None:
    request = SearchRequest(Term("khoai"), facets=frozenset(Facet), freshness=0.3)
    for hit in written.searcher.search(request).hits:
        explanation = written.searcher.explain(request, hit.article.id)
        assert explanation is not None
        assert explanation.matched
        assert explanation.score == pytest.approx(hit.score, rel=1e-5)
        assert sum(factor.score for factor in explanation.factors) == pytest.approx(hit.score, rel=1e-5)


@pytest.mark.parametrize("sort", Sort)
def test_among_many_hits_too_an_explanation_is_of_the_score_shown(tried: TriedIndex, sort: Sort) -> None:
    tried.rebuild(article(f"e{number:03}", "Mùa khoai lang", "khoai lang " * (number % 9 + 1)) for number in range(700))
    request = SearchRequest(Text((Term("khoai"), Term("lang")), 0), sort=sort, limit=5, freshness=0.2)
    for hit in tried.searcher.search(request).hits:
        explanation = tried.searcher.explain(request, hit.article.id)
        assert explanation is not None
        assert explanation.score == pytest.approx(hit.score, rel=1e-5)


def test_what_an_article_lacks_is_named(tried: TriedIndex) -> None:
    tried.rebuild([article("a", "Cá khô", "cá khô"), article("b", "Khoai lang", "khoai lang nướng")])
    request = SearchRequest(Text((Term("khoai"), Term("lang")), 1))
    lacking = tried.searcher.explain(request, "a")
    assert lacking is not None
    assert (lacking.matched, lacking.score, lacking.factors, lacking.missing) == (False, 0.0, (), ("khoai", "lang"))
    phrase = tried.searcher.explain(SearchRequest(Phrase((Term("lang"), Term("khoai")))), "b")
    assert phrase is not None
    assert phrase.missing == ("lang khoai",)
    matching = tried.searcher.explain(request, "b")
    assert matching is not None
    assert (matching.matched, matching.missing) == (True, ())


def test_what_is_left_out_of_the_query_is_not_missing(tried: TriedIndex) -> None:
    tried.rebuild([article("a", "Cá khô", "cá khô")])
    lacking = tried.searcher.explain(SearchRequest(And((Term("khoai"), Not(Term("lang"))))), "a")
    assert lacking is not None
    assert (lacking.matched, lacking.missing) == (False, ("khoai",))


def test_what_does_not_match_or_is_not_there_is_told(written: TriedIndex) -> None:
    explanation = written.searcher.explain(SearchRequest(Term("khoai"), Filters()), "c001")
    assert explanation is not None
    assert explanation.matched
    assert written.searcher.explain(SearchRequest(Term("khoai")), "c003") is None
    written.update([Article("z", "Cá", "cá khô")], applied=4)
    other = written.searcher.explain(SearchRequest(Term("khoai")), "z")
    assert other is not None
    assert (other.matched, other.score, other.factors) == (False, 0.0, ())


@settings(max_examples=settings.default.max_examples * 3 // 10)
@given(st.lists(articles(), min_size=1, max_size=10), st.lists(articles(), max_size=4), asked)
def test_any_hit_of_any_query_is_explained(
    analyzer: Analyzer, written: list[Article], changed: list[Article], asked: list[SearchRequest]
) -> None:
    with both_indexes(analyzer) as indexes:
        for tried in indexes:
            tried.rebuild(written)
            tried.update(changed, delete="ab")
        for request in asked:
            note(repr(request))
            for tried in indexes:
                for hit in tried.searcher.search(request).hits:
                    explanation = tried.searcher.explain(request, hit.article.id)
                    assert explanation is not None
                    assert (explanation.article_id, explanation.matched) == (hit.article.id, True)
                    assert explanation.score == pytest.approx(hit.score, rel=1e-5)
                    total = sum(factor.score for factor in explanation.factors)
                    assert total == pytest.approx(hit.score, rel=1e-5, abs=1e-6)
            for article_id in "abcdefghij":
                ours, theirs = (tried.searcher.explain(request, article_id) for tried in indexes)
                assert (ours and ours.matched) == (theirs and theirs.matched)


@settings(max_examples=settings.default.max_examples * 3 // 10)
@given(st.lists(articles(), min_size=1, max_size=10), st.lists(articles(), max_size=4), asked)
def test_cursors_lead_through_every_hit_of_any_query(
    analyzer: Analyzer, written: list[Article], changed: list[Article], asked: list[SearchRequest]
) -> None:
    with both_indexes(analyzer) as indexes:
        for tried in indexes:
            tried.rebuild(written)
            tried.update(changed, delete="ab")
            for request in asked:
                note(f"{tried.engine.name} {request}")
                whole = tried.searcher.search(replace(request, limit=20))
                assert walk(tried, request) == [hit.article.id for hit in whole.hits]
