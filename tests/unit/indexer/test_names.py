"""What a list of names says of articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Article
from indexer.name_lines import Kind, read_line_bytes
from indexer.names import Names, Naming, touched

PATH = Path("names.txt")


def names(text: str) -> Names:
    return Names.of(PATH, read_line_bytes(PATH, text.encode()))


def author(text: str, printed: str, publisher: str | None = None) -> str:
    return Naming(names(f"[authors]\n{text}")).name(Kind.AUTHORS, printed, publisher)


@pytest.mark.parametrize("printed", ["L.M.H", "l.m.h", "L. M. H", "MÂY HỒNG", "ThS. Mây Hồng", "LÒ MÂY HỒNG"])
def test_alias_gives_the_name_however_it_is_printed(printed: str) -> None:
    assert author("Lò Mây Hồng = L.M.H | Mây Hồng", printed) == "Lò Mây Hồng"


def test_alias_of_a_publisher_says_nothing_of_others_and_goes_before_that_of_all() -> None:
    text = "Lò Mây Hồng = L.M.H @ Báo Bến Gỗ\nLý Minh Hà = L.M.H"
    assert author(text, "L.M.H", "BÁO BẾN GỖ") == "Lò Mây Hồng"
    assert author(text, "L.M.H", "Báo Mái Lá") == "Lý Minh Hà"
    assert author(text, "L.M.H") == "Lý Minh Hà"


def test_publisher_of_an_alias_may_itself_be_written_as_an_alias() -> None:
    found = names("[authors]\nLò Mây Hồng = L.M.H @ BBG\n[publishers]\nBáo Bến Gỗ = BBG")
    article = Article("a", "Nhà", "Nhà.", authors=("L.M.H",), publisher="BBG", publisher_printed="BBG")
    renamed = Naming(found).applied(article)
    assert (renamed.authors, renamed.publisher, renamed.publisher_printed) == (("Lò Mây Hồng",), "Báo Bến Gỗ", "BBG")


def test_two_people_of_one_name_are_told_apart_by_their_newspapers() -> None:
    assert author("Minh Hà (Bến Gỗ) = Minh Hà @ Báo Bến Gỗ", "Minh Hà", "Báo Bến Gỗ") == "Minh Hà (Bến Gỗ)"
    assert author("Minh Hà (Bến Gỗ) = Minh Hà @ Báo Bến Gỗ", "Minh Hà", "Báo Mái Lá") == "Minh Hà"


def test_aliases_are_followed_to_their_end() -> None:
    text = "Lò Mây Hồng = Mây Hồng\nMây Hồng = L.M.H @ Báo Bến Gỗ"
    assert author(text, "L.M.H", "Báo Bến Gỗ") == "Lò Mây Hồng"


def test_one_person_under_two_names_is_one_author_and_the_print_is_kept() -> None:
    naming = Naming(names("[authors]\nLò Mây Hồng = L.M.H\n[sections]\nBóng đá = Bong da"))
    article = Article("a", "Nhà", "Nhà.", authors=("L.M.H", "Lò Mây Hồng"), section="Bong da")
    renamed = naming.applied(article)
    assert (renamed.authors, renamed.byline, renamed.section) == (("Lò Mây Hồng",), "L.M.H, Lò Mây Hồng", "Bóng đá")
    signed = Article("a", "Nhà", "Nhà.", authors=("L.M.H",), byline="Tin, ảnh: L.M.H")
    assert naming.applied(signed).byline == "Tin, ảnh: L.M.H"


def test_name_is_written_as_the_list_writes_it() -> None:
    assert Naming(names("[publishers]\nGenK = Gờ en ca")).name(Kind.PUBLISHERS, "GENK") == "GenK"


def told(text: str) -> list[str]:
    return [str(problem) for problem in names(f"[authors]\n{text}").problems]


def test_alias_of_two_names_is_left_out_and_told_at_each_line() -> None:
    text = "Lò Mây Hồng = L.M.H | Mây\nLý Minh Hà = l.m.h"
    assert author(text, "L.M.H") == "L.M.H"
    assert author(text, "Mây") == "Lò Mây Hồng"
    several = "stands for several names (Lò Mây Hồng, Lý Minh Hà) and is left out; keep one of them"
    assert told(text) == [f"names.txt, line 2: 'L.M.H' {several}", f"names.txt, line 3: 'l.m.h' {several}"]


@pytest.mark.parametrize(
    "text",
    ["Mây = Hồng\nHồng = Mây", "Mây = Hồng\nGió = Mây\nHồng = Gió", "Mây = Hồng\nHồng = Mây @ Báo Bến Gỗ"],
)
def test_names_that_stand_for_each_other_are_left_out_and_told(text: str) -> None:
    assert author(text, "Hồng", "Báo Bến Gỗ") == "Hồng"
    assert author(text, "Mây", "Báo Bến Gỗ") == "Mây"
    assert len(told(text)) == len(text.splitlines())
    assert all("stand for each other and are left out" in problem for problem in told(text))


def test_line_that_leads_to_a_circle_is_kept() -> None:
    text = "Mây = Hồng\nHồng = Mây\nMây = Sương"
    assert author(text, "Sương") == "Mây"


def test_packed_names_come_back() -> None:
    found = names("[authors]\nLò Mây Hồng = L.M.H @ Báo Bến Gỗ\n[sections]\nBóng đá = Bong da")
    assert Names.unpacked(found.packed()) == found
    assert Names.unpacked(Names().packed()) == Names()


def test_touched_are_the_names_tied_to_a_change_and_no_others() -> None:
    before = names("[authors]\nMây = Hồng\nGió = Ngàn")
    after = names("[authors]\nMây = Hồng | Sương\nGió = Ngàn")
    assert touched(before, after) == {(Kind.AUTHORS, key) for key in ("mây", "hồng", "sương")}
    assert touched(after, before) == touched(before, after)
    assert touched(before, before) == frozenset()
