"""Signatures to people: one value each."""

from __future__ import annotations

import time

import pytest

from indexer.bylines import authors_listed, authors_of, is_signature

CASES = {
    "Trần Mây Trắng": ("Trần Mây Trắng",),
    "TRẦN MÂY TRẮNG": ("Trần Mây Trắng",),
    "Tin, ảnh: LÝ SUỐI ĐÁ": ("Lý Suối Đá",),
    "Tin - ảnh: Lý Suối Đá": ("Lý Suối Đá",),
    "Bài và ảnh: Lý Suối Đá": ("Lý Suối Đá",),
    "Bài: Lý Suối Đá; Ảnh: Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá - Ảnh: Reuters": ("Lý Suối Đá",),
    "Theo TTXVN": ("TTXVN",),
    "Theo Lý Suối Đá (TTXVN)": ("Lý Suối Đá", "TTXVN"),
    "Lý Suối Đá (Theo AFP": ("Lý Suối Đá", "AFP"),
    "LÝ SUỐI ĐÁ;HÀ MƯA RÀO": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá, Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá - Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá và Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá & Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Suối Đá-Mưa Rào": ("Suối Đá", "Mưa Rào"),
    "Lý Suối Đá/VOV-Tây Nguyên": ("Lý Suối Đá", "VOV"),
    "Lý Suối Đátổng hợp": ("Lý Suối Đá",),
    "Lý Suối Đá (từ Hà Nội": ("Lý Suối Đá",),
    "Lý Suối Đá-Thứ hai, ngày 18/07/2022 15:07 GMT+7": ("Lý Suối Đá",),
    "TS.BS Lý Suối Đá": ("Lý Suối Đá",),
    "Phó giáo sư, tiến sĩ Lý Suối Đá": ("Lý Suối Đá",),
    "Lý Thuỷ Hoà": ("Lý Thủy Hòa",),
    "P.V": ("PV",),
    "PV - Lý Suối Đá": ("Lý Suối Đá",),
    "T.B": ("T.B",),
    "Đ.MÂY": ("Đ.Mây",),
    "vnexpress.net": ("VnExpress",),
    "Báo Bến Gỗ": ("Báo Bến Gỗ",),
    "unknown": (),
    "Nguyên nhân gây bệnh": (),
    "Uống đủ nước": (),
    "": (),
}


@pytest.mark.parametrize(("byline", "authors"), CASES.items())
def test_byline_gives_one_value_per_person(byline: str, authors: tuple[str, ...]) -> None:
    assert authors_of(byline) == authors


@pytest.mark.parametrize("authors", CASES.values())
def test_canonical_names_stay_what_they_are(authors: tuple[str, ...]) -> None:
    assert authors_listed(list(authors)) == authors


def test_listed_author_that_is_no_name_is_kept() -> None:
    assert authors_listed(["mây", "Lý Suối Đá"]) == ("mây", "Lý Suối Đá")


@pytest.mark.parametrize(
    "line",
    ["Lý Suối Đá", "LÝ SUỐI ĐÁ", "T.B", "Tin, ảnh: Suối Đá", "Theo Báo Bến Gỗ", "(Theo TTXVN)", "Suối Đá - Mưa Rào"],
)
def test_name_or_byline_signs_an_article(line: str) -> None:
    assert is_signature(line)


@pytest.mark.parametrize(
    "line", ["Các chuyên mục", "Liên kết website", "Trang chủ", "Tin tức", "Đất được đội lên mái.", "19", ""]
)
def test_menu_and_sentence_sign_nothing(line: str) -> None:
    assert not is_signature(line)


@pytest.mark.parametrize("noise", ["(", "ảnh: ", "- "])
def test_byline_longer_than_any_is_read_from_its_beginning_in_no_time(noise: str) -> None:
    start = time.perf_counter()

    assert authors_of("Lý Suối Đá, " + noise * 20_000 + ", Hà Mưa Rào") == ("Lý Suối Đá",)
    assert time.perf_counter() - start < 1
