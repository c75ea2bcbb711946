"""Articles of one story: shown once where that is asked for, the others linked beside."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from index.article import Article
from index.dates import PublishedAt
from index.response import MOST_OTHERS
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, UPLAND
from tests.unit.service.page_reader import Page
from tests.unit.service.watched_searcher import WatchedSearcher


def told(number: int, **facts: object) -> Article:
    article = Article(
        f"cau-{number:02}",
        f"Cầu treo thông xe, bản tin {number}",
        "Cầu treo bắc qua suối đã thông xe.",
        publisher=(HARBOUR, UPLAND)[number % 2],
        published_at=PublishedAt.fromisoformat(f"2021-03-05T08:{number:02}:00"),
        url=f"https://bencang.example/{number}",
        story="cau-00",
    )
    return replace(article, **facts)  # type: ignore[arg-type]


BRIDGE = (told(0), told(1, is_original=True), told(2))


@pytest.fixture
def client() -> FlaskClient:
    return make_app(WatchedSearcher((*ARTICLES, *BRIDGE))).test_client()


def of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_the_api_gives_a_story_once_and_names_the_others(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=cầu&sort=oldest&collapse=story").get_json()
    assert (answer["total"], answer["total_stories"]) == (4, 2)
    alone, hit = answer["hits"]
    assert (alone["story"], alone["is_original"], alone["others"], alone["others_total"]) == (None, False, [], 0)
    assert (hit["id"], hit["story"], hit["is_original"], hit["others_total"]) == ("cau-00", "cau-00", False, 2)
    assert hit["others"][0] == {
        "id": "cau-01",
        "title": "Cầu treo thông xe, bản tin 1",
        "publisher": UPLAND,
        "published_at": "2021-03-05T08:01:00+07:00",
        "url": "https://bencang.example/1",
        "is_original": True,
        "matched": True,
    }


def test_without_it_an_answer_says_nothing_of_stories(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=cầu").get_json()
    assert len(answer["hits"]) == 4
    assert "total_stories" not in answer
    assert not {"story", "others"} & set(answer["hits"][0])


def test_wanted_fields_come_with_the_others(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=treo&collapse=story&fields=title").get_json()
    assert set(answer["hits"][0]) == {"id", "title", "story", "is_original", "others", "others_total"}


def test_cursors_lead_through_every_story_once(client: FlaskClient) -> None:
    address = "/api/v1/search?sort=id&size=2&collapse=story"
    found: list[str] = []
    answer = client.get(address).get_json()
    while True:
        found += [hit["id"] for hit in answer["hits"]]
        if answer["next_cursor"] is None:
            break
        answer = client.get(f"{address}&cursor={answer['next_cursor']}").get_json()
    assert found == sorted([*(each.id for each in ARTICLES), "cau-00"])


def test_several_searches_may_collapse_too(client: FlaskClient) -> None:
    asked = {"searches": [{"q": "treo", "collapse": "story"}, {"q": "treo"}]}
    collapsed, plain = client.post("/api/v1/searches", json=asked).get_json()["answers"]
    assert (len(collapsed["hits"]), len(plain["hits"])) == (1, 3)


def test_the_two_answers_have_tags_of_their_own(client: FlaskClient) -> None:
    plain, collapsed = (client.get(f"/api/v1/search?q=treo{more}") for more in ("", "&collapse=story"))
    assert plain.headers["ETag"] != collapsed.headers["ETag"]


def test_the_page_links_to_the_same_search_with_stories_shown_once_and_back(client: FlaskClient) -> None:
    page = of(client, "/?q=treo&page=1")
    [link] = [link for link in page.all("a") if link.words == "Gộp tin trùng"]
    collapsed = of(client, link.attributes["href"])
    assert len(collapsed.all("article", class_="hit")) == 1
    assert collapsed.one("p", class_="total").words.startswith("Tìm thấy 3 bài, 1 tin")
    [back] = [link for link in collapsed.all("a") if link.words == "Bỏ gộp tin trùng"]
    assert len(of(client, back.attributes["href"]).all("article", class_="hit")) == 3


def test_a_hit_shows_the_others_and_which_is_the_original(client: FlaskClient) -> None:
    page = of(client, "/?q=treo&sort=oldest&collapse=story")
    hit = page.one("article", class_="hit")
    assert [each.words for each in page.all("summary") if each.words.startswith("Thêm 2 bài cùng tin với Cầu treo")]
    assert "bản tin 1 có lẽ là bài đăng đầu" in hit.words.replace("  ", " ")
    links = [link.attributes["href"] for link in page.all("a") if link.words.startswith("Cầu treo")]
    assert [urlsplit(link).path for link in links] == ["/bai/cau-00", "/bai/cau-01", "/bai/cau-02"]
    assert all(client.get(link).status_code == 200 for link in links)


def test_the_hit_itself_may_be_the_original(client: FlaskClient) -> None:
    page = of(client, f"/?q=treo&collapse=story&publisher={UPLAND}")
    assert "có lẽ là bài đăng đầu" not in page.one("article", class_="hit").words, "it is the only one found"
    page = of(client, "/?q=treo&collapse=story&from=2021-03-05T08:01:00%2B07:00&sort=oldest")
    assert "có lẽ là bài đăng đầu" in page.all("p", class_="byline")[0].words


def test_filters_pages_and_the_form_keep_stories_collapsed(client: FlaskClient) -> None:
    page = of(client, "/?q=cầu&collapse=story&size=1")
    links = [link for link in page.all("a") if urlsplit(link.attributes["href"]).path == "/"]
    kept = [link for link in links if "collapse" in parse_qs(urlsplit(link.attributes["href"]).query)]
    others = {link.words for link in links} - {link.words for link in kept}
    assert len(kept) > 6
    assert not {link.words for link in kept} & others
    assert all("bài" not in words and "Trang" not in words for words in others)
    assert ("collapse", "story") in [
        (field.attributes["name"], field.attributes["value"])
        for field in page.all("input")
        if field.attributes.get("type") == "hidden"
    ]


def test_the_last_page_is_that_of_the_stories(client: FlaskClient) -> None:
    page = of(client, "/?q=treo&collapse=story&size=1&page=3")
    assert page.notices() == ["Không có trang 3; đây là trang cuối, trang 1."]


def test_what_is_no_way_to_collapse_is_passed_over_and_told(client: FlaskClient) -> None:
    page = of(client, "/?q=treo&collapse=tin")
    assert page.notices() == ["Cách gộp “tin” không có nên đã bỏ qua."]
    assert len(page.all("article", class_="hit")) == 3


def test_more_others_than_are_named_are_counted() -> None:
    client = make_app(WatchedSearcher([told(n) for n in range(MOST_OTHERS + 3)])).test_client()
    hit = of(client, "/?q=treo&collapse=story").one("article", class_="hit")
    assert f"Thêm {MOST_OTHERS + 2} bài cùng tin" in hit.words
    assert "Và 2 bài nữa." in hit.words


def test_an_article_links_the_others_of_its_story(client: FlaskClient) -> None:
    page = of(client, "/bai/cau-00")
    aside = page.one("aside", class_="others")
    assert "Cùng tin" in aside.words
    assert "bản tin 1 có lẽ là bài đăng đầu" in aside.words
    assert "bản tin 0" not in aside.words
    assert "bài này có lẽ là bài đăng đầu" in of(client, "/bai/cau-01").one("aside", class_="others").words
    assert not of(client, "/bai/cau-cang").all("aside", class_="others")


def test_an_article_of_the_api_says_of_what_story_it_is(client: FlaskClient) -> None:
    article = client.get("/api/v1/articles/cau-01").get_json()
    assert (article["story"], article["is_original"]) == ("cau-00", True)


def test_export_and_feed_have_every_article(client: FlaskClient) -> None:
    assert client.get("/api/v1/export?q=treo").text.count("\n") == 3
    assert client.get("/tin.atom?q=treo&collapse=story").text.count("<entry>") == 3
    assert client.get("/api/v1/export?q=treo&collapse=story").status_code == 400
