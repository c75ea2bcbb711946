"""What nearness, patterns, slips, abbreviations and keys of an input method match; see `index.query` for the rules."""

from __future__ import annotations

import pytest

from index.analysis.syllables import fold
from index.query import And, Either, Filters, Fuzzy, Near, Not, Or, Phrase, Query, Term, Text, TextField, Wildcard
from tests.conformance.engines import TriedIndex
from tests.conformance.invented_articles import ARCHIVE, article

OTHER_ACCENTS = "Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác."


def terms(text: str, field: TextField = TextField.TEXT) -> tuple[Term, ...]:
    return tuple(Term(*fold(syllable), field) for syllable in text.split())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # near each other, in any order
        ('"hội phong trào"~3', "a1"),
        ('"trào hội phong"~3', "a1"),
        ('"nghị trào"~2', ""),
        ('"nghị trào"~3', "a1"),
        ('"nghị hội"~0', "a1"),
        ('"nghị hội"', ""),
        ('"hoi nghi"~0', "a1"),
        ('"hối nghị"~0', ""),
        ('title:"cây hội"~6', "a1"),
        ('title:"cây hội"~5', ""),
        ('-"nghị hội"~0', "a2 a3 a4 a5 a6"),
        # never from the title into the body
        ('"hồ sáng"~60', ""),
        # patterns
        ("đườ*", "a2"),
        ("đương*", "a2"),
        ("duon*", "a2 a3"),
        ("*uong", "a1 a2 a3 a5"),
        ("d*ng", "a2 a3 a6"),
        ("đ*ng", "a2 a3 a6"),
        ("*uo*n*", "a1 a2 a3 a5"),
        ("36*", "a4"),
        ("title:*uong", "a2 a5"),
        ("-title:*uong", "a1 a3 a4 a6"),
        ("hội -trồ*", "a5"),
        ("dê duon*", "a3"),
        # a slip, whatever the accents
        ("trươg~", "a1 a5"),
        ("đuongw~", "a2 a3"),
        ("đuogn~", "a2 a3"),
        ("phien~", "a2"),
        ("title:truong~", "a1 a5"),
        ("hội -truong~", ""),
    ],
)
def test_a_typed_query_finds(tried: TriedIndex, typed: str, expected: str) -> None:
    tried.rebuild(ARCHIVE)
    assert tried.found(typed) == set(expected.split())


def test_near_syllables_stand_within_as_many_positions_as_they_are_and_may_be_apart(tried: TriedIndex) -> None:
    tried.rebuild(
        [article(str(apart), body=" ".join(["ngô", *["xen"] * apart, "khoai", "lang"])) for apart in range(5)]
    )
    for slop in range(5):
        assert tried.found(Near(terms("khoai lang ngô"), slop)) == {str(apart) for apart in range(slop + 1)}


def test_near_syllables_want_the_accents_typed_as_a_phrase_does(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="Nghị, hội."), article("y", body="nghỉ hội"), article("z", "tin", "nghi hoi")])
    assert tried.found('"hội nghị"~1') == {"x"}
    assert tried.found('"hội nghi"~1') == {"x", "y"}
    assert tried.found('"hoi nghi"~1') == {"x", "y", "z"}
    assert tried.found('"hỡi nghị"~1') == set()


def test_one_syllable_may_answer_several_that_are_near(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="xanh"), article("y", body="khác")])
    assert tried.found(Near(terms("xanh xanh"), 0)) == {"x"}


def test_a_prefix_keeps_its_accents_until_nothing_is_found(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="phòng khám"), article("y", body="phong phú")])
    assert tried.found("phòn*") == {"x"}
    assert tried.found("phon*") == {"x", "y"}
    assert tried.ask("phòn*").notes == ()

    response = tried.ask("phõn*")

    assert {hit.article.id for hit in response.hits} == {"x", "y"}
    assert response.notes == (OTHER_ACCENTS,)
    assert tried.found("-phõn*") == {"x", "y"}


def test_a_prefix_with_accents_finds_texts_typed_without_any(tried: TriedIndex) -> None:
    tried.rebuild([article("x", "Tin", "phong kham"), article("y", "Tin", "phong khám")])
    assert tried.found("phòn*") == {"x"}


def test_patterns_describe_syllables_however_their_i_is_spelled(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="quy ước"), article("y", body="qui ước"), article("z", body="quyển sổ")])
    assert tried.found("quy*") == {"x", "y", "z"}
    assert tried.found("qui*") == {"x", "y"}
    assert tried.found("*quy") == {"x", "y"}


def test_loose_units_count_as_one_word_each(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="khoai phòng"), article("y", body="khoai nguyên"), article("z", body="ngô")])
    assert tried.found("khoai phon* nguyen~") == {"x", "y"}
    assert tried.ask("khoai phon* nguyen~").notes == (
        "Không có bài nào chứa đủ các từ: đây là những bài chứa 2 trong 3 từ.",
    )
    assert tried.found(Text((Wildcard("phon*"), Near(terms("khoai phòng"), 0)), 1)) == {"x"}


