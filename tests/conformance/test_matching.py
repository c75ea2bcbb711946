"""What a query matches, as people type it; see `index.query` for the rules."""

from __future__ import annotations

import pytest

from index.query import And, Code, MatchAll, MatchNone, Not, Or, Phrase, Term, Text, TextField
from tests.conformance.engines import TriedIndex
from tests.conformance.invented_articles import ARCHIVE, article


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "a1 a2 a3 a4 a5 a6"),
        ("?!…", "a1 a2 a3 a4 a5 a6"),
        # accents: typed without any, all spellings; typed with some, those that don't contradict
        ("duong", "a2 a3"),
        ("đường", "a2"),
        ("ĐƯỜNG", "a2"),
        ("đuong", "a2"),
        ("duờng", "a2"),
        ("đuơng", "a2"),
        ("de", "a3"),
        ("dê", "a3"),
        ("dề", "a3"),
        # one spelling class: tone placement
        ("hòa", "a4 a5"),
        ("hoà", "a4 a5"),
        ("hoa", "a4 a5"),
        # all of two words, in any order
        ("hội nghị", "a1 a5"),
        ("nghị hội", "a1 a5"),
        ("đường chợ", "a2"),
        # of more what tells as much as two of them, and where few do, all that hold some
        ("hội nghị khoai", "a1 a5"),
        ("hội nghị tổng kết khoai lang", "a1 a5"),
        # phrases
        ('"hội nghị"', "a1"),
        ('"hoi nghi"', "a1"),
        ('"nghị hội"', ""),
        ('"hoà giải"', "a4"),
        ('"hòa giải"', "a4"),
        ('"hoa giai"', "a4"),
        ('"họa giải"', ""),
        ('"phong trào trồng cây"', "a1"),
        # no phrase runs from the title into the body, or from one caption into the next
        ('"ven hồ sáng"', ""),
        ('"cơn mưa chuồng"', ""),
        # captions and the byline as printed are searched
        ('"chuồng dê lợp lá cọ"', "a3"),
        ('"ảnh quách hạ vàng"', "a4"),
        # codes and other joined words
        ("05-CT/TW", "a1"),
        ("05 - CT/TW", "a1"),
        ("05ct tw", "a1"),
        ("362/QĐ-TTg", "a4"),
        ("362/qd-ttg", "a4"),
        ("12/4", "a1"),
        ("4/12", ""),
        # exclusion
        ("hội -nghị", ""),
        ("hội -trồng", "a5"),
        ("-hội", "a2 a3 a4 a6"),
        ("-đường", "a1 a3 a4 a5 a6"),
        ('-"hội nghị"', "a2 a3 a4 a5 a6"),
        ("dê -duong", ""),
        # either
        ("đường OR nắng", "a2 a6"),
        ("đường HOẶC nắng", "a2 a6"),
        ("(đường OR nắng) bản", "a2 a6"),
        ("(nghị OR nắng) hội", "a1 a5"),
        ("bê tông OR gió đông", "a2 a6"),
        # the title alone
        ("title:hội", "a1 a5"),
        ("title:nghị", "a1"),
        ("tiêu_đề:đường", "a2"),
        ('title:"hội thi"', "a5"),
        ('title:"hội trường"', ""),
        ("-title:hội", "a2 a3 a4 a6"),
        # people
        ("author:mai", "a1 a2"),
        ('tác_giả:"ban mai"', "a1 a2"),
        ('author:"mai ban"', ""),
        ('author:"quach ha vang"', "a2 a3"),
        ("author:vạng", ""),
        ("-author:mai", "a3 a4 a5 a6"),
        # dates
        ("ngày:2018", "a1 a2 a4"),
        ("từ:2019", "a3"),
        ("đến:4/2018", "a1 a2"),
        ("ngày:tháng 4 năm 2018 hội", "a1"),
        ("từ:30/04/2018 đến:2018", "a2 a4"),
        ("-ngày:2018", "a3 a5 a6"),
    ],
)
def test_a_typed_query_finds(tried: TriedIndex, typed: str, expected: str) -> None:
    tried.rebuild(ARCHIVE)
    assert tried.found(typed) == set(expected.split())


def test_every_spelling_of_a_printed_syllable_finds_it(tried: TriedIndex) -> None:
    tried.rebuild(
        [article("hoà", body="hoà"), article("hòa", body="hòa"), article("kỹ", body="kỹ"), article("kĩ", body="kĩ")]
    )
    for typed in ("hoà", "hòa", "HOÀ", "ho\u0061\u0300", "ho\u0300a", "hoa"):
        assert tried.found(typed) == {"hoà", "hòa"}
    for typed in ("kỹ", "kĩ", "ky", "ki", "Kỹ", "ky\u0303"):
        assert tried.found(typed) == {"kỹ", "kĩ"}


def test_a_printed_text_without_accents_is_found_by_accented_typing(tried: TriedIndex) -> None:
    tried.rebuild([article("x", "Tin", "hoi nghi tong ket"), article("y", body="hối nghỉ")])
    assert tried.found("hội nghị") == {"x"}


def test_other_accents_are_found_only_when_nothing_else_is_and_a_note_says_so(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="con dương"), article("y", body="khác hẳn")])

    response = tried.ask("đường")

    assert [hit.article.id for hit in response.hits] == ["x"]
    assert response.notes == ("Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác.",)
    tried.update([article("z", body="đường")])
    assert tried.found("đường") == {"z"}
    assert tried.ask("đường").notes == ()


