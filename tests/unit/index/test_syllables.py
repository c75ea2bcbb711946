"""One syllable: its folded term, its accents number, and which typed accents a printed one answers."""

from __future__ import annotations

import unicodedata

import pytest

from index.analysis.syllables import ACCENT_CODES, fold, tone_on_second_vowel, typed_within


@pytest.mark.parametrize(
    "spellings",
    [
        ("hoà", "hòa", "Hoà", "HÒA", "hoa\u0300", "ho\u0300a"),
        ("uỷ", "ủy", "Uỷ", "ỦY"),
        ("thuý", "thúy"),
        ("khoẻ", "khỏe"),
        ("kỹ", "kĩ", "KỸ", "ky\u0303"),
        ("lý", "lí"),
        ("hy", "hi"),
        ("mỹ", "mĩ"),
        ("sỹ", "sĩ"),
        ("tỷ", "tỉ"),
        ("quý", "quí", "qúy", "qúi"),
        ("quy", "qui"),
        ("đường", "ĐƯỜNG", "Đường", "đươ\u0300ng", "đu\u031bo\u031b\u0300ng"),
        ("ａｂ", "ab", "AB"),
    ],
)
def test_spellings_of_one_syllable_give_the_same_term_and_accents(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("syllable", "term"),
    [
        ("Đảng", "dang"), ("NGHỊ", "nghi"), ("uyển", "uyen"), ("ưỡn", "uon"), ("ặ", "a"), ("đ", "d"), ("y", "y"),
        ("yên", "yen"), ("thy", "thy"), ("tuy", "tuy"), ("hay", "hay"), ("quýt", "quyt"), ("by", "by"), ("Ký", "ki"),
        ("2020", "2020"), ("007", "007"), ("ﬁ", "fi"), ("Straße", "straße"), ("мир", "мир"), ("漢", "漢"),
    ],
)  # fmt: skip
def test_folding_takes_off_case_tone_vowel_marks_and_the_bar(syllable: str, term: str) -> None:
    assert fold(syllable)[0] == term


def test_spellings_that_differ_in_meaning_differ_in_accents() -> None:
    for words in (
        ["ma", "má", "mà", "mả", "mã", "mạ", "mâ", "mấ", "mầ", "mẩ", "mẫ", "mậ", "mă", "mắ", "mằ", "mẳ", "mẵ", "mặ"],
        ["duong", "dương", "đuong", "đương", "đường", "dường", "dượng", "đưong", "đuơng", "duờng", "duông", "đuống"],
        ["mua", "mưa", "muâ", "mùa", "muă"],
    ):
        folded = [fold(word) for word in words]
        assert len({term for term, _ in folded}) == 1
        assert len({accents for _, accents in folded}) == len(words)


def test_accents_are_zero_for_unaccented_syllables_only() -> None:
    assert fold("duong") == ("duong", 0)
    assert fold("2020") == ("2020", 0)
    assert all(fold(syllable)[1] > 0 for syllable in ("đ", "á", "ơ", "ă", "ê", "nạ", "мир", "Straße"))


def test_accents_of_syllables_outside_the_vietnamese_scheme_stay_in_range_and_apart_from_it() -> None:
    regular = fold("đưỡng")[1]
    for odd in ("đđ", "àá", "ŭơâêô", "m\u0308a", "éè", "ç", "漢", "мир", "ñandú\u0307"):
        accents = fold(odd)[1]
        assert 324 <= accents < ACCENT_CODES
        assert not typed_within(accents, regular)
        assert not typed_within(regular, accents)
        assert typed_within(0, accents)
        assert typed_within(accents, accents)


@pytest.mark.parametrize(
    ("typed", "printed", "answers"),
    [
        ("duong", "đường", True), ("đuong", "đường", True), ("dương", "đường", True), ("duờng", "đường", True),
        ("đường", "đường", True), ("đưong", "đường", True), ("đuơng", "đường", True),
        ("đường", "duong", False), ("đường", "dường", False), ("đường", "đương", False), ("đượng", "đường", False),
        ("dúong", "đường", False), ("duông", "đường", False), ("dưông", "dương", False), ("ma", "mạ", True),
        ("má", "mạ", False), ("mâ", "mậ", True), ("mâ", "mặ", False), ("mạ", "mậ", True), ("hoà", "hòa", True),
        ("hóa", "hòa", False), ("đ", "d", False), ("d", "đ", True),
    ],
)  # fmt: skip
def test_typed_accents_answer_a_printed_syllable_that_has_them_all(typed: str, printed: str, answers: bool) -> None:
    (term, wanted), (other, found) = fold(typed), fold(printed)
    assert term == other
    assert typed_within(wanted, found) is answers


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("hòa bình, khỏe khoắn, ủy ban, thúy", "hoà bình, khoẻ khoắn, uỷ ban, thuý"),
        ("hoàn toàn, tòan, khoét, huỳnh", "hoàn toàn, tòan, khoét, huỳnh"),
        ("của, mía, hỏi", "của, mía, hỏi"),
        ("hoà", "hoà"),
        ("xòe, lòa xòa!", "xoè, loà xoà!"),
        ("", ""),
    ],
)
def test_tones_of_open_syllables_move_to_the_second_vowel(text: str, moved: str) -> None:
    assert tone_on_second_vowel(text) == moved
    assert len(moved) == len(text)
    assert unicodedata.is_normalized("NFC", tone_on_second_vowel(text))


def test_marks_on_consonants_are_not_taken_for_those_of_vowels() -> None:
    assert fold("aĝ") != fold("âg")
    assert fold("ńa") != fold("ná")
    assert fold("ĝ") != fold("g")
