"""Furniture told by shape, and learned from what a portal repeats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from indexer import pipeline
from indexer.archive import Archive
from indexer.furniture import begins_footer, furniture_shape, learned
from indexer.store import ArticleStore
from tests.unit.indexer.conftest import PAGE, dump

MENU = "Góc nhìn bến sông"


@pytest.mark.parametrize(
    "line",
    [
        "65374",
        "1.234.567",
        "Đang trực tuyến: 12",
        "Tổng số truy cập:",
        "Hôm nay: 5",
        "© 2019 SỞ Y TẾ",
        "Địa chỉ: 9 đường Bến Gỗ, xã Mây Chiều.",
        "Điện thoại: 84. 0299.3000999",
        "Email: hoa@example.vn",
        "Liên kết website",
        "Các chuyên mục",
        "Về đầu trang",
        "Ghi rõ nguồn khi phát hành lại thông tin từ trang này",
    ],
)
def test_line_is_furniture_by_its_shape(line: str) -> None:
    assert furniture_shape(line)


@pytest.mark.parametrize(
    "line",
    [
        "Địa chỉ nhà văn hóa được dời về bến sông từ tháng ba năm nay theo nguyện vọng của bà con trong xã.",
        "Hôm nay trời mưa.",
        "Năm 2020",
        "Lý Suối Đá",
        "In hoa văn trên vải",
    ],
)
def test_line_of_an_article_is_none(line: str) -> None:
    assert not furniture_shape(line)
    assert not begins_footer(line)


def test_a_line_on_too_few_pages_is_not_learned() -> None:
    assert learned(2, {MENU: 2}) == frozenset()
    assert learned(10, {MENU: 5}) == frozenset()
    assert learned(10, {MENU: 6}) == {MENU}


def test_a_name_is_only_learned_when_it_stands_on_nearly_every_of_many_pages() -> None:
    assert learned(10, {"Góc Ảnh": 10}) == frozenset()
    assert learned(22, {"Góc Ảnh": 20}) == {"Góc Ảnh"}


def pages(*numbers: int) -> list[str]:
    return [
        PAGE.replace("Vườn rau", f"Vườn rau số {n}")
        .replace("09:15:30", f"09:15:{n:02}")
        .replace("Liên kết website", f"{MENU}\nLiên kết website")
        .replace("Lò Thị Ban Mai\u00a0\n", "")
        .replace("làm tiếp hai mái nữa./.", f"làm tiếp {n} mái nữa")
        for n in numbers
    ]


def add(archive: Archive, clock: Callable[[], datetime], *numbers: int) -> int:
    items = [dump(text, f"{number}.txt") for number, text in zip(numbers, pages(*numbers), strict=True)]
    return pipeline.add(archive, items, clock).cleaned


def bodies(archive: Archive) -> list[str]:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        return [article.body for article in store.articles()]


def test_what_repeats_is_learned_over_several_runs_and_taken_from_earlier_pages(
    archive: Archive, clock: Callable[[], datetime]
) -> None:
    add(archive, clock, 1, 2)
    assert all(MENU in body for body in bodies(archive))

    assert add(archive, clock, 3) == 3

    assert not any(MENU in body for body in bodies(archive))
    searcher = archive.engine.open_searcher(archive.index)
    with ArticleStore.open(archive.articles, read_only=True) as store:
        assert all(searcher.get(article.id) == article for article in store.articles())


def test_learning_keeps_ids_and_adding_again_changes_nothing(archive: Archive, clock: Callable[[], datetime]) -> None:
    add(archive, clock, 1, 2, 3)

    items = [dump(text) for text in pages(1, 2, 3)]
    report = pipeline.add(archive, items, clock)

    assert (report.new, report.changed, report.unchanged, report.cleaned) == (0, 0, 3, 0)


def test_author_of_every_page_is_not_taken_for_a_menu(archive: Archive, clock: Callable[[], datetime]) -> None:
    texts = [PAGE.replace("Vườn rau", f"Vườn {n}").replace("09:15:30", f"09:15:{n:02}") for n in range(10, 40)]

    pipeline.add(archive, [dump(text) for text in texts], clock)

    with ArticleStore.open(archive.articles, read_only=True) as store:
        assert {article.authors for article in store.articles()} == {("Lò Thị Ban Mai",)}
