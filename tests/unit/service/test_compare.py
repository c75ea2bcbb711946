"""The page that compares queries over time: a line for each, links to what they count, and the same in figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from index.errors import QueryRefused, SearchTimeout
from index.query import MatchAll, SearchRequest
from index.response import SearchResponse
from service import create_app
from service.settings import Settings
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, UPLAND
from tests.unit.service.page_reader import Page
from tests.unit.service.test_hostile_text import HOSTILE, harmless
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

Look = Callable[..., Page]


def marks(page: Page, number: int) -> list[str]:
    """Give the addresses of the marks of a line."""
    inside = page.html.split(f'<g class="line-{number}">')[1].split("</g>")[0]
    return [link.attributes["href"] for link in Page(inside).all("a")]


def total(page: Page) -> int:
    return int(page.one("p", class_="total").words.split()[2]) if page.titles else 0


def figures(page: Page) -> list[list[str]]:
    body = page.html.split("<tbody>")[1].split("</tbody>")[0]
    rows = [Page(f"{row}</tr>") for row in body.split("</tr>")[:-1]]
    return [[cell.words for cell in row.elements if cell.tag in ("td", "th")] for row in rows]


def test_each_query_has_a_line_a_legend_and_a_column(look: Look) -> None:
    page = look("/so-sanh", q=["nước", "tàu"])
    assert [item.words for item in page.all("li") if "bài, " in item.words] == [
        "nước 4 bài, 80%; trong đó 1 bài chưa rõ ngày",
        "tàu 1 bài, 20%",
    ]
    assert len(marks(page, 1)) == len(marks(page, 2)) == 5
    assert [head.words for head in page.all("th", scope="col")] == ["Năm", "nước", "tàu", "Tất cả bài"]
    assert figures(page) == [
        ["2019", "1 bài 100%", "0", "1"],
        ["2020", "1 bài 50%", "1 bài 50%", "2"],
        ["2021", "–", "–", "0"],
        ["2022", "–", "–", "0"],
        ["2023", "1 bài 100%", "0", "1"],
    ]
    assert "Tất cả có 5 bài, trong đó 1 bài chưa rõ ngày nên không nằm ở năm nào." in page.one("main").words


def test_lines_differ_by_more_than_their_colour(repo_root: Path) -> None:
    sheet = (repo_root / "service/static/timtin.css").read_text("utf-8")
    dashes = [line for line in sheet.splitlines() if line.startswith(".line-")]
    assert len({line.partition("stroke-dasharray")[2] for line in dashes}) == 5
    template = (repo_root / "service/templates/chart.html").read_text("utf-8")
    shapes = re.findall(r'^  \d: "(M[^"]+)"', template, re.MULTILINE)
    assert len(set(shapes)) == 5


def test_every_point_leads_to_the_search_that_it_counts(look: Look) -> None:
    page = look("/so-sanh", q=["nước", "tàu OR thư"], from_="2019-05-20", to="2023-01-15", by="month")
    links = {cell.attributes["href"] for cell in page.all("a") if "table" in cell.inside}
    assert len(links) == 5
    for link in links:
        assert total(look(link)) == 1
    assert links <= {*marks(page, 1), *marks(page, 2)}
    first = parse_qs(urlsplit(marks(page, 1)[0]).query)
    assert (first["from"], first["to"]) == (["2019-05-20"], ["2019-05"])


def test_a_share_breaks_the_line_where_there_are_no_articles(look: Look) -> None:
    page = look("/so-sanh", q="nước", measure="share")
    assert len(marks(page, 1)) == 3
    way = page.one("path", class_="line-1")
    assert way.attributes["d"] == "M0 0L25 50M100 0"
    assert "năm không có bài nào thì đường đứt quãng" in page.one("main").words


def test_the_measure_is_switched_by_links_that_keep_the_rest(look: Look) -> None:
    page = look("/so-sanh", q=["nước", "tàu"], from_="2020", publisher=HARBOUR)
    other = page.link("Tỉ lệ trong tổng số bài")
    assert parse_qs(urlsplit(other).query) == {
        "q": ["nước", "tàu"], "publisher": [HARBOUR], "from": ["2020"], "measure": ["share"],
    }  # fmt: skip
    shares = look(other)
    assert shares.one("input", type="hidden", name="measure").attributes["value"] == "share"
    assert look(shares.link("Số bài")).html == page.html


def test_filters_are_told_and_can_be_taken_off(look: Look) -> None:
    page = look("/so-sanh", q="nước", publisher=UPLAND, from_="2019", to="2020")
    assert page.one("input", type="hidden", name="publisher").attributes["value"] == UPLAND
    assert page.one("input", id="from").attributes["value"] == "2019-01-01"
    assert page.one("input", id="to").attributes["value"] == "2020-12-31"
    without = look(page.link(f"Nơi đăng: {UPLAND}"))
    assert [chip.words for chip in without.all("a", class_="chip")] == ["Bỏ bộ lọc Thời gian: 2019 – 2020 ×"]


def test_fields_hold_what_was_asked_and_room_for_more(look: Look) -> None:
    page = look("/so-sanh", q=["nước", "", "  ", "tàu", "nước"])
    fields = page.all("input", name="q")
    assert [field.attributes["value"] for field in fields] == ["nước", "tàu", "", "", ""]
    assert [page.one("label", for_=field.attributes["id"]).words for field in fields] == [
        f"Câu {n}" for n in range(1, 6)
    ]


def test_without_a_query_the_page_explains_itself_with_words_of_the_archive(look: Look) -> None:
    page = look("/so-sanh")
    assert "Mỗi câu tìm thành một đường" in page.one("p", class_="standfirst").words
    example = page.all("a", class_="try")[0]
    assert example.words != ""
    shown = look(example.attributes["href"])
    assert shown.all("table")
    assert Page(make_app(WatchedSearcher([])).test_client().get("/so-sanh").text).all("a", class_="try") == []


def test_results_lead_to_a_comparison_and_back(look: Look) -> None:
    results = look("/", q="nước", from_="2019", author="unknown", sort="newest", page="1")
    page = look(results.link("So sánh theo thời gian"))
    assert page.all("input", name="q")[0].attributes["value"] == "nước"
    back = page.link("Về kết quả tìm “nước”")
    assert parse_qs(urlsplit(back).query) == {"q": ["nước"], "author": ["unknown"], "from": ["2019"]}
    assert look(back).titles == results.titles


def test_a_list_without_a_query_has_nothing_to_compare(look: Look) -> None:
    assert "/so-sanh?" not in look("/", sort="newest").html


@pytest.mark.parametrize(
    ("query_string", "notice"),
    [
        ("q=a&q=b&q=c&q=d&q=e&q=tàu", "Chỉ so sánh được 5 câu cùng lúc: 5 câu đầu được dùng, các câu sau bị bỏ qua."),
        ("q=tàu&q=" + "b" * 501, "Câu thứ 2 quá dài: chỉ 500 ký tự đầu được dùng."),
        ("q=tàu&q=nước ngày:35/13/2020", "Câu “nước ngày:35/13/2020”: Không hiểu ngày “35/13/2020”"),
        ("q=tàu&q=()", "Câu “()” không có chữ nào để tìm nên gồm mọi bài."),
        ("q=tàu&by=day", "Chia theo ngày thì có quá 400 kỳ nên độ dài kỳ được tự chọn"),
        ("q=tàu&from=hôm qua", "Không hiểu ngày “hôm qua” nên đã bỏ qua"),
        ("q=tàu&from=2021&to=2020", "Ngày bắt đầu ở sau ngày kết thúc"),
    ],
)
def test_what_can_not_be_used_is_told_and_the_rest_is_compared(look: Look, query_string: str, notice: str) -> None:
    page = look("/so-sanh?" + urlencode([tuple(pair.split("=", 1)) for pair in query_string.split("&")]))
    assert any(told.startswith(notice) for told in page.notices()), page.notices()
    assert page.all("table")


def test_unknown_parameters_and_choices_are_passed_over(look: Look) -> None:
    page = look("/so-sanh?q=tàu&by=week&measure=loudness&utm_source=x&date=unknown")
    assert page.notices() == []
    assert page.all("table")


class Failing(WatchedSearcher):
    """Fails for one of the queries."""

    def __init__(self, error: Exception) -> None:
        super().__init__(ARTICLES)
        self.error = error

    def search(self, request: SearchRequest) -> SearchResponse:
        if "'vai'" in repr(request.query) and not isinstance(request.query, MatchAll):
            raise self.error
        return super().search(request)


@pytest.mark.parametrize(
    ("error", "why"), [(QueryRefused("too many parts"), "phức tạp quá"), (SearchTimeout("slow"), "tìm lâu quá")]
)
def test_a_query_that_is_not_answered_is_named_and_the_others_are_compared(error: Exception, why: str) -> None:
    client = make_app(Failing(error)).test_client()
    page = Page(client.get("/so-sanh", query_string={"q": ["nước", "vải", "tàu"]}).text)
    assert page.notices() == [f"Không so sánh được câu “vải” vì {why}; hãy rút gọn câu ấy."]
    assert [head.words for head in page.all("th", scope="col")] == ["Năm", "nước", "tàu", "Tất cả bài"]
    alone = Page(client.get("/so-sanh?q=vải").text)
    assert alone.notices()
    assert not alone.all("table")


class Noting(WatchedSearcher):
    """Has a note on the archive whatever is asked."""

    def search(self, request: SearchRequest) -> SearchResponse:
        response = super().search(request)
        return replace(response, notes=("Đang dùng bản trước.", *response.notes))


def test_a_note_on_the_archive_is_told_once() -> None:
    client = make_app(Noting(ARTICLES)).test_client()
    assert Page(client.get("/so-sanh?q=nước&q=tàu&q=thư -tàu").text).notices() == [
        "Đang dùng bản trước.",
        "Câu “thư -tàu”: Đã loại các bài có tàu.",
    ]
    answer = client.get("/api/v1/coverage?q=nước&q=tàu").get_json()
    assert (answer["notes"], answer["queries"][1]["notes"]) == (["Đang dùng bản trước."], [])


def test_a_span_without_articles_says_so(look: Look) -> None:
    page = look("/so-sanh", q="nước", from_="1990", to="1991")
    assert "Không có bài nào có ngày trong khoảng đã chọn" in page.one("main").words
    assert page.all("svg", class_="plot") == []


def test_no_element_brings_a_style_of_its_own(look: Look) -> None:
    page = look("/so-sanh", q=["nước", "tàu"], measure="share")
    assert not [element for element in page.elements if "style" in element.attributes or element.tag == "style"]


def test_the_chart_is_no_hurdle_for_the_keyboard_and_the_table_holds_its_links(look: Look) -> None:
    page = look("/so-sanh", q=["nước", "tàu"])
    assert page.one("figure").attributes["aria-hidden"] == "true"
    assert {link.attributes["tabindex"] for link in page.all("a") if "figure" in link.inside} == {"-1"}


def test_figures_are_given_as_csv_for_spreadsheets(client: FlaskClient, look: Look) -> None:
    answer = client.get(look("/so-sanh", q=["nước", "=tàu"]).link("Tải bảng số liệu"))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="so-sanh.csv"'
    assert answer.text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(answer.text[1:]))) == [
        ["Thời gian", "nước", "nước (%)", "'=tàu", "'=tàu (%)", "Tất cả bài"],
        ["2019", "1", "100", "0", "0", "1"],
        ["2020", "1", "50", "1", "50", "2"],
        ["2021", "0", "", "0", "", "0"],
        ["2022", "0", "", "0", "", "0"],
        ["2023", "1", "100", "0", "0", "1"],
        ["Chưa rõ ngày", "1", "100", "0", "0", "1"],
    ]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example")', "\t=1"])
def test_no_query_becomes_a_formula_of_a_spreadsheet(client: FlaskClient, formula: str) -> None:
    head = next(csv.reader(io.StringIO(client.get("/so-sanh.csv", query_string={"q": formula}).text[1:])))
    assert not [cell for cell in head if cell.strip()[:1] in ("=", "+", "-", "@")]


def test_csv_without_anything_asked_has_but_its_head(client: FlaskClient) -> None:
    assert client.get("/so-sanh.csv").text == "\ufeffThời gian,Tất cả bài\r\n"


def test_five_queries_count_as_five_requests(tmp_path: Path, searcher: WatchedSearcher) -> None:
    client = create_app(Settings(home=tmp_path, rate_limit=24), searcher, analyzer()).test_client()
    assert client.get("/so-sanh?q=a&q=b&q=c&q=d&q=e").status_code == 200
    assert client.get("/so-sanh").status_code == 200
    assert client.get("/so-sanh").status_code == 429


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_are_shown_as_text(client: FlaskClient, text: str) -> None:
    asked = {"q": [text, "nước"], "by": text, "measure": text, "from": text, "publisher": text}
    harmless(client.get("/so-sanh", query_string={**asked, "publisher": ""}).text)
    page = harmless(client.get("/so-sanh", query_string=asked).text)
    assert page.all("input", name="q")[0].attributes["value"] == text.strip()
    for link in (each for each in page.all("a") if each.attributes["href"].startswith("/")):
        assert client.get(link.attributes["href"]).status_code in (200, 304)
