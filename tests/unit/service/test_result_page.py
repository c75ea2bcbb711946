"""The page of results: what it shows, and that its links do what they say."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from index.query import Facet
from service.query_string import MAX_HITS
from service.result_page import SORTS
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import HARBOUR, REED, SNAIL, UPLAND, numbered
from tests.unit.service.page_reader import Page
from tests.unit.service.watched_searcher import WatchedSearcher

Look = Callable[..., Page]


def test_a_hit_shows_its_title_publisher_section_authors_and_date(look: Look) -> None:
    page = look("/", q="cầu cảng")
    [hit] = page.all("article", class_="hit")
    for text in ("Cầu cảng mới đón", HARBOUR, "Kinh tế", SNAIL, "01/07/2020, 23:30", "Chuyến tàu đầu tiên"):
        assert text in hit.text
    assert page.one("time").attributes["datetime"] == "2020-07-01T23:30:00+07:00"


def test_what_matched_is_marked_in_title_and_snippet_a_phrase_as_one(look: Look) -> None:
    marked = [mark.text for mark in look("/", q="nước sạch").all("mark")]
    assert marked == ["Nước sạch", "nước sạch", "nước"]


def test_a_day_without_a_time_shows_none_and_no_day_says_so(look: Look) -> None:
    assert look("/", q="mùa vải").one("time").words == "20/05/2019"
    assert "Chưa rõ ngày" in look("/", q="sổ tay ghi chép").one("article", class_="hit").text


def test_the_total_is_written_the_vietnamese_way() -> None:
    page = Page(make_app(WatchedSearcher(numbered(1234))).test_client().get("/?q=xóm").text)
    assert page.one("p", class_="total").words == "Tìm thấy 1.234 bài trong 0,002 giây"


def test_what_could_not_be_used_of_a_query_is_told(look: Look) -> None:
    assert look("/", q="bến -thuyền").notices() == ["Đã loại các bài có thuyền."]


def test_every_filter_is_offered_with_its_count(look: Look) -> None:
    page = look("/", q="nước")
    choices = [choice.words for choice in page.all("a", class_="choice")]
    assert choices == [
        *("2023 1 bài", "2020 1 bài", "2019 1 bài", "Chưa rõ 1 bài"),
        *(f"{UPLAND} 2 bài", f"{HARBOUR} 1 bài", "Chưa rõ 1 bài"),
        *(f"{REED} 2 bài", f"{SNAIL} 1 bài", "Chưa rõ 2 bài"),
        *("Kinh tế 1 bài", "Đời sống 1 bài", "Chưa rõ 2 bài"),
    ]


def test_every_choice_leads_to_as_many_articles_as_it_counts(look: Look) -> None:
    for choice in look("/", q="nước").all("a", class_="choice"):
        count = int(choice.words.split()[-2])
        assert len(look(choice.attributes["href"]).titles) == count, choice.words


def test_filters_combine_and_each_can_be_taken_off(look: Look) -> None:
    page = look("/", q="nước")
    page = look(page.link(UPLAND))
    page = look(page.link("Kinh tế"))
    assert page.titles == ["Mùa vải đến sớm"]
    chips = [chip.words for chip in page.all("a", class_="chip")]
    assert chips == [f"Bỏ bộ lọc Nơi đăng: {UPLAND} ×", "Bỏ bộ lọc Chuyên mục: Kinh tế ×"]
    without = look(page.link("Bỏ bộ lọc Nơi đăng"))
    assert [chip.words for chip in without.all("a", class_="chip")] == ["Bỏ bộ lọc Chuyên mục: Kinh tế ×"]
    assert look(page.link("Bỏ hết bộ lọc")).all("a", class_="chip") == []
    assert len(look(page.link("Bỏ hết bộ lọc")).titles) == 4


def test_a_second_value_of_a_group_widens_and_a_chosen_one_is_taken_off_where_it_stands(look: Look) -> None:
    page = look("/", q="nước", author=REED)
    page = look(page.link(f"{SNAIL} 1 bài"))
    assert [chosen.words for chosen in page.all("a", class_="chosen")] == [
        f"Bỏ lọc {REED} 2 bài",
        f"Bỏ lọc {SNAIL} 1 bài",
    ]
    assert look(page.link(f"Bỏ lọc {REED}")).all("a", class_="chosen")[0].words == f"Bỏ lọc {SNAIL} 1 bài"


def test_a_filter_that_leaves_nothing_is_still_shown_to_be_taken_off(look: Look) -> None:
    page = look("/", q="cầu cảng", publisher="Báo Không Có")
    assert page.one("a", class_="chosen").words == "Bỏ lọc Báo Không Có 0 bài"


def test_unknown_values_can_be_chosen(look: Look) -> None:
    assert look("/", author="unknown", publisher=HARBOUR).titles == ["Sổ tay không ghi ngày"]
    page = look("/", date="unknown")
    assert page.titles == ["Sổ tay không ghi ngày"]
    assert page.one("a", class_="chip").words == "Bỏ bộ lọc Thời gian: Chưa rõ ×"


def test_inside_a_year_its_parts_are_offered(look: Look) -> None:
    page = look(look("/", q="nước OR tàu").link("2020 2 bài"))
    assert page.one("a", class_="chip").words == "Bỏ bộ lọc Thời gian: 2020 ×"
    assert look(page.link("02/07/2020 1 bài")).titles == ["Nước sạch về bản Mây"]


def test_the_date_fields_hold_the_days_of_the_span(look: Look) -> None:
    page = look("/", q="tàu", from_="2020", to="2020-06")
    assert page.one("input", id="from").attributes["value"] == "2020-01-01"
    assert page.one("input", id="to").attributes["value"] == "2020-06-30"
    open_ended = look("/", from_="2020-07-02")
    assert open_ended.one("input", id="to").attributes["value"] == ""
    assert open_ended.one("a", class_="chip").words == "Bỏ bộ lọc Thời gian: từ 02/07/2020 ×"


def test_the_form_keeps_filters_and_order_but_not_the_page(look: Look) -> None:
    page = look("/", q="nước", author=[REED, SNAIL], section="Kinh tế", sort="oldest", page="1", size="5")
    kept = [(each.attributes["name"], each.attributes["value"]) for each in page.all("input", type="hidden")]
    assert kept == [("author", REED), ("author", SNAIL), ("section", "Kinh tế"), ("sort", "oldest"), ("size", "5")]
    assert {each.attributes["form"] for each in page.all("input", type="date")} == {page.one("form").attributes["id"]}


def test_the_orders_offered_are_those_that_differ(look: Look) -> None:
    with_words = look("/", q="nước")
    assert [with_words.link(label) for label in SORTS.values()] == [
        *("/?q=n%C6%B0%E1%BB%9Bc", "/?q=n%C6%B0%E1%BB%9Bc&sort=newest", "/?q=n%C6%B0%E1%BB%9Bc&sort=oldest")
    ]
    without = look("/", author=REED)
    assert "Phù hợp nhất" not in without.html
    assert look(without.link("Cũ nhất")).titles == ["Mùa vải đến sớm", "Nước sạch về bản Mây"]


def test_pages_are_linked_both_ways() -> None:
    client = make_app(WatchedSearcher(numbered(95))).test_client()
    page = Page(client.get("/?q=xóm&page=5").text)
    assert [link.words for link in page.all("a", rel="nofollow") if "Trang " in link.words] == [
        *("Trang 1", "Trang 2", "Trang 3", "Trang 4", "Trang 5", "Trang 6", "Trang 7", "Trang 10")
    ]
    assert "Trang 5" in page.one("a", aria_current="page").words
    assert page.one("link", rel="prev").attributes["href"] == page.link("Trang trước")
    assert page.one("link", rel="next").attributes["href"] == page.link("Trang sau")
    assert page.one("ol", class_="hits").attributes["start"] == "41"
    first, last = Page(client.get("/?q=xóm").text), Page(client.get("/?q=xóm&page=10").text)
    assert "Trang trước" not in first.html
    assert "Trang sau" not in last.html
    assert len(last.titles) == 5


def test_a_page_past_the_end_shows_the_last_one_and_says_so() -> None:
    page = Page(make_app(WatchedSearcher(numbered(25))).test_client().get("/?q=xóm&page=40").text)
    assert len(page.titles) == 5
    assert page.notices() == ["Không có trang 40; đây là trang cuối, trang 3."]


def test_no_page_is_linked_past_the_last_reachable_hit() -> None:
    client = make_app(WatchedSearcher(numbered(MAX_HITS + 50)), page_size=100).test_client()
    page = Page(client.get("/?sort=newest&page=100").text)
    assert "Trang sau" not in page.html
    assert page.one("p", class_="total").words.startswith("Tìm thấy 10.050 bài")


@pytest.mark.parametrize(
    ("query_string", "notice"),
    [
        ("page=x", "Số trang “x” không dùng được nên đã bỏ qua."),
        ("size=500", "Số bài mỗi trang “500” không dùng được nên đã bỏ qua."),
        ("sort=up", "Cách sắp xếp “up” không có nên đã bỏ qua."),
        ("from=never", "Không hiểu ngày “never” nên đã bỏ qua; hãy viết như 2020, 2020-07, 2020-07-01."),
        ("from=2021&to=2020", "Ngày bắt đầu ở sau ngày kết thúc: hai ngày đã được đổi chỗ cho nhau."),
        ("date=x", "Bộ lọc ngày “x” không dùng được nên đã bỏ qua."),
        ("date=unknown&from=2020", "Bài chưa rõ ngày không nằm trong khoảng ngày nào: chỉ khoảng ngày được dùng."),
        ("q=tàu", "“q” được ghi nhiều lần: chỉ giá trị đầu được dùng."),
        ("page=99999", "Số trang “99999” không dùng được nên đã bỏ qua."),
        ("page=9999", "Chỉ xem được 10.000 bài đầu; hãy thu hẹp khoảng ngày để xem tiếp."),
    ],
)
def test_a_bad_parameter_is_passed_over_and_told(look: Look, query_string: str, notice: str) -> None:
    page = look(f"/?q=nước&{query_string}")
    assert notice in page.notices()


@pytest.mark.parametrize(
    "query_string", ["from=&to=", "author=", "sort=", "date=", "utm_source=x", "fbclid=y", "facets=x"]
)
def test_empty_fields_and_parameters_of_others_are_passed_over_in_silence(look: Look, query_string: str) -> None:
    page = look(f"/?q=nước&{query_string}")
    assert page.notices() == []
    assert len(page.titles) == 4


def test_a_query_too_long_is_cut_and_told(look: Look) -> None:
    assert "Câu tìm quá dài: chỉ 500 ký tự đầu được dùng." in look("/", q="nước " * 200).notices()


def test_when_nothing_is_found_only_ways_that_find_something_are_offered(look: Look) -> None:
    page = look("/", q='"sạch nước"', author=SNAIL, publisher=HARBOUR)
    assert 'Không tìm thấy bài nào với "sạch nước"' in page.one("h2", id="khong-thay").words
    ways = [
        each.words for each in page.all("li") if "bài" in each.words and "Bỏ" in each.words and "ngoặc" in each.words
    ]
    assert ways[0] == "Bỏ dấu ngoặc kép, tìm sạch nước, bỏ hết bộ lọc 1 bài"
    assert look(page.link("Bỏ dấu ngoặc kép")).titles == ["Nước sạch về bản Mây"]


def test_without_its_quotes_a_query_loses_their_distance_too(look: Look) -> None:
    named = look("/", q='tiêu_đề:"sạch nước"').link("Bỏ dấu ngoặc kép")
    assert parse_qs(urlsplit(named).query)["q"] == ["tiêu_đề:(sạch nước)"]
    assert look(named).titles == ["Nước sạch về bản Mây"]
    way = look("/", q='"bản nước sạch"~0').link("Bỏ dấu ngoặc kép")
    assert parse_qs(urlsplit(way).query)["q"] == ["bản nước sạch"]


def test_a_filter_in_the_way_is_offered_to_be_dropped(look: Look) -> None:
    page = look("/", q="vải", publisher=HARBOUR)
    assert look(page.link(f"Bỏ bộ lọc Nơi đăng: {HARBOUR}")).titles == ["Mùa vải đến sớm"]
    assert "Tìm bài có một trong các từ" not in page.html


def test_words_that_do_not_meet_inside_a_filter_are_offered_one_by_one(look: Look) -> None:
    page = look("/", q="nước sạch", publisher=HARBOUR)
    assert look(page.link("Tìm bài có một trong các từ")).titles == ["Sổ tay không ghi ngày"]


@pytest.mark.parametrize(("span", "searches"), [({}, 1), ({"from_": "2020", "to": "2020"}, 2)])
def test_dates_are_counted_once_a_page(
    look: Look, searcher: WatchedSearcher, span: dict[str, str], searches: int
) -> None:
    look("/", q="nước", **span)
    counting = [request for request in searcher.requests if Facet.DATE in request.facets]
    assert (len(searcher.requests), len(counting)) == (searches, 1)
