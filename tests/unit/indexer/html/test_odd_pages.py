"""Shapes of pages beside the samples: where the text, its date or its signature stand otherwise."""

from __future__ import annotations

import pytest

from index.article import Article
from indexer.extract import extract
from indexer.html.dates import read_moment
from indexer.raw_page import MediaType, RawPage

FIRST = "Sáng 5/6, đoàn liên ngành kiểm tra bảy điểm bán vật tư ở ba xã, lập biên bản hai điểm bán thuốc quá hạn."
SECOND = "Các chủ điểm bán cam kết đổi hàng cho bà con, ai đã mua thì mang vỏ bao đến, không cần hóa đơn."
LAST = "Đoàn sẽ quay lại sau nửa tháng."


def read(body: str, head: str = "") -> Article:
    page = f"<html><head><title>Kiểm tra vật tư ở ba xã</title>{head}</head><body>{body}</body></html>"
    return extract(RawPage("a.html", MediaType.HTML, page.encode())).article


def day(article: Article) -> str | None:
    return article.published_at.isoformat() if article.published_at else None


HEADING = "<h1>Kiểm tra vật tư ở ba xã</h1>"


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("<p>Thứ sáu - 05/06/2020 09:10</p>", "2020-06-05T09:10:00+07:00"),
        ("<p>Tháng Sáu 5, 2020</p>", "2020-06-05"),
        ("<p>Bởi <a href='/a' rel='author'>Hà Thị Chè</a> - Jun 5, 2020</p>", "2020-06-05"),
        ("<p>Đăng lúc 8:00 ngày 05/06/2020 bởi Văn phòng</p>", "2020-06-05T08:00:00+07:00"),
        ("<span class='date'>05/06/2020</span><span>Lượt xem: 45</span>", "2020-06-05"),
        ("<div><span>Ngày đăng tin: </span><span>05/06/2020</span></div>", "2020-06-05"),
        ("<p>05/06/2020 | Ban biên tập | 34 lượt đọc</p>", "2020-06-05"),
        ("<p>(Ảnh chụp ngày 05/06/2020)</p>", None),
        ("<p><a href='/x'>Tập huấn trồng chè vụ đông</a><br>05/06/2020</p>", None),
        ("<div class='clock'>Hôm nay</div>", None),
    ],
)
def test_line_below_the_title_tells_the_date_only_when_it_says_little_else(line: str, moment: str | None) -> None:
    article = read(f"{HEADING}{line}<div><p>{FIRST}</p><p>{SECOND}</p></div>")

    assert day(article) == moment
    assert article.body.split("\n")[-2:] == [FIRST, SECOND]


def test_date_of_the_footer_is_not_the_articles() -> None:
    assert day(read(f"{HEADING}<p>{FIRST}</p><div id='foot'>Cập nhật: 26/11/2026</div>")) is None


def test_date_and_signature_below_a_text_without_any_container() -> None:
    article = read(f"{HEADING}<p>{FIRST}</p><p>{SECOND}</p><p>{LAST}</p><p>Tin: Hà Thị Chè</p><p>05/06/2020</p>")

    assert day(article) == "2020-06-05"
    assert article.byline == "Tin: Hà Thị Chè"
    assert article.body.split("\n") == [FIRST, SECOND, LAST]


def test_element_named_description_that_holds_the_text_is_no_lead() -> None:
    article = read(
        f"{HEADING}<div id='divArticleDescription1'><p>{FIRST}</p></div>"
        f"<div id='divArticleDescription2'><p>{SECOND}</p><p>{LAST}</p></div>"
    )

    assert article.body.split("\n") == [FIRST, SECOND, LAST]


def test_each_picture_of_a_table_keeps_its_caption() -> None:
    article = read(
        f"{HEADING}<div><p>{FIRST}</p><table><tr><td><img src='a'></td><td><img src='b'></td></tr>"
        f"<tr><td>Đoàn ở xã Đồi</td><td>Ký biên bản</td></tr></table><p>{SECOND}</p></div>"
    )

    assert article.captions == ("Đoàn ở xã Đồi", "Ký biên bản")
    assert article.body.split("\n") == [FIRST, SECOND]


def test_paragraphs_in_tables_of_their_own_are_one_text() -> None:
    cells = "".join(f"<tr><td><table><tr><td>{text}</td></tr></table></td></tr>" for text in (FIRST, SECOND, LAST))

    assert read(f"<table><tr><td>MENU</td><td>{HEADING}<table>{cells}</table></td></tr></table>").body.split("\n") == [
        FIRST,
        SECOND,
        LAST,
    ]


def test_beginnings_of_other_articles_are_not_the_texts() -> None:
    other = f"<h3>Tin cùng chuyên mục</h3><div><a href='/1'>Tập huấn trồng chè</a><p>{SECOND}</p></div>"

    assert read(f"{HEADING}<p>{FIRST}</p>{other}").body == FIRST


def test_words_cut_by_spans_are_whole() -> None:
    article = read(
        f"<h1><span class='dropcap'>K</span>iểm tra vật tư ở ba xã</h1><p><span>{FIRST[:2]}</span>"
        f"<span>{FIRST[2:]}</span></p>"
    )

    assert article.title == "Kiểm tra vật tư ở ba xã"
    assert article.body == FIRST


def test_verses_are_found_by_trafilatura() -> None:
    verses = [f"Câu thứ {number} ngắn như gió" for number in ("một", "hai", "ba", "tư", "năm", "sáu", "bảy")]
    page = (
        f"<html><head><title>Bến cũ</title></head><body><h1>Bến cũ</h1><div>{'<br>'.join(verses)}</div></body></html>"
    )

    extracted = extract(RawPage("a.html", MediaType.HTML, page.encode()))

    assert extracted.rules["body"] == "trafilatura"
    assert extracted.article.body.split("\n") == verses


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("01/07/2020", "2020-07-01"),
        ("2020-07-01T03:47:44.120Z", "2020-07-01T10:47:44+07:00"),
        ("Wed, 01 Jul 2020 03:47:44 GMT", "2020-07-01T10:47:44+07:00"),
        ("10:47 SA - 1/7/2020", "2020-07-01T10:47:00+07:00"),
        ("1/7/2020 10:47:44 CH", "2020-07-01T22:47:44+07:00"),
        ("Chủ nhật, ngày 5 tháng 7 năm 2020, 7 giờ 05", "2020-07-05T07:05:00+07:00"),
        ("CN, 05/07/2020, 07:05 (GMT+7)", "2020-07-05T07:05:00+07:00"),
    ],
)
def test_moments_are_read_day_first_however_they_are_written(text: str, moment: str) -> None:
    assert read_moment(text).isoformat() == moment


@pytest.mark.parametrize("text", ["31/02/2021", "hôm qua", "", "Wed, 99 Jul 2020 99:00:00", "2020-13-45"])
def test_what_is_no_moment_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day|calendar"):
        read_moment(text)
