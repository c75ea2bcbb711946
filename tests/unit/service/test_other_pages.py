"""The start page, the page of an article, and help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index.article import Article
from service.query_string import MAX_QUERY
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, REED, SNAIL
from tests.unit.service.page_reader import Page
from tests.unit.service.watched_searcher import WatchedSearcher

Look = Callable[..., Page]

STRANGE_IDS = [
    *("a/b", "a//b", "/a", "a/", "//", "https://bao.example/a?b=c&d#e", "50%", "%2F", "a b", "a+b", "ộ", "🐌", "..a"),
    *("a/../b", "a;b=c", "a?b", "a#b", "a\\b", "'\"<b>", "x" * 300, "search", "a\u00a0b", "id:1,2"),
]


def test_the_start_page_says_what_is_in_the_archive(look: Look) -> None:
    page = look("/")
    assert "5 bài, từ 20/05/2019 đến 15/01/2023, của 2 cơ quan, đơn vị." in page.one("p", class_="standfirst").words
    for label in ("Bài mới nhất", "Thời gian", "Nơi đăng", "Tác giả", "Chuyên mục"):
        assert label in page.html


def test_date_publisher_and_author_stand_in_one_order_everywhere(look: Look) -> None:
    for address in ("/", "/?sort=newest", "/bai/cau-cang"):
        lines = [each.words for each in look(address).all("p", class_="byline")]
        [line] = [line for line in lines if "01/07/2020, 23:30" in line]
        assert line.index("01/07/2020") < line.index(HARBOUR) < line.index(SNAIL)


def test_every_link_of_the_start_page_finds_something(look: Look) -> None:
    links = [a.attributes["href"] for a in look("/").all("a") if a.attributes["href"].startswith("/?")]
    assert len(links) > 10
    for link in links:
        assert look(link).titles, link


def test_the_examples_are_made_of_the_archive(look: Look) -> None:
    examples = [each.words for each in look("/").all("a", class_="try")]
    assert any(example.startswith("tác_giả:") and (REED in example or SNAIL in example) for example in examples)
    assert "ngày:2023" in examples


def test_the_search_box_has_the_focus_on_the_start_page_only(look: Look) -> None:
    assert "autofocus" in look("/").one("input", type="search").attributes
    for address in ("/?q=nước", "/bai/cau-cang", "/tro-giup", "/?q=khôngcó"):
        assert "autofocus" not in look(address).one("input", type="search").attributes


@pytest.mark.parametrize("query_string", ["?q=", "?q=%20", "?utm_source=x", "?from=&to=", "?q=&from=&to="])
def test_nothing_asked_for_is_the_start_page(look: Look, query_string: str) -> None:
    assert look("/" + query_string).one("h1").words == "Tìm trong kho bài"


def test_a_filter_or_an_order_alone_lists_articles(look: Look) -> None:
    assert len(look("/?sort=newest").titles) == 5
    assert len(look("/", publisher=HARBOUR).titles) == 2


def test_the_start_page_of_an_empty_archive_says_so() -> None:
    page = Page(make_app(WatchedSearcher([])).test_client().get("/").text)
    assert "Kho chưa có bài nào." in page.html


def test_the_overview_is_made_once_a_generation(client: FlaskClient, searcher: WatchedSearcher) -> None:
    client.get("/")
    asked = len(searcher.requests)
    client.get("/")
    assert len(searcher.requests) == asked
    searcher.hold(ARTICLES[:1])
    said = Page(client.get("/").text).one("p", class_="standfirst").words
    assert said == "1 bài, ngày 01/07/2020, của 1 cơ quan, đơn vị."


def test_an_article_shows_its_paragraphs_and_apart_from_them_its_captions(look: Look) -> None:
    page = look("/bai/cau-cang")
    assert page.one("h1").words == ARTICLES[0].title
    paragraphs = [p for p in page.all("p") if "article" in p.inside and "div" in p.inside]
    assert [p.words for p in paragraphs] == [
        *("Chuyến tàu đầu tiên cập cầu cảng lúc rạng sáng.", "Người dân xóm chài ra xem rất đông.")
    ]
    assert paragraphs[0].attributes == {"class": "lead"}
    assert page.one("section", class_="captions").words == "Chú thích ảnh Tàu cập cầu cảng trong sương"
    assert page.one("p", class_="byline").words.startswith("01/07/2020, 23:30 sửa 02/07/2020, 08:00")
    assert page.all("mark") == []


def test_an_article_found_by_a_search_is_marked_and_leads_back_to_it(look: Look) -> None:
    results = look("/", q="tàu", from_="2020", to="2020", sort="newest")
    page = look(results.link("Cầu cảng mới"))
    assert [mark.text for mark in page.all("mark")] == ["tàu", "tàu", "Tàu"]
    assert page.one("input", type="search").attributes["value"] == "tàu"
    assert look(page.link("Về kết quả tìm “tàu”")).html == results.html


def test_an_article_links_to_the_original_and_to_more_of_its_kind(look: Look) -> None:
    page = look("/bai/nuoc-sach")
    original = page.one("p", class_="original")
    assert original.words == "Đọc trên trang của nơi đăng (mayngan.example)"
    [link] = page.all("a", rel="noopener nofollow")
    assert link.attributes["href"] == "https://mayngan.example/nuoc-sach?id=7&trang=2"
    assert len(look(page.link(REED)).titles) == 2
    assert len(look(page.link(SNAIL)).titles) == 2


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
     "//bao.example/a", "ftp://bao.example/a", "https:", "https:///a", "http://[", "mailto:a@b.example", "", "/a",
     "https://bao.example/\u202ea", "vbscript:x", "https://bao example/"],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str) -> None:
    article = replace(ARTICLES[0], url=url)
    html = make_app(WatchedSearcher([article])).test_client().get("/bai/cau-cang").text
    assert "Đọc trên trang" not in html
    assert "canonical" not in html


def test_a_lead_that_is_not_in_the_body_stands_before_it() -> None:
    article = Article(id="a", title="Bài", body="Thân bài.", lead="Lời dẫn.")
    page = Page(make_app(WatchedSearcher([article])).test_client().get("/bai/a").text)
    assert page.one("p", class_="lead").words == "Lời dẫn."


@pytest.mark.parametrize("article_id", STRANGE_IDS)
def test_an_article_of_any_id_is_reached_from_its_hit_and_by_the_api(article_id: str) -> None:
    client = make_app(WatchedSearcher([Article(id=article_id, title="Bài lạ", body="Nội dung.")])).test_client()
    link = Page(client.get("/?q=bài").text).link("Bài lạ")
    assert Page(client.get(link).text).one("h1").words == "Bài lạ"
    assert client.get("/api/v1/articles/" + quote(article_id, safe="")).get_json()["id"] == article_id
    assert client.get("/api/v1/articles/" + quote(article_id)).get_json()["id"] == article_id


def test_help_explains_every_way_to_search_that_the_parser_knows(look: Look) -> None:
    page = look("/tro-giup")
    for syntax in (
        '"nước sạch"',
        '"~10',
        "phòng*",
        "nguyen~",
        "-lũ",
        "OR",
        "HOẶC",
        "tiêu_đề:",
        "tác_giả:",
        "từ:",
        "đến:",
        "ngày:",
    ):
        assert syntax in page.one("main").text


def test_every_page_has_its_landmarks_a_heading_and_a_labelled_search_box(look: Look) -> None:
    for address, status in (("/", 200), ("/?q=nước", 200), ("/bai/cau-cang", 200), ("/tro-giup", 200), ("/x", 404)):
        page = look(address, status)
        assert page.one("html").attributes["lang"] == "vi"
        for landmark in ("header", "main", "footer"):
            assert any(each.inside == ["html", "body"] for each in page.all(landmark))
        assert len(page.all("h1")) == 1
        assert page.one("form").attributes["role"] == "search"
        assert page.one("label", for_="q").words
        assert page.one("a", class_="skip").attributes["href"] == "#" + page.one("main").attributes["id"]
        ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
        assert len(ids) == len(set(ids))


def test_the_search_box_takes_as_much_as_a_query_may_have(look: Look) -> None:
    assert look("/").one("input", id="q").attributes["maxlength"] == str(MAX_QUERY)


def test_more_publishers_than_are_counted_are_told_as_more() -> None:
    def standfirst(publishers: int) -> str:
        articles = [Article(str(n), "Mưa", "Trời mưa.", publisher=f"Báo {n}") for n in range(publishers)]
        return Page(make_app(WatchedSearcher(articles)).test_client().get("/").text).one("p", class_="standfirst").words

    assert standfirst(49).endswith("của 49 cơ quan, đơn vị.")
    assert standfirst(51).endswith("của 50 cơ quan trở lên.")


def test_the_portal_has_its_own_name(searcher: WatchedSearcher) -> None:
    html = make_app(searcher, portal_name="Kho <Bến>").test_client().get("/").text
    assert "Kho &lt;Bến&gt;" in html
    assert "Kho <Bến>" not in html