ABBREVIATION = Either((Term("ubnd"),), (Phrase(terms("ủy ban nhân dân"), exact=False),))
LONG_FORM = Either(terms("ủy ban nhân dân"), (Term("ubnd"),))
COMMITTEES = (
    article("short", body="UBND xã họp"),
    article("long", body="Ủy ban nhân dân xã họp"),
    article("apart", body="nhân lúc ủy nhiệm, ban ngày, dân xã họp"),
    article("half", body="ủy ban xã họp"),
    article("none", body="xã họp"),
)


@pytest.mark.parametrize(
    ("units", "share", "expected"),
    [
        ((ABBREVIATION,), 1, "short long"),
        ((LONG_FORM,), 1, "short long apart"),
        ((LONG_FORM,), 0, "short long apart half"),
        ((LONG_FORM, Term("xa")), 1, "short long apart"),
        ((ABBREVIATION, Term("xa"), Term("hop")), 1, "short long"),
        ((ABBREVIATION, Term("xa"), Term("hop")), 0, "short long apart half none"),
    ],
)
def test_what_holds_an_alternative_holds_all_the_units_it_stands_for(
    tried: TriedIndex, units, share: float, expected: str
) -> None:
    tried.rebuild(COMMITTEES)
    assert tried.found(Text(units, share)) == set(expected.split())


def test_a_document_number_without_its_year_finds_every_year_unless_one_has_none(tried: TriedIndex) -> None:
    numbers = ("144/2021/NĐ-CP", "144/2003/NĐ-CP", "144/2021/QĐ-UBND", "145/2021/NĐ-CP")
    tried.rebuild([article(f"n{at}", body=f"Theo văn bản số {number}.") for at, number in enumerate(numbers)])
    assert tried.found("144/NĐ-CP") == tried.found("144/nd-cp") == {"n0", "n1"}
    tried.update([article("n9", body="Theo văn bản số 144/NĐ-CP.")])
    assert tried.found("144/NĐ-CP") == {"n9"}
    assert tried.found("144/2021/NĐ-CP") == {"n0"}


def test_alternatives_give_way_like_words(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="khoai"), article("y", body="ngô")])
    either = Either(terms("sắn"), terms("khoái"))
    assert tried.found(Text((either,), 1)) == {"x"}
    assert tried.ask(Text((either,), 1)).notes == (OTHER_ACCENTS,)
    assert tried.found(And((Not(Text((either,), 1)),))) == {"x", "y"}


def test_a_word_typed_with_keys_for_accents_is_decoded_only_where_no_article_holds_it(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="tiếng việt"), article("y", body="bài khác")])
    assert tried.found("tieengs") == {"x"}
    assert tried.found("tieengs vieetj") == {"x"}
    assert tried.found("-title:tieengs") == {"x", "y"}

    tried.update([article("z", body="gõ tieengs")])

    assert tried.found("tieengs") == {"z"}
    assert tried.found("tieengs việt") == {"x", "z"}

    tried.update(delete=["z"])

    assert tried.found("tieengs") == {"x"}


def test_what_is_filtered_away_still_keeps_a_word_from_being_decoded(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="tiếng"), article("y", body="tieengs", publisher="Báo Bến Gỗ")])
    assert tried.found("tieengs", filters=Filters(publishers=("Báo Bến Gỗ",))) == {"y"}
    assert tried.found("tieengs", filters=Filters(publishers=("unknown",))) == set()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("author:T.H", "x z"),
        ("author:T. Hưng", "x"),
        ("author:T.T.Hưng", "x"),
        ("author:T.T. Hung", "x z"),
        ('author:"Đ. Hưng"', "y"),
        ("author:Đ.H", "y"),
        ("author:D.H", "y"),
        ('author:"nhà báo Trần Thanh Hưng"', "x"),
        ('author:"PV Thanh Hưng"', "x"),
        ("author:h", "x y z"),
        ("author:q", ""),
    ],
)
def test_authors_are_found_by_initials_and_behind_their_titles(tried: TriedIndex, typed: str, expected: str) -> None:
    tried.rebuild(
        [
            article("x", authors=("Trần Thanh Hưng",)),
            article("y", authors=("Lò Đức Hưng",)),
            article("z", authors=("Tran Thanh Hung",)),
        ]
    )
    assert tried.found(typed) == set(expected.split())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Near(terms("hội nghị tổng"), 0), "a1"),
        (Near(terms("hội nghị"), 0), "a1"),
        (Near(terms("hội cây", TextField.TITLE), 6), "a1"),
        (Near(terms("de"), 0), "a3"),
        (Wildcard("khongco*"), ""),
        (Wildcard("*khongco", 0, TextField.TITLE), ""),
        (Wildcard("ж" * 498 + "*"), ""),
        (Fuzzy("hoi", TextField.TITLE), "a1 a4 a5 a6"),
        (Fuzzy("khongco"), ""),
        (Or((Wildcard("tron*"), Fuzzy("nangs"))), "a1 a5 a6"),
        (Not(Wildcard("*uong")), "a4 a6"),
        (Not(Near(terms("hội nghị"), 0)), "a2 a3 a4 a5 a6"),
    ],
)
def test_each_kind_of_loose_query_matches(tried: TriedIndex, query: Query, expected: str) -> None:
    tried.rebuild(ARCHIVE)
    assert tried.found(query) == set(expected.split())
