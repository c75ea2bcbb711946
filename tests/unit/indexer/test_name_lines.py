"""The lines of a list of names."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.abbreviation_lines import BadLine, Problem
from indexer.name_lines import Kind, NameLine, parse_line, read_line_bytes, read_lines

MAY = NameLine(Kind.AUTHORS, "Lò Mây Hồng", ("L.M.H", "Mây Hồng"), "Báo Bến Gỗ")


@pytest.mark.parametrize(
    "line",
    [
        "Lò Mây Hồng = L.M.H | Mây Hồng @ Báo Bến Gỗ",
        "  Lò  Mây Hồng=L.M.H;Mây Hồng@Báo Bến Gỗ   # hai bút danh",
        "Lo\u0300 Mây Hồng = L.M.H | Mây Hồng | L.M.H @ Báo Bến Gỗ",
    ],
)
def test_line_gives_a_name_its_aliases_and_the_publisher_that_prints_them(line: str) -> None:
    assert parse_line(line, Kind.AUTHORS) == MAY


@pytest.mark.parametrize(
    ("line", "kind", "told"),
    [
        ("Lò Mây Hồng", Kind.AUTHORS, "has no '='; write it as in"),
        ("Lò Mây Hồng = ", Kind.AUTHORS, "a name is empty"),
        (" = L.M.H", Kind.AUTHORS, "a name is empty"),
        ("Lò Mây Hồng = L.M.H | | Mây", Kind.AUTHORS, "a name is empty"),
        ("Lò Mây Hồng = L.M.H @ ", Kind.AUTHORS, "a name is empty"),
        ("Lò Mây Hồng = L.M.H @ Bến @ Gỗ", Kind.AUTHORS, "'@' has a meaning of its own"),
        ("Lò Mây Hồng = L.M.H = Mây", Kind.AUTHORS, "'=' has a meaning of its own"),
        ("unknown = L.M.H", Kind.AUTHORS, "is what articles without a name are counted under"),
        ("Lò Mây Hồng = " + "m" * 201, Kind.AUTHORS, "has 201 characters, at most 200"),
        ("Lò Mây Hồng = " + " | ".join(f"m{n}" for n in range(201)), Kind.AUTHORS, "has 201 aliases; write 1 to 200"),
        ("UBND xã Mây = Xã Mây @ Báo Bến Gỗ", Kind.PUBLISHERS, "holds everywhere; take '@ Báo Bến Gỗ' out"),
        (
            "Lò Mây Hồng = L.M.H",
            None,
            r"under no heading; write one of \[authors\], \[publishers\], \[sec",
        ),
        ("[people]", Kind.AUTHORS, r"there is no heading \[people\]; write one of"),
    ],
)
def test_line_that_is_of_no_use_says_what_would_be(line: str, kind: Kind | None, told: str) -> None:
    with pytest.raises(BadLine, match=told):
        parse_line(line, kind)


def test_headings_say_whose_names_follow_and_a_bad_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(
        b"\xef\xbb\xbf# ten\n[authors]\nL\xc3\xb2 M\xc3\xa2y = L.M\n\xff = L.G\n"
        b"[people]\nA = B\n[Sections]  # muc\nBien = Bi\n"
    )

    found = list(read_lines(path))

    assert [number for number, _ in found] == [3, 4, 5, 6, 8]
    assert [line for _, line in found if isinstance(line, NameLine)] == [
        NameLine(Kind.AUTHORS, "Lò Mây", ("L.M",)),
        NameLine(Kind.SECTIONS, "Bien", ("Bi",)),
    ]
    problems = [str(line) for _, line in found if isinstance(line, Problem)]
    assert problems[0] == f"{path}, line 4: the line is not UTF-8; save the file as UTF-8"
    assert "there is no heading [people]" in problems[1]
    assert "'A = B' stands under no heading" in problems[2]


def test_list_that_is_not_there_is_empty_and_one_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    assert list(read_lines(path)) == []
    path.write_bytes(b"#" * (1 << 20) + b"##")
    with pytest.raises(OSError, match=r"has more than 1,048,576 bytes: it is no list of names"):
        list(read_lines(path))


def test_blank_lines_and_comments_are_nothing() -> None:
    assert list(read_line_bytes(Path("names.txt"), b"\n  # ten\n\n")) == []
