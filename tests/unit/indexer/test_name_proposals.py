"""Names that may be one and the same."""

from __future__ import annotations

from collections.abc import Iterable

from index.article import Article
from indexer.name_lines import Kind, written
from indexer.name_proposals import propose, tally


def proposed(kind: Kind, uses: Iterable[tuple[str, str, int]]) -> list[tuple[str, str]]:
    articles = [
        Article(
            f"{name}-{n}",
            "Nhà",
            "Nhà.",
            authors=(name,) if kind is Kind.AUTHORS else (),
            publisher=name if kind is Kind.PUBLISHERS else publisher,
            section=name if kind is Kind.SECTIONS else None,
        )
        for name, publisher, count in uses
        for n in range(count)
    ]
    return [(written(each.line), each.reason.name) for each in propose(tally(articles, kind), kind)]


def authors(*uses: tuple[str, int]) -> list[tuple[str, str]]:
    return proposed(Kind.AUTHORS, [(name, "Bến Gỗ", count) for name, count in uses])


def test_initials_of_one_person_of_the_newspaper_are_proposed() -> None:
    assert authors(("Lò Mây Hồng", 3), ("L.M.H", 1)) == [("Lò Mây Hồng = L.M.H @ Bến Gỗ", "INITIALS")]
    assert authors(("Lò Mây Hồng", 3), ("M.Hồng", 1)) == [("Lò Mây Hồng = M.Hồng @ Bến Gỗ", "INITIALS")]
    assert authors(("Lò Mây Hồng", 3), ("LMH", 1)) == [("Lò Mây Hồng = LMH @ Bến Gỗ", "INITIALS")]


def test_initials_of_two_people_or_of_another_newspaper_are_not() -> None:
    assert authors(("Lò Mây Hồng", 3), ("Lý Minh Hà", 2), ("L.M.H", 1)) == []
    assert proposed(Kind.AUTHORS, [("Lò Mây Hồng", "Bến Gỗ", 3), ("L.M.H", "Mái Lá", 1)]) == []


def test_given_name_of_one_person_is_proposed() -> None:
    assert authors(("Lò Mây Hồng", 3), ("Mây Hồng", 9)) == [("Lò Mây Hồng = Mây Hồng @ Bến Gỗ", "GIVEN_NAME")]
    assert authors(("Lò Mây Hồng", 3), ("Tạ Mây Hồng", 3), ("Mây Hồng", 9)) == []
    assert authors(("Lò Mây Hồng", 3), ("May Hong", 9)) == []


def test_name_without_its_accents_or_with_rare_ones_is_proposed() -> None:
    assert authors(("Lò Mây Hồng", 1), ("Lo May Hong", 2)) == [("Lò Mây Hồng = Lo May Hong @ Bến Gỗ", "ACCENTS")]
    assert authors(("Lò Mây Hồng", 9), ("Lò Mấy Hồng", 1)) == [("Lò Mây Hồng = Lò Mấy Hồng @ Bến Gỗ", "ACCENTS")]
    assert authors(("Mai Hoá", 3), ("Mai Hòa", 3)) == []


def test_slip_that_is_no_syllable_is_proposed_and_another_name_is_not() -> None:
    assert authors(("Lò Thanh Hồng", 9), ("Lò Thnah Hồng", 1)) == [("Lò Thanh Hồng = Lò Thnah Hồng @ Bến Gỗ", "LETTER")]
    assert authors(("Lò Thanh Hồng", 9), ("Lò Thahh Hồngg", 1)) == []
    assert authors(("Lò Thanh Hồng", 9), ("Lò Thanh Bồng", 1)) == []


def test_publishers_are_tied_by_abbreviations_wherever_they_are_printed() -> None:
    uses = [("UBND xã Mây Chiều", "", 2), ("Ủy ban nhân dân xã Mây Chiều", "", 1), ("UBND xã Mây Sớm", "", 1)]
    assert proposed(Kind.PUBLISHERS, uses) == [("UBND xã Mây Chiều = Ủy ban nhân dân xã Mây Chiều", "ABBREVIATION")]


def test_sections_are_tied_over_all_publishers() -> None:
    uses = [("Bóng đá", "Bến Gỗ", 1), ("bong-da", "Mái Lá", 3), ("Bơi lội", "Mái Lá", 1)]
    assert proposed(Kind.SECTIONS, uses) == [("Bóng đá = bong-da", "ACCENTS")]


def test_name_that_can_not_stand_in_the_list_is_not_proposed() -> None:
    assert authors(("Mây@Hồng", 2), ("MÂY@HỒNG", 1)) == []
