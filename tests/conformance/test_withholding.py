"""Articles that are withheld: no generation shows them, from the moment they are named."""

from __future__ import annotations

import pytest

from index.errors import IndexDamaged
from index.query import Facet, MatchAll, SearchRequest, Sort
from index.response import FacetCount
from tests.conformance.engines import ALL_FACETS, TriedIndex
from tests.conformance.invented_articles import ARCHIVE, article, many
from tests.conformance.test_completion import begun


def test_what_is_withheld_is_gone_at_once(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    assert "a6" in tried.everything()

    tried.withhold("a6")

    assert tried.everything() == {"a1", "a2", "a3", "a4", "a5"}
    assert tried.searcher.get("a6") is None
    assert tried.searcher.explain(SearchRequest(MatchAll()), "a6") is None
    assert tried.searcher.stats().articles == 5
    assert (tried.searcher.is_withheld("a6"), tried.searcher.is_withheld("a1")) == (True, False)


def test_it_is_not_counted_in_facets(tried: TriedIndex) -> None:
    tried.rebuild(
        [article("x", authors=("Lò Thị Ban Mai",)), article("y", authors=("Lò Thị Ban Mai", "Bàn Văn Sương"))]
    )
    tried.withhold("y")

    counted = tried.ask(MatchAll(), facets=ALL_FACETS).facets[Facet.AUTHOR]

    assert counted == (FacetCount("Lò Thị Ban Mai", 1),)


def test_its_words_and_numbers_are_not_completed(tried: TriedIndex) -> None:
    tried.rebuild([article("x", "Hội nghị tổng kết", "Theo 12/KH-UBND."), article("y", "Hội nghị", "Nắng.")])
    asked = [begun("tổng", "k"), begun("12", code="12-k")]
    before = [tried.searcher.complete(each, 5) for each in asked]
    assert [(bool(each.words), bool(each.codes)) for each in before] == [(True, False), (False, True)]

    tried.withhold("x")

    after = [tried.searcher.complete(each, 5) for each in asked]
    assert [(each.words, each.codes) for each in after] == [((), ()), ((), ())]


def test_it_stays_away_whatever_is_written(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    tried.withhold("a6")

    tried.update([article("a6", "Bản tin lũ", "Nước lên ở bến đò.")])
    assert tried.found("lũ") == set()

    tried.rebuild(ARCHIVE)
    assert "a6" not in tried.everything()

    writer = tried.engine.open_writer(tried.path)
    writer.roll_back()
    writer.close()
    assert "a6" not in tried.everything()


def test_withheld_while_a_generation_is_being_made_it_is_not_in_that_either(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    writer = tried.engine.open_writer(tried.path)
    with writer.rebuild(applied=2) as batch:
        batch.upsert(ARCHIVE)
        tried.withhold("a2")
        assert "a2" not in tried.everything()
    writer.close()

    assert "a2" not in tried.everything()


def test_what_is_no_longer_withheld_is_there_again(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    tried.withhold("a6", "a5")

    tried.withhold("a5")

    assert tried.everything() == {"a1", "a2", "a3", "a4", "a6"}
    assert tried.searcher.get("a6") is not None


def test_an_answer_kept_from_before_is_told_from_one_after(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    names = [tried.searcher.stats().generation]
    for withheld in (("a6",), ("a5",), (), ("nobody",)):
        tried.withhold(*withheld)
        names.append(tried.ask(MatchAll()).generation)

    assert len(set(names)) == 3
    assert names[0] == names[3] == names[4]


def test_ids_that_the_index_has_not_may_be_withheld_before_it_is_there(tried: TriedIndex) -> None:
    tried.withhold("a1")
    assert tried.searcher.is_withheld("a1")

    tried.rebuild(ARCHIVE)

    assert "a1" not in tried.everything()


@pytest.mark.parametrize("query", ["", "hội nghị", '"hội nghị"', "bến hoặc lũ", "-lũ", "hoi*"])
def test_totals_and_pages_are_those_of_an_index_without_them(tried: TriedIndex, query: str) -> None:
    articles = [*ARCHIVE, *many(60)]
    withheld = {each.id for each in articles[::3]}
    tried.rebuild([each for each in articles if each.id not in withheld])
    without = tried.ask(query, sort=Sort.NEWEST, limit=100, facets=ALL_FACETS)

    tried.rebuild(articles)
    tried.withhold(*withheld)
    response = tried.ask(query, sort=Sort.NEWEST, limit=100, facets=ALL_FACETS)

    assert [hit.article.id for hit in response.hits] == [hit.article.id for hit in without.hits]
    assert (response.total, response.facets, response.dates) == (without.total, without.facets, without.dates)
    paged = [tried.in_order(query, sort=Sort.NEWEST, offset=offset, limit=7) for offset in range(0, 70, 7)]
    assert [each for page in paged for each in page] == [hit.article.id for hit in response.hits]


@pytest.mark.parametrize("withheld", [(), ("a6",)])
def test_where_the_list_is_gone_nothing_is_searched_until_it_is_written_anew(
    tried: TriedIndex, withheld: tuple[str, ...]
) -> None:
    tried.rebuild(ARCHIVE)
    tried.withhold(*withheld)
    assert len(tried.everything()) == len(ARCHIVE) - len(withheld)

    tried.engine.lose_withheld(tried.path)

    for ask in (tried.everything, tried.searcher.stats, lambda: tried.searcher.is_withheld("a6")):
        with pytest.raises(IndexDamaged, match="is gone"):
            ask()

    tried.withhold(*withheld)
    assert len(tried.everything()) == len(ARCHIVE) - len(withheld)


def test_an_index_that_was_never_told_to_withhold_anything_has_a_list_all_the_same(tried: TriedIndex) -> None:
    tried.update(ARCHIVE)
    tried.update(delete=["a1"])

    tried.engine.lose_withheld(tried.path)

    with pytest.raises(IndexDamaged, match="is gone"):
        tried.everything()
