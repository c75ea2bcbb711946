"""What is taken out of a dumped portal page."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import BadArticle
from indexer.extract import extract
from tests.unit.indexer.conftest import NBSP, PAGE, dump, extracted


def test_page_gives_title_date_author_and_publisher() -> None:
    article = extracted(PAGE).article

    assert article.title == "Vườn rau trên mái nhà kho cũ"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2021-03-05T09:15:30+07:00"
    assert article.authors == ("Lò Thị Ban Mai",)
    assert article.byline == "Lò Thị Ban Mai"
    assert article.publisher == "Ủy ban nhân dân xã Mây Chiều"
    assert article.publisher_printed == "ỦY BAN NHÂN DÂN XÃ MÂY CHIỀU"


def test_body_has_one_paragraph_a_line_and_its_first_is_the_lead() -> None:
    article = extracted(PAGE).article

    paragraphs = article.body.split("\n")
    assert len(paragraphs) == 4
    assert article.lead == paragraphs[0]
    assert paragraphs[0].startswith("Hợp tác xã Mây Chiều vừa thu")
    assert paragraphs[-1].endswith("hai mái nữa./.")


def test_unindented_paragraph_stays_in_the_body() -> None:
    assert "\nĐất được đội lên mái" in extracted(PAGE).article.body


def test_caption_of_two_lines_stands_apart_joined_by_a_blank() -> None:
    article = extracted(PAGE).article

    assert article.captions == ("Các hộ xã viên chuyền từng bao đất lên mái nhà kho",)
    assert "chuyền từng bao" not in article.body


@pytest.mark.parametrize("furniture", ["Liên kết", "truy cập", "1234", "©", "Địa chỉ", "Điện thoại"])
def test_furniture_is_nowhere_in_the_article(furniture: str) -> None:
    article = extracted(PAGE).article

    assert furniture not in article.body
    assert not any(furniture in caption for caption in article.captions)


def test_rules_name_how_each_field_was_found() -> None:
    rules = extracted(PAGE).rules

    assert rules["title"] == "line above the date"
    assert {"published_at", "byline", "publisher", "captions", "body", "lead"} <= rules.keys()


def test_impossible_date_leaves_the_article_undated_with_a_warning() -> None:
    result = extracted(PAGE.replace("05/03/2021 09:15:30", "31/02/2021"))

    assert result.article.published_at is None
    assert result.article.title == "Vườn rau trên mái nhà kho cũ"
    assert "'31/02/2021' is not a day of the calendar; the article is kept undated" in result.warnings


def test_date_without_time_stays_without_one() -> None:
    published = extracted(PAGE.replace("05/03/2021 09:15:30", "05/03/2021")).article.published_at

    assert published is not None
    assert not published.has_time
    assert published.isoformat() == "2021-03-05"


def test_page_without_a_date_line_is_kept_undated() -> None:
    result = extracted(PAGE.replace("05/03/2021 09:15:30\n", ""))

    assert result.article.title == "Vườn rau trên mái nhà kho cũ"
    assert result.article.published_at is None
    assert result.article.body.startswith("Hợp tác xã Mây Chiều")
    assert result.warnings == ("no line holds a date; the article is kept undated",)


def test_unsigned_page_has_no_author() -> None:
    article = extracted(PAGE.replace("Lò Thị Ban Mai\u00a0\n", "")).article

    assert article.authors == ()
    assert article.byline is None
    assert article.body.endswith("hai mái nữa./.")


def test_signature_behind_the_end_mark_is_cut_from_the_paragraph() -> None:
    text = PAGE.replace("nữa./.\nLò Thị Ban Mai\u00a0", "nữa./. Lò Thị Ban Mai")

    article = extracted(text).article

    assert article.authors == ("Lò Thị Ban Mai",)
    assert article.body.endswith("hai mái nữa./.")


def test_signature_indented_like_the_body_is_found() -> None:
    article = extracted(PAGE.replace("Lò Thị Ban Mai\u00a0", f"{NBSP * 4}Lò Thị Ban Mai")).article

    assert article.authors == ("Lò Thị Ban Mai",)
    assert article.body.endswith("hai mái nữa./.")


def test_text_without_end_mark_or_full_stop_keeps_its_last_line() -> None:
    text = PAGE.replace("Sang năm hợp tác xã làm tiếp hai mái nữa./.", "Việc còn lại: làm tiếp hai mái nữa")

    article = extracted(text).article

    assert article.body.endswith("làm tiếp hai mái nữa")
    assert article.authors == ("Lò Thị Ban Mai",)


def test_page_without_any_indentation_keeps_its_whole_body() -> None:
    article = extracted(PAGE.replace(NBSP, "")).article

    assert len(article.body.split("\n")) == 4
    assert article.captions == ("Các hộ xã viên chuyền từng bao đất lên mái nhà kho",)
    assert article.authors == ("Lò Thị Ban Mai",)


def test_bare_page_of_title_and_text_is_an_article() -> None:
    article = extracted("Chợ phiên dời ngày\nTừ tháng sau chợ họp vào mùng năm.\n").article

    assert article.title == "Chợ phiên dời ngày"
    assert article.body == "Từ tháng sau chợ họp vào mùng năm."
    assert article.publisher is None


def test_words_of_menus_within_the_body_cost_no_paragraph_below_them() -> None:
    text = PAGE.replace("Đất được", "Xem thêm: Mùa rau năm ngoái\nĐất được")

    article = extracted(text).article

    assert "Đất được đội lên mái" in article.body
    assert article.body.endswith("hai mái nữa./.")


@pytest.mark.parametrize("text", ["", "\n\n\u00a0\n", "12345\n678\n"])
def test_page_without_text_is_rejected(text: str) -> None:
    with pytest.raises(BadArticle, match="an article needs"):
        extracted(text)


def test_page_with_nothing_under_its_title_is_rejected() -> None:
    with pytest.raises(BadArticle, match="no text under it; an article needs a body"):
        extracted("Tiêu đề\n01/01/2020\n")


def test_page_that_is_no_utf8_is_rejected_with_the_remedy() -> None:
    page = dump("x")

    with pytest.raises(BadArticle, match="byte 1 is not UTF-8; convert it"):
        extract(type(page)(page.origin, page.media_type, b"T\xe5bc"))


def test_page_cut_off_within_a_letter_is_told_so() -> None:
    page = dump("x")

    with pytest.raises(BadArticle, match="the text ends within a letter; copy the file again"):
        extract(type(page)(page.origin, page.media_type, PAGE.encode() + b"\xe1\xba"))


def test_decomposed_letters_are_composed_and_controls_taken_out() -> None:
    article = extracted(
        "Đu\u031bo\u031b\u0300ng\x07 mo\u031b\u0301i\n01/01/2020\nXe\u0302 cha\u0323y ro\u0302\u0300i.\n"
    ).article

    assert article.title == "Đường mới"
    assert article.body == "Xê chạy rồi."


def test_learned_lines_are_taken_out_but_never_an_indented_paragraph() -> None:
    text = PAGE.replace("Vườn rau", "Chuyên trang Mây Chiều\nVườn rau", 1).replace(
        "Lò Thị", "Bấm vào đây để nghe\nLò Thị"
    )
    paragraph = "Sang năm hợp tác xã làm tiếp hai mái nữa./."

    article = extract(dump(text), lambda _: frozenset({"Bấm vào đây để nghe", paragraph})).article

    assert article.authors == ("Lò Thị Ban Mai",)
    assert article.body.endswith(paragraph)


def test_real_page_is_read_as_its_owner_reads_it(corpus: Path) -> None:
    path = next((corpus / "portal").glob("*.txt"))

    article = extract(dump(path.read_text("utf-8"), str(path))).article

    assert article.title == "Vai trò lãnh đạo của Đảng bộ Sở Thông tin và Truyền thông"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2020-07-01T10:47:44+07:00"
    assert article.authors == ("Trần Thanh Hưng",)
    assert article.body.startswith("Trong nhiệm kỳ")
    assert article.body.endswith("vững mạnh xuất sắc./.")
    assert "Vai trò của các đoàn thể" in article.body
    assert "Ngoài ra, Sở còn vận động" in article.body
    assert "Thống kê truy cập" not in article.body
    assert len(article.captions) == 1
    assert article.captions[0].startswith("Bộ trưởng Bộ TT&TT")
    assert article.captions[0].endswith("lần thứ 23")
    assert article.publisher == "Đảng ủy Khối Cơ quan, Doanh nghiệp tỉnh Phú Yên"


FIELD = f"""Mùa cấy mới
01/07/2020
{NBSP}Sáng nay, bà con xã Mây Chiều ra đồng từ sớm để kịp vụ cấy.
{NBSP}Đến trưa thì xong ba mẫu ruộng, ai cũng vui vì trời mát và nước đủ./.
Lý Suối Đá
Liên kết website
© 2019 UBND XÃ MÂY CHIỀU
"""


def test_banner_and_menu_above_are_not_the_title() -> None:
    article = extracted("CỔNG THÔNG TIN XÃ MÂY CHIỀU\nTrang chủ\nTin tức\n" + FIELD).article

    assert article.title == "Mùa cấy mới"


@pytest.mark.parametrize(
    "line",
    [
        "Thứ Tư, 01/07/2020, 10:47 GMT+7",
        "Ngày đăng: 01/07/2020 10:47",
        "01/07/2020 | 10:47",
        "10:47 01/07/2020",
        "Cập nhật lúc 10h47 ngày 01/07/2020",
    ],
)
def test_date_line_may_be_written_in_several_ways(line: str) -> None:
    published = extracted(FIELD.replace("01/07/2020", line)).article.published_at

    assert published is not None
    assert published.isoformat() == "2020-07-01T10:47:00+07:00"


def test_dates_of_other_articles_below_are_not_this_ones() -> None:
    below = (
        "Các tin khác\nHội làng mở sớm hơn mọi năm vì được mùa lúa (12/06/2020)\nNước về kênh\n05/06/2020 08:00:00\n"
    )

    article = extracted(FIELD.replace("Liên kết", below + "Liên kết")).article

    assert article.published_at is not None
    assert article.published_at.isoformat() == "2020-07-01"
    assert article.body.endswith("nước đủ./.")
    assert article.authors == ("Lý Suối Đá",)


def test_unindented_list_before_the_signature_is_body() -> None:
    article = extracted(FIELD.replace("Lý Suối", "\n- Một mẫu ruộng\n\n- Hai con trâu\n\nLý Suối")).article

    assert article.body.endswith("nước đủ./.\n- Một mẫu ruộng\n- Hai con trâu")
    assert article.authors == ("Lý Suối Đá",)


def test_caption_below_the_last_paragraph_stands_apart() -> None:
    article = extracted(FIELD.replace("Lý Suối", "\nBà con cấy lúa trên đồng\n\nLý Suối")).article

    assert article.captions == ("Bà con cấy lúa trên đồng",)
    assert article.authors == ("Lý Suối Đá",)


def test_address_within_the_body_stays() -> None:
    article = extracted(
        FIELD.replace("Lý Suối", f"{NBSP}Điện thoại: 0299.300\n{NBSP}Địa chỉ: thôn Hạ\nLý Suối")
    ).article

    assert article.body.endswith("Điện thoại: 0299.300\nĐịa chỉ: thôn Hạ")
    assert article.authors == ("Lý Suối Đá",)


def test_writer_and_photographer_sign_on_two_lines() -> None:
    article = extracted(FIELD.replace("Lý Suối Đá", "Bài: Lý Suối Đá\nẢnh: Hà Mưa Rào")).article

    assert article.byline == "Bài: Lý Suối Đá Ảnh: Hà Mưa Rào"
    assert article.authors == ("Lý Suối Đá", "Hà Mưa Rào")


def test_verses_between_blank_lines_stay_in_the_body() -> None:
    verses = "\nRuộng sâu nước bạc\nMạ xanh tay người\nTrưa về khói biếc\n\n"

    article = extracted(FIELD.replace(f"{NBSP}Đến trưa", f"{verses}{NBSP}Đến trưa")).article

    assert "Ruộng sâu nước bạc\nMạ xanh tay người\nTrưa về khói biếc" in article.body


def test_learned_lines_are_asked_for_by_the_publisher_named_and_leave_the_id_as_it_is() -> None:
    asked: list[str] = []

    def learned(portal: str) -> frozenset[str]:
        asked.append(portal)
        return frozenset({"lên mái nhà kho"})

    made = extract(dump(PAGE), learned)

    assert asked == [made.portal] == ["Ủy ban nhân dân xã Mây Chiều"]
    assert made.article.captions == ("Các hộ xã viên chuyền từng bao đất",)
    assert made.article.id == extract(dump(PAGE)).article.id


def test_title_too_long_is_cut_and_kept_whole_in_the_body() -> None:
    title = " ".join(["mưa"] * 400)

    made = extracted(f"{title}\n01/07/2020\n{NBSP}Trời mưa.\n")

    assert len(made.article.title) <= 1_000
    assert made.article.body == f"{title}\nTrời mưa."
    assert "it is cut, the whole begins the body" in made.warnings[-1]
