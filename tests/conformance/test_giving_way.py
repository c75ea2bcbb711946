"""What of a longer text must be held, and how a query that finds little gives way; see `index.query.ENOUGH`."""

from __future__ import annotations

from index.query import ENOUGH, And, Not, Or, Term, Text
from tests.conformance.engines import TriedIndex
from tests.conformance.invented_articles import article

COMMON = [article(f"common{number:02}", body="xã họp bàn việc chung") for number in range(40)]
FEW = "Chỉ {} bài chứa đủ những từ chính của câu tìm; các bài khác chứa ít hơn."
NONE = "Không có bài nào chứa đủ những từ chính của câu tìm: đây là những bài sát nhất."


def test_rare_words_tell_more_than_common_ones(tried: TriedIndex) -> None:
    tried.rebuild([*COMMON, *(article(f"rare{number:02}", body="khoai lang") for number in range(ENOUGH))])
    assert tried.found("xã họp khoai lang") == {f"rare{number:02}" for number in range(ENOUGH)}


def test_what_no_article_holds_is_not_asked_for(tried: TriedIndex) -> None:
    tried.rebuild([*COMMON, article("khoai", body="khoai")])
    assert tried.ask("xã họp xyzt việc").total == len(COMMON)


def test_where_few_articles_hold_enough_those_that_hold_less_follow_and_a_note_says_so(tried: TriedIndex) -> None:
    tried.rebuild(
        [
            *COMMON,
            article("both", body="xã có khoai lang"),
            *(article(f"one{number}", body="khoai" if number % 2 else "khoai xã") for number in range(9)),
        ]
    )
    response = tried.ask("xã họp khoai lang")
    assert response.hits[0].article.id == "both"
    assert tried.found("xã họp khoai lang") == {"both", *(f"one{number}" for number in range(9))}
    assert response.notes == (FEW.format(1),)


def test_articles_that_hold_the_same_are_given_all_or_none(tried: TriedIndex) -> None:
    tried.rebuild([*COMMON, article("both", body="khoai lang")])
    response = tried.ask("xã họp khoai lang")
    assert (response.total, response.notes) == (1, ())
    tried.rebuild([*COMMON, article("other", body="sắn")])
    response = tried.ask("khoai lang ngô xã họp")
    assert (response.total, response.notes) == (len(COMMON), ())


def test_deleted_articles_make_nothing_less_rare(tried: TriedIndex) -> None:
    tried.rebuild([*COMMON, *(article(f"gone{number}", body="khoai") for number in range(60))])
    tried.update([article("x", body="khoai"), article("y", body="lang họp")])
    tried.update(delete=[f"gone{number}" for number in range(60)])
    assert tried.found("khoai lang xã họp bàn việc") == {"x", "y"}


def test_words_give_way_within_what_the_rest_of_the_query_leaves(tried: TriedIndex) -> None:
    tried.rebuild(
        [
            article("wanted", body="cây lạp thể, nghĩa hẹp"),
            article("all", body="nghĩa là gì"),
            article("two", body="thể lạp nghĩa là"),
        ]
    )
    assert tried.found('nghĩa là gì "lạp thể"') == {"wanted"}
    assert tried.found("nghĩa là gì title:khoai") == set()
    assert tried.found("nghĩa là gì -hẹp -gì") == {"two"}


def test_phrases_and_single_words_stand_while_longer_texts_give_way(tried: TriedIndex) -> None:
    tried.rebuild([article("x", title="Khoai", body="nướng"), article("y", title="Sắn", body="luộc chấm muối vừng")])
    assert tried.found("luộc chấm muối vừng title:khoai") == set()
    assert tried.found("luộc nướng muối vừng title:khoai") == {"x"}


def test_below_a_not_and_in_an_or_that_finds_something_nothing_gives_way(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="khoai lang"), article("y", body="sắn"), article("z", body="ngô")])
    lacking = Text((Term("khoai"), Term("nuong"), Term("tro"), Term("than")), 0.9)
    tried.update([article("w", body="nướng than")])
    assert tried.found(And((Not(lacking),))) == {"x", "y", "z", "w"}
    assert tried.found(Or((lacking, Term("san")))) == {"y"}
    assert tried.found(Or((lacking, Term("xyzt")))) == {"x", "w"}


def test_where_no_article_holds_enough_those_that_hold_most_are_given_and_a_note_says_so(tried: TriedIndex) -> None:
    tried.rebuild([article(word, body=word) for word in ("khoai", "lang", "sắn", "ngô", "gì")])
    response = tried.ask("khoai lang sắn ngô")
    assert {hit.article.id for hit in response.hits} == {"khoai", "lang", "sắn", "ngô"}
    assert response.notes == (NONE,)
