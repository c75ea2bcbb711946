"""Articles of an invented archive: people, places and papers don't exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from index.article import Article
from index.dates import PublishedAt


def article(article_id: str, title: str = "Tin vắn", body: str = "Không có gì thêm.", **facts: Any) -> Article:
    return Article(id=article_id, title=title, body=body, **facts)


def day(year: int, month: int, of_month: int) -> PublishedAt:
    return PublishedAt.on(date(year, month, of_month))


def moment(text: str) -> PublishedAt:
    return PublishedAt.fromisoformat(text)


ARCHIVE = (
    article(
        "a1",
        "Hội nghị tổng kết phong trào trồng cây ven hồ",
        "Sáng 12/4, xã Mây Chiều tổ chức hội nghị tổng kết phong trào trồng cây. Hội trường kín chỗ từ sớm.\n"
        "Chỉ thị số 05-CT/TW được nhắc lại ba lần trong báo cáo.",
        authors=("Lò Thị Ban Mai",),
        publisher="Báo Bến Gỗ",
        section="Nông thôn",
        published_at=moment("2018-04-12T08:15:00"),
    ),
    article(
        "a2",
        "Đường lên bản được đổ bê tông",
        "Con đường dài bốn cây số nối bản Suối Đá với chợ phiên nay đã thông xe.",
        authors=("Lò Thị Ban Mai", "Quách Hạ Vàng"),
        publisher="Báo Bến Gỗ",
        section="Giao thông",
        published_at=day(2018, 4, 30),
    ),
    article(
        "a3",
        "Đàn dê núi trở lại sườn đá",
        "Người chăn dê đếm được bốn mươi con. Duong link den ban tin goc khong con nua.",
        captions=("Đàn dê trên sườn núi sau cơn mưa", "Chuồng dê lợp lá cọ"),
        authors=("Quách Hạ Vàng",),
        publisher="Đài Suối Đá",
        section="Nông thôn",
        published_at=moment("2019-01-01T00:00:00"),
    ),
    article(
        "a4",
        "Quyết định 362/QĐ-TTg về hoà giải ở cơ sở",
        "Tổ hoà giải của khu phố gặp hai gia đình, nói chuyện suốt buổi chiều và cuối cùng hai bên bắt tay nhau.",
        byline="Tin, ảnh: Quách Hạ Vàng",
        publisher="Đài Suối Đá",
        published_at=moment("2018-12-31T23:59:59"),
    ),
    article(
        "a5",
        "Hội thi nấu ăn của trường nội trú",
        "Cuộc thi có nghị lực của cả trăm em nhỏ; món hoà trộn nhiều vị nhất được giải.",
        authors=("Bàn Văn Sương",),
        section="Giáo dục",
    ),
    article("a6", "Bản tin thời tiết", "Nắng nhẹ, gió đông cấp hai."),
)
"""Six articles: two without a date (a5, a6), two without an author (a4, a6), two without a section (a4, a6), two
without a publisher (a5, a6)."""


def many(count: int, prefix: str = "n") -> list[Article]:
    """Give articles of which every second holds `chẵn` and every fifth `năm`, a day apart."""
    first = datetime(2020, 1, 1, 3, tzinfo=UTC)
    return [
        article(
            f"{prefix}{number:03}",
            f"Bài số {number}",
            " ".join(["dòng chữ", *(["chẵn"] if number % 2 == 0 else []), *(["năm"] if number % 5 == 0 else [])]),
            authors=(f"Người Viết {'ABC'[number % 3]}",),
            publisher=("Báo Một", "Báo Hai")[number % 2],
            published_at=PublishedAt(first + timedelta(days=number)),
        )
        for number in range(count)
    ]
