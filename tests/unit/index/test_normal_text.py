"""Normalised text, and the way back from it to the original."""

from __future__ import annotations

import unicodedata

import pytest

from index.analysis.letters import FAMILIAR, letters
from index.analysis.normal_text import _INVISIBLE, normal_text

INVISIBLE = ("\u200b", "\u00ad", "\ufeff", "\u2060", "\u200d", "\u200e", "\u202e", "\x00", "\x07", "\x7f", "\ufe0f")


@pytest.mark.parametrize("text", ["", "abc", "Đảng uỷ xã\nhọp", "a\u00a0b", "漢字 мир 🙂", "H₂O m²"])
def test_normal_text_stays_as_it_is_and_offsets_are_its_own(text: str) -> None:
    normal = normal_text(text)
    assert normal.text == text
    assert [normal.original(i, i + 1) for i in range(len(text))] == [(i, i + 1) for i in range(len(text))]


def test_decomposed_letters_are_composed_and_their_offsets_cover_all_their_marks() -> None:
    original = unicodedata.normalize("NFD", "Đường Tổ")
    normal = normal_text(original)
    assert normal.text == "Đường Tổ"
    assert [original[slice(*normal.original(i, i + 1))] for i in range(8)] == [
        "Đ", "u\u031b", "o\u031b\u0300", "n", "g", " ", "T", "o\u0302\u0309",
    ]  # fmt: skip


@pytest.mark.parametrize("marks", ["\u0302\u0323", "\u0323\u0302"])
def test_marks_compose_in_whichever_order_they_were_typed(marks: str) -> None:
    assert normal_text(f"mo{marks}t").text == "một"


@pytest.mark.parametrize("hidden", INVISIBLE)
def test_invisible_characters_leave_and_offsets_step_over_them(hidden: str) -> None:
    original = f"{hidden}Hộ{hidden}i{hidden} nghị{hidden}"
    normal = normal_text(original)
    assert normal.text == "Hội nghị"
    assert original[slice(*normal.original(0, 3))] == f"Hộ{hidden}i"
    assert original[slice(*normal.original(4, 8))] == "nghị"
    assert original[slice(*normal.original(0, 8))] == original[1:-1]


def test_an_invisible_character_between_a_letter_and_its_mark_does_not_part_them() -> None:
    original = "ho\u200b\u0300a"
    normal = normal_text(original)
    assert normal.text == "hòa"
    assert normal.original(1, 2) == (1, 4)


def test_lone_surrogates_leave() -> None:
    for lone in ("\ud800", "\udfff", "\udc80"):
        normal = normal_text(f"hội{lone} nghị")
        assert normal.text == "hội nghị"
        assert normal.original(4, 8) == (5, 9)


def test_marks_that_compose_with_nothing_leave() -> None:
    assert normal_text("\u0301abc").text == "abc"
    assert normal_text("x\u0302\u0301\u0323y").text == "xy"
    assert normal_text("a\u0301\u0301b").text == "áb"


def test_line_breaks_and_tabs_stay() -> None:
    assert normal_text("a\n\u200bb\tc\r\nd").text == "a\nb\tc\r\nd"


def test_a_letter_that_nfc_writes_as_two_points_back_to_the_one() -> None:
    normal = normal_text("\u0958x")
    assert len(normal.text) == 3
    assert [normal.original(i, i + 1) for i in range(3)] == [(0, 1), (0, 1), (1, 2)]


@pytest.mark.parametrize("blank", ["\x0b", "\x0c", "\x1c", "\x1f", "\x85"])
def test_blanks_that_happen_to_be_controls_still_part_words(blank: str) -> None:
    assert normal_text(f"một{blank}hai").text.split() == ["một", "hai"]


def test_what_is_taken_as_it_is_by_one_look_needs_no_composing_and_can_be_seen() -> None:
    familiar = [char for char in map(chr, range(0x10000)) if letters(char) is not None]
    assert 500 < len(familiar) <= len(FAMILIAR)
    for char in familiar:
        assert unicodedata.is_normalized("NFC", char)
        assert not unicodedata.combining(char)
        assert not _INVISIBLE.search(char)
    assert unicodedata.is_normalized("NFC", "".join(familiar))
