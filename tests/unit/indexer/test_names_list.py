"""A list of names changed line by line."""

from __future__ import annotations

from indexer.name_lines import Kind, NameLine
from indexer.names_list import with_aliases, without_aliases

LIST = """# của tôi
[authors]
Lò Mây Hồng = L.M.H @ Báo Bến Gỗ   # từ năm 2019
hỏng

[sections]
Bóng đá = Bong da
""".encode()


def line(name: str, *aliases: str, publisher: str | None = None, kind: Kind = Kind.AUTHORS) -> NameLine:
    return NameLine(kind, name, aliases, publisher)


def test_alias_goes_to_the_line_of_its_name_and_publisher() -> None:
    after = with_aliases(LIST, line("LÒ MÂY HỒNG", "Mây Hồng", "l.m.h", publisher="BÁO BẾN GỖ"))
    assert "Lò Mây Hồng = L.M.H | Mây Hồng @ Báo Bến Gỗ   # từ năm 2019\n" in after.decode()
    assert after.decode().replace(" | Mây Hồng", "") == LIST.decode()


def test_new_name_goes_to_the_end_of_its_part() -> None:
    after = with_aliases(LIST, line("Lý Minh Hà", "L.M.H")).decode()
    assert after == LIST.decode().replace("hỏng\n", "hỏng\nLý Minh Hà = L.M.H\n")


def test_part_that_is_not_there_is_begun_at_the_end() -> None:
    after = with_aliases(LIST.rstrip(b"\n"), line("UBND xã Mây", "Xã Mây", kind=Kind.PUBLISHERS))
    assert after == LIST + "[publishers]\nUBND xã Mây = Xã Mây\n".encode()
    assert with_aliases(b"", line("Lý Hà", "L.H")) == "[authors]\nLý Hà = L.H\n".encode()


def test_alias_that_is_there_changes_nothing() -> None:
    assert with_aliases(LIST, line("Lò Mây Hồng", "L.M.H", publisher="Báo Bến Gỗ")) == LIST


def test_alias_is_taken_out_and_a_line_without_any_goes() -> None:
    two = with_aliases(LIST, line("Lò Mây Hồng", "Mây Hồng", publisher="Báo Bến Gỗ"))
    one = without_aliases(two, line("Lò Mây Hồng", "MÂY HỒNG"), everywhere=True)
    assert one == LIST
    none = without_aliases(LIST, line("Lò Mây Hồng"), everywhere=True)
    assert none is not None
    assert "Lò Mây Hồng" not in none.decode()
    assert "hỏng" in none.decode()


def test_alias_of_another_publisher_stays() -> None:
    unwanted = line("Lò Mây Hồng", "L.M.H", publisher="Báo Mái Lá")
    assert without_aliases(LIST, unwanted, everywhere=False) is None
    assert without_aliases(LIST, line("Lò Mây Hồng", "Hồng"), everywhere=True) is None


def test_line_under_a_heading_that_there_is_not_is_no_author() -> None:
    text = "[authors]\n[people]\nMây = Hồng\n".encode()
    assert without_aliases(text, line("Mây", "Hồng"), everywhere=True) is None


def test_windows_lines_stay_windows_lines() -> None:
    assert with_aliases(b"[authors]\r\nA B = C\r\n", line("Lý Hà", "L.H")).endswith("Lý Hà = L.H\r\n".encode())