def test_when_no_article_holds_enough_words_those_that_hold_most_are_given_and_a_note_says_so(
    tried: TriedIndex,
) -> None:
    tried.rebuild(
        [
            article("hai", body="khoai lang nướng"),
            article("một", body="khoai"),
            article("không", body="gì khác"),
        ]
    )

    response = tried.ask("khoai lang tím")

    assert {hit.article.id for hit in response.hits} == {"hai"}
    assert response.notes == ("Không có bài nào chứa đủ các từ: đây là những bài chứa 2 trong 3 từ.",)


def test_deleted_articles_have_no_say_in_what_is_enough(tried: TriedIndex) -> None:
    tried.rebuild([article("đủ", body="khoai lang"), article("một", body="khoai")])
    assert tried.found("khoai lang") == {"đủ"}

    tried.update(delete=["đủ"])

    assert tried.found("khoai lang") == {"một"}


def test_a_word_typed_twice_counts_twice_on_both_sides(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="xanh"), article("y", body="đỏ")])
    assert tried.found("xanh xanh") == {"x"}
    assert tried.found("xanh xanh đỏ") == {"x"}
    assert tried.found('"xanh xanh"') == set()


def test_a_repeated_syllable_is_a_phrase_only_where_it_stands_twice(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="xanh xanh"), article("y", body="xanh và xanh")])
    assert tried.found('"xanh xanh"') == {"x"}


def test_an_exact_phrase_wants_the_accents_typed_and_leaves_the_others_open(tried: TriedIndex) -> None:
    tried.rebuild(
        [
            article("printed", body="hội nghị"),
            article("bare", body="hoi nghi"),
            article("half", body="hội nghi"),
            article("other", body="hối nghị"),
        ]
    )
    assert tried.found('"hội nghị"') == {"printed"}
    assert tried.found('"hội nghi"') == {"printed", "half"}
    assert tried.found('"hoi nghi"') == {"printed", "bare", "half", "other"}
    assert tried.found(Phrase((Term("hoi", 279), Term("nghi")), exact=False)) == {"printed", "bare", "half", "other"}


def test_excluding_a_word_excludes_only_the_spelling_typed(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="má"), article("y", body="mạ"), article("z", body="ma")])
    assert tried.found("-má") == {"y", "z"}
    assert tried.found("-ma") == set()


def test_excluding_a_title_word_excludes_only_titles_that_do_not_contradict_it(tried: TriedIndex) -> None:
    tried.rebuild([article("x", "con dương"), article("y", "khác")])
    assert tried.found("-title:đường") == {"x", "y"}


def test_words_of_a_text_are_not_looked_for_in_other_fields(tried: TriedIndex) -> None:
    tried.rebuild([article("x", "khoai", "lang", section="Mục Xanh", publisher="Báo Xanh", url="http://xanh.example")])
    assert tried.found("xanh") == set()
    assert tried.found("khoai lang") == {"x"}


def test_author_names_match_part_by_part_and_by_accents_that_do_not_contradict(tried: TriedIndex) -> None:
    tried.rebuild(
        [
            article("x", authors=("Trần Thanh Hưng", "Lò Mây")),
            article("y", authors=("Trần Thanh", "Hưng Yên")),
            article("z", authors=("Tran Thanh Hung",)),
        ]
    )
    assert tried.found('author:"thanh hưng"') == {"x"}
    assert tried.found('author:"thanh hung"') == {"x", "z"}
    assert tried.found('author:"hưng lò"') == set()
    assert tried.found("author:hưng") == {"x", "y"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (MatchAll(), "a1 a2 a3 a4 a5 a6"),
        (MatchNone(), ""),
        (Not(MatchAll()), ""),
        (Not(MatchNone()), "a1 a2 a3 a4 a5 a6"),
        (Not(Not(Code("5-ct-tw"))), "a1"),
        (Code("5-ct-tw"), "a1"),
        (Code("362-qd-ttg"), "a4"),
        (Code("05-ct-tw"), ""),
        (Term("hoi", field=TextField.TITLE), "a1 a5"),
        (Term("khongco"), ""),
        (Phrase((Term("hoi"),)), "a1 a5"),
        (And((Term("hoi"), Term("duong"))), ""),
        (Or((Term("de"), MatchNone())), "a3"),
        (And((MatchAll(), Term("de"))), "a3"),
        (Text((Term("hoi"), Term("duong"), Term("nang")), 0), "a1 a2 a3 a5 a6"),
    ],
)
def test_each_kind_of_query_matches(tried: TriedIndex, query, expected: str) -> None:
    tried.rebuild(ARCHIVE)
    assert tried.found(query) == set(expected.split())


def test_very_long_words_and_articles_of_one_word_are_found(tried: TriedIndex) -> None:
    word = "a" * 70_000
    tried.rebuild([article("long", body=word), article("one", body="x"), article("many", body="khoai " * 30_000)])
    assert tried.found(Term(word)) == {"long"}
    assert tried.found("x") == {"one"}
    assert tried.found('"khoai khoai khoai"') == {"many"}


def test_invisible_characters_in_an_article_do_not_hide_it(tried: TriedIndex) -> None:
    tried.rebuild([article("x", "Hội\u200b nghị", "tổ\u00ad chức \ufeffở xã Mây\u2060 Chiều")])
    assert tried.found('"hội nghị"') == tried.found('"ở xã mây chiều"') == {"x"}


def test_hits_carry_the_snippet_of_what_was_asked(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    (hit,) = tried.ask('"phong trào"').hits
    assert [hit.article.title[start:end] for start, end in hit.title_spans] == ["phong trào"]
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.spans] == ["phong trào"]
