"""What stands for what in a query, and the list it is read from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.abbreviation_file import AbbreviationFile
from index.abbreviation_lines import MOST_BYTES, BadLine, Entry, Problem, Removal, is_plain_word, parse_line, read_lines
from index.abbreviations import BUILT_IN, Abbreviations, form_key
from index.analysis.tokens import folded

REVIEWED_PLAIN_WORDS = {"EU", "CIA"}
"""Shaped like syllables that no Vietnamese word has."""

EMPTY = Abbreviations()


def known(*lines: str) -> Abbreviations:
    entries = [parse_line(line) for line in lines]
    return Abbreviations([entry for entry in entries if isinstance(entry, Entry)])


def answers(abbreviations: Abbreviations, query: str) -> list[tuple[int, int, str]]:
    return [
        (found.first, found.count, " ".join(term for term, _ in found.syllables))
        for found in abbreviations.alternatives(folded(query))
    ]


def own(tmp_path: Path, text: str | bytes, base: Abbreviations = EMPTY) -> Abbreviations:
    path = tmp_path / "synonyms.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Abbreviations.read(path, base)


def test_a_short_form_is_answered_by_its_long_form_and_the_reverse() -> None:
    hall = known("HTXMC = hợp tác xã Mây Chiều")
    assert answers(hall, "họp htxmc sáng nay") == [(1, 1, "hop tac xa may chieu")]
    assert answers(hall, "thăm Hợp tác xã Mây Chiều") == [(1, 5, "htxmc")]


@pytest.mark.parametrize("typed", ["GD&ĐT", "gd-đt", "GD ĐT", "gd&dt"])
def test_a_short_form_is_found_however_its_parts_are_joined(typed: str) -> None:
    assert answers(known("GD&ĐT = giáo dục và đào tạo"), typed) == [(0, 2, "giao duc va dao tao")]


@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("uy ban nhan dan", True),
        ("ủy ban nhân dân", True),
        ("uỷ ban nhân dân", True),
        ("ỦY BAN NHÂN DÂN", True),
        ("uy ban nhân dân", True),
        ("ủy bản nhân dân", False),
        ("ủy ban nhân", False),
    ],
)
def test_typed_accents_must_not_contradict_a_long_form(typed: str, matches: bool) -> None:
    assert bool(answers(known("UBND = ủy ban nhân dân"), typed)) is matches


def test_a_bar_that_is_typed_tells_short_forms_apart() -> None:
    forms = known("ND = nhân dân tệ", "NĐ = nghị định chung")
    assert answers(forms, "NĐ") == [(0, 1, "nghi dinh chung")]
    assert len(answers(forms, "nd")) == 2


def test_a_short_form_may_have_several_long_forms_and_the_reverse() -> None:
    forms = known("TS = tiến sĩ | thí sinh", "T.S = tiến sĩ", "TSĨ = tiến sĩ")
    assert answers(forms, "ts") == [(0, 1, "tien si"), (0, 1, "thi sinh"), (0, 1, "t s"), (0, 1, "tsi")]
    assert answers(forms, "tiến sĩ") == [(0, 2, "ts"), (0, 2, "t s"), (0, 2, "tsi")]


def test_runs_may_overlap_and_come_in_order_the_longest_first() -> None:
    forms = known("TAND = tòa án nhân dân", "TANDTC = tòa án nhân dân tối cao", "NDTC = nhân dân tối cao")
    assert [(first, count) for first, count, _ in answers(forms, "tòa án nhân dân tối cao")] == [(0, 6), (0, 4), (2, 4)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("UBND ủy ban nhân dân", "has no '='"),
        ("UBND =", "2 to 16 syllables"),
        ("UBND = ủy ban |", "2 to 16 syllables"),
        ("= ủy ban nhân dân", "two letters or more"),
        ("5 = số năm", "two letters or more"),
        ("UBND = ubnd", "2 to 16 syllables"),
        ("MT VN = mt-vn", "is the short form itself"),
        ("ủy ban nhân dân xã = UBND", "too long"),
        ("UBND = " + "xa " * 17, "2 to 16 syllables"),
    ],
)
def test_a_line_that_is_no_entry_says_what_would_be(line: str, reason: str) -> None:
    with pytest.raises(BadLine, match=reason):
        parse_line(line)


@pytest.mark.parametrize("line", ["", "   ", "# UBND = ủy ban nhân dân", "\t# chú thích"])
def test_comments_and_blank_lines_say_nothing(line: str) -> None:
    assert parse_line(line) is None


def test_a_removal_may_name_the_long_forms_it_takes_out() -> None:
    assert parse_line("-TS = thí sinh # không dùng") == Removal("TS", ("thí sinh",))


def test_a_bad_line_costs_only_itself_and_is_told_with_its_file_and_number(tmp_path: Path) -> None:
    read = own(tmp_path, b"HTXMC = h\xe1\xbb\xa3p t\xc3\xa1c x\xc3\xa3\nabc\n\xff\xfe = x y\nCLBXD = ho hen xe dap\n")
    assert [entry.short for entry in read.entries] == ["HTXMC", "CLBXD"]
    told = [str(problem) for problem in read.problems]
    assert told[0].startswith(f"{tmp_path}/synonyms.txt, line 2: 'abc' has no '='; write it as in: UBND = ")
    assert told[1].endswith("line 3: the line is not UTF-8; save the file as UTF-8")


def test_a_plain_word_is_no_short_form_of_ones_own(tmp_path: Path) -> None:
    read = own(tmp_path, "THA = thi hành án\nTP.HA = thành phố Hạ An\n")
    assert [entry.short for entry in read.entries] == ["TP.HA"]
    assert "'THA' is a plain word when typed without accents" in read.problems[0].reason


def test_ones_own_list_adds_to_the_built_in_one_and_takes_out_of_it(tmp_path: Path) -> None:
    base = known("TS = tiến sĩ | thí sinh", "BV = bệnh viện", "GV = giáo viên")
    read = own(tmp_path, "GV = giảng viên\nTS = thủy sản\n-TS = thí sinh\n-BV\n", base)
    assert {entry.short: entry.long_forms for entry in read.entries} == {
        "TS": ("tiến sĩ", "thủy sản"),
        "GV": ("giáo viên", "giảng viên"),
    }
    assert not read.problems
    assert read.refuses("bv", "bất kỳ dạng nào")


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_an_entry(tmp_path: Path) -> None:
    read = own(tmp_path, b"\xef\xbb\xbfHTX = h\xe1\xbb\xa3p t\xc3\xa1c x\xc3\xa3\r\n")
    assert read.entries == (Entry("HTX", ("hợp tác xã",)),)


def test_a_file_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert Abbreviations.read(tmp_path / "synonyms.txt").entries == Abbreviations.builtin().entries


def test_the_built_in_list_is_sound() -> None:
    built_in = Abbreviations.builtin()
    assert not built_in.problems
    assert len(built_in.entries) >= 250
    assert {entry.short for entry in built_in.entries if is_plain_word(entry.short)} == REVIEWED_PLAIN_WORDS


def test_the_built_in_list_has_one_line_for_each_short_form() -> None:
    listed = [form_key(found.short) for _, found in read_lines(BUILT_IN) if isinstance(found, Entry)]
    assert len(listed) == len(set(listed)) == len(Abbreviations.builtin().entries)


@pytest.mark.parametrize("word", ["ban", "Cao", "THU", "to", "nghieng", "quyen", "THA", "BOT", "tu"])
def test_plain_words_are_known_by_their_shape(word: str) -> None:
    assert is_plain_word(word)


@pytest.mark.parametrize("short", ["UBND", "WHO", "ASEAN", "FDI", "GDP", "ODA", "TP.HCM", "THPT", "TW"])
def test_abbreviations_are_no_plain_words(short: str) -> None:
    assert not is_plain_word(short)


class TestFile:
    def test_is_read_again_when_it_has_changed(self, tmp_path: Path) -> None:
        path = tmp_path / "synonyms.txt"
        file = AbbreviationFile(path, EMPTY)
        assert file.current().entries == ()
        path.write_text("HTX = hợp tác xã\n", "utf-8")
        assert file.current().find("HTX")
        path.write_text("HTX = hợp tác xã\nCLB = câu lạc bộ\n", "utf-8")
        assert file.current().find("CLB")
        path.unlink()
        assert file.current().entries == ()

    def test_is_not_read_again_when_it_has_not(self, tmp_path: Path) -> None:
        path = tmp_path / "synonyms.txt"
        path.write_text("HTX = hợp tác xã\n", "utf-8")
        file = AbbreviationFile(path, EMPTY)
        assert file.current() is file.current()

    def test_that_can_no_longer_be_read_keeps_the_last_entries_and_tells_why(self, tmp_path: Path) -> None:
        path = tmp_path / "synonyms.txt"
        path.write_text("HTX = hợp tác xã\n", "utf-8")
        file = AbbreviationFile(path, EMPTY)
        assert not file.current().problems
        path.unlink()
        path.mkdir()
        assert file.current().find("HTX")
        assert str(file.current().problems[0]).startswith(f"{path}: the file can't be read")
        path.rmdir()
        path.write_text("CLB = câu lạc bộ\n", "utf-8")
        assert file.current().find("CLB")
        assert not file.current().problems

    def test_with_bad_lines_keeps_the_good_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "synonyms.txt"
        path.write_text("HTX = hợp tác xã\nhỏng\n", "utf-8")
        current = AbbreviationFile(path, EMPTY).current()
        assert current.find("HTX")
        assert [problem.line for problem in current.problems] == [2]

    def test_that_is_another_file_by_mistake_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "synonyms.txt"
        path.touch()
        os.truncate(path, MOST_BYTES + 1)
        current = AbbreviationFile(path, EMPTY).current()
        assert current.problems == (Problem(path, None, current.problems[0].reason),)
        assert "it is no list of abbreviations" in current.problems[0].reason
