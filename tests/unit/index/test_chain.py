"""From an article to its terms: positions with gaps, words and codes."""

from __future__ import annotations

import unicodedata

import pytest

from index.analysis import chunk_cache
from index.analysis.chain import Analyzer
from index.analysis.syllables import UNACCENTED
from index.article import Article
from index.document import GAP


def test_the_text_runs_through_title_body_captions_and_byline_with_gaps_between(analyzer: Analyzer) -> None:
    document = analyzer.document(
        Article(
            "x", "Bến đò", "Nước lên. Đò nghỉ", captions=("Bến vắng", "", "Sóng"), byline="Lò Mây", lead="Nước lên."
        )
    )
    text = document.text
    assert text.terms == ["ben", "do", "nuoc", "len", "do", "nghi", "ben", "vang", "song", "lo", "may"]
    starts = [0, 2 + GAP, 6 + 2 * GAP, 8 + 3 * GAP, 9 + 4 * GAP]
    lengths = [2, 4, 2, 1, 2]
    assert text.positions == [start + at for start, length in zip(starts, lengths, strict=True) for at in range(length)]
    assert len(text.terms) == len(text.accents) == len(text.positions)


def test_a_lead_that_the_body_does_not_repeat_is_part_of_the_text(analyzer: Analyzer) -> None:
    document = analyzer.document(Article("x", "Bến đò", "Nước lên", lead="Sa pô"))
    assert document.text.terms == ["ben", "do", "nuoc", "len", "sa", "po"]


def test_the_title_is_the_beginning_of_the_text(analyzer: Analyzer) -> None:
    document = analyzer.document(Article("x", "Bến đò Hoà", "Nước"))
    assert document.title.terms == ["ben", "do", "hoa"]
    assert document.title.positions == [0, 1, 2]
    assert document.title.accents == document.text.accents[:3]
    assert all(document.title.accents)


def test_an_empty_article_has_an_empty_document(analyzer: Analyzer) -> None:
    document = analyzer.document(Article("x", "", ""))
    assert (document.text.terms, document.title.terms, document.words, document.codes) == ([], [], {}, {})


def test_a_body_after_an_empty_title_keeps_its_distance(analyzer: Analyzer) -> None:
    assert analyzer.document(Article("x", "", "một hai")).text.positions == [GAP, GAP + 1]


def test_words_are_counted_over_all_parts_and_spelled_alike(analyzer: Analyzer) -> None:
    document = analyzer.document(
        Article("x", "HÒA BÌNH", "Hoà bình và hòa bình.", captions=("chính quyền",), byline="hoà bình")
    )
    (peace,) = {token.term for token in analyzer.words("hoà bình")}
    (government,) = {token.term for token in analyzer.words("chính quyền")}
    assert document.words[peace] == 4
    assert document.words[government] == 1


def test_codes_are_counted_over_all_parts(analyzer: Analyzer) -> None:
    document = analyzer.document(
        Article("x", "Chỉ thị 05-CT/TW", "5 - CT/TW, 362/QĐ-TTg", captions=("05-CT/TW",), byline="1/TB")
    )
    assert document.codes == {"5-ct-tw": 3, "362-qd-ttg": 1, "1-tb": 1}


@pytest.mark.parametrize(
    "text",
    [
        "Chính quyền thị xã họp báo về hoà bình",
        "CHÍNH QUYỀN THỊ XÃ HỌP BÁO VỀ HÒA BÌNH",
        "H5N1: chính quyền thị xã (2020) họp báo, COVID-19",
        unicodedata.normalize("NFD", "Chính quyền\u200b thị xã họp báo"),
        "_ 12_000 đồng; chính_quyền _ chính quyền",
    ],
)
def test_a_word_starts_where_the_syllable_of_its_position_does(analyzer: Analyzer, text: str) -> None:
    at = {token.position: token for token in analyzer.syllables(text)}
    words = analyzer.words(text)
    assert words
    for word in words:
        assert at[word.position].start == word.start
        assert word.term.split("_")[0].rstrip("0123456789") == at[word.position].term


def test_words_point_into_the_original(analyzer: Analyzer) -> None:
    text = unicodedata.normalize("NFD", "Họp với chính\u200b quyền")
    (word,) = [token for token in analyzer.words(text) if token.term.startswith("chinh")]
    assert unicodedata.normalize("NFC", text[word.start : word.end]) == "chính\u200b quyền"


@pytest.mark.parametrize("typed", ["chính quyền", "Chính Quyền", "CHÍNH QUYỀN", "chi\u0301nh quye\u0302\u0300n"])
def test_a_query_is_cut_like_the_article_whatever_its_case(analyzer: Analyzer, typed: str) -> None:
    assert [token.term for token in analyzer.words(typed)] == [token.term for token in analyzer.words("chính quyền")]


def test_codes_have_the_position_of_their_first_syllable(analyzer: Analyzer) -> None:
    text = "Theo\u200b Chỉ thị số 05-CT/TW"
    (code,) = analyzer.codes(text)
    assert (code.term, code.position, text[code.start : code.end]) == ("5-ct-tw", 4, "05-CT/TW")


def test_letters_whose_lower_case_is_longer_do_not_shift_words(analyzer: Analyzer) -> None:
    text = "İ İ chính quyền"
    (word,) = [token for token in analyzer.words(text) if token.term.startswith("chinh")]
    assert text[word.start : word.end] == "chính quyền"


def test_segmented_shows_the_words_of_normalised_text(analyzer: Analyzer) -> None:
    assert analyzer.segmented("HÒA BÌNH\u200b thế giới") == "hoà_bình thế_giới"


def test_an_article_typed_without_accents_contradicts_none(analyzer: Analyzer) -> None:
    document = analyzer.document(Article("x", "Bao lu", "mien nui", captions=("ban tin",)))
    assert document.text.accents == [UNACCENTED] * 6
    assert document.title.accents == [UNACCENTED] * 2


def test_what_is_remembered_of_articles_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_cache, "MOST", 10)
    analyzer = Analyzer.load()
    expected = analyzer.document(Article("x", "Bến đò", "Nước lên. Đò nghỉ"))
    for number in range(100):
        analyzer.document(Article("x", f"bến đò {number}", f"{number}{'x' * 100}"))
    assert 0 < len(analyzer._chunks) <= 10
    assert not any(len(chunk) > chunk_cache.LONGEST for chunk in analyzer._chunks)
    assert analyzer.document(Article("x", "Bến đò", "Nước lên. Đò nghỉ")) == expected


def test_hostile_articles_are_analysed_in_little_time(analyzer: Analyzer) -> None:
    for body in ("a" * 300_000, "-" * 300_000, "\u0301" * 300_000, "a-" * 100_000, "1/" * 100_000, "\ud800" * 1000):
        document = analyzer.document(Article("x", "", body))
        assert len(document.text.terms) <= 100_000
