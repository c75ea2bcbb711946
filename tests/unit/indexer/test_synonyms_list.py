"""One's own list of abbreviations keeps what a person wrote in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from index.abbreviation_lines import BadLine, Entry, Removal
from index.abbreviations import Abbreviations
from indexer.edited_file import change
from indexer.store import ArticleStore
from indexer.synonyms_list import with_entry, without_entry, written_entry, written_removal

BASE = Abbreviations([Entry("TS", ("tiến sĩ", "thí sinh")), Entry("BV", ("bệnh viện",))])
LIST = """\
# của tòa soạn

HTXMC  =  hợp tác xã Mây Chiều    # hỏi chị Ban Mai
dòng hỏng
CLB = câu lạc bộ
"""


def added(text: str, short: str, *long_forms: str) -> str:
    return with_entry(text.encode(), Entry(short, long_forms)).decode()


def removed(text: str, short: str, *long_forms: str) -> str | None:
    after = without_entry(text.encode(), Removal(short, long_forms), BASE)
    return None if after is None else after.decode()


def test_a_new_entry_comes_last() -> None:
    assert added(LIST, "BG", "Bến Gỗ") == LIST + "BG = Bến Gỗ\n"


def test_another_long_form_joins_the_line_of_its_short_form_before_the_comment() -> None:
    expected = LIST.replace("Chiều    #", "Chiều | hợp tác xã Mưa Chiều    #")
    after = added(LIST, "htxmc", "hợp tác xã Mưa Chiều")
    assert " ".join(after.split()) == " ".join(expected.split())
    assert "Chiều    # hỏi chị Ban Mai\n" in after


def test_a_long_form_that_is_there_changes_nothing() -> None:
    assert added(LIST, "CLB", "Câu Lạc Bộ") == LIST


def test_a_last_line_without_an_end_gets_one() -> None:
    assert added("CLB = câu lạc bộ", "BG", "Bến Gỗ") == "CLB = câu lạc bộ\nBG = Bến Gỗ\n"


def test_the_ends_of_lines_stay_those_of_the_file() -> None:
    assert added("CLB = câu lạc bộ\r\n", "BG", "Bến Gỗ") == "CLB = câu lạc bộ\r\nBG = Bến Gỗ\r\n"


def test_bytes_that_are_no_utf_8_stay() -> None:
    assert with_entry(b"\xff\n", Entry("BG", ("Bến Gỗ",))).startswith(b"\xff\nBG")


def test_a_long_form_that_was_taken_out_comes_back() -> None:
    assert added("-TS = thí sinh | tiến sĩ # x\n", "TS", "thí sinh") == "-TS = tiến sĩ # x\nTS = thí sinh\n"


def test_an_entry_of_ones_own_is_taken_out_with_its_line() -> None:
    assert removed(LIST, "CLB") == LIST.replace("CLB = câu lạc bộ\n", "")


def test_a_long_form_of_ones_own_is_taken_out_of_its_line() -> None:
    assert removed("BG = Bến Gỗ | bến gạo  # x\n", "BG", "bến gạo") == "BG = Bến Gỗ  # x\n"


def test_a_built_in_entry_is_taken_out_by_a_line() -> None:
    assert removed(LIST, "BV") == LIST + "-BV\n"
    assert removed(LIST, "TS", "thí sinh") == LIST + "-TS = thí sinh\n"


def test_what_is_taken_out_already_gets_no_second_line() -> None:
    assert removed("-TS\n", "TS", "thí sinh") == "-TS\n"


def test_what_is_nowhere_cannot_be_taken_out() -> None:
    assert removed(LIST, "XYZ") is None
    assert removed(LIST, "CLB", "câu lạc đà") is None


@pytest.mark.parametrize(("short", "long_form"), [("A=B", "a bê"), ("#AB", "a bê"), ("-AB", "a bê"), ("AB", "a # bê")])
def test_what_means_something_else_in_the_list_is_refused(short: str, long_form: str) -> None:
    with pytest.raises(BadLine):
        written_entry(short, long_form)
    with pytest.raises(BadLine):
        written_removal(short, long_form)


def test_a_change_is_whole_and_keeps_the_file_s_permissions(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_bytes(b"a")
    path.chmod(0o640)
    assert change(path, lambda text: text + b"b")
    assert path.read_bytes() == b"ab"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == [".synonyms.txt.lock", "synonyms.txt"]


def test_a_change_that_fails_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_bytes(b"a")
    with pytest.raises(ZeroDivisionError):
        change(path, lambda text: text * (1 // 0))
    assert path.read_bytes() == b"a"


def test_a_list_is_changed_beside_a_store_that_is_open_for_writing(tmp_path: Path) -> None:
    def edit(before: bytes) -> bytes:
        ArticleStore.open(tmp_path / "articles.db").close()
        return before + b"b"

    with ArticleStore.open(tmp_path / "articles.db"):
        assert change(tmp_path / "synonyms.txt", edit)


def test_a_change_through_a_link_changes_the_file_it_names(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.txt"
    link = tmp_path / "synonyms.txt"
    target.write_bytes(b"a")
    link.symlink_to(target)
    change(link, lambda text: text + b"b")
    assert link.is_symlink()
    assert target.read_bytes() == b"ab"
