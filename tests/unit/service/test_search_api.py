"""What the search of the API finds and how it says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.dates import PublishedAt
from index.query import Cursor, Sort
from service.cursors import PlaceInOrder
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, REED, SNAIL, UPLAND, numbered
from tests.unit.service.watched_searcher import WatchedSearcher

Ask = Callable[..., dict[str, Any]]


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def test_no_query_gives_every_article_newest_first(ask: Ask) -> None:
    assert ids(ask()) == ["vo-danh", "nuoc-sach", "cau-cang", "mua-vai", "so-tay/khong-ngay"]
    assert ask(q="")["total"] == 5
    assert ask(q="   ")["total"] == 5


def test_a_query_with_words_is_ranked_and_one_without_comes_newest_first(ask: Ask, searcher: WatchedSearcher) -> None:
    assert ids(ask(q="nước sạch"))[0] == "nuoc-sach"
    ask(q=f'tác_giả:"{REED}"')
    assert [request.sort.value for request in searcher.requests] == ["relevance", "newest"]


def test_a_hit_is_explained_when_asked_for(ask: Ask) -> None:
    [hit] = ask(q="cầu cảng", explain="true")["hits"]
    explanation = hit["explanation"]
    assert explanation["matched"]
    assert explanation["score"] == hit["score"] == sum(factor["score"] for factor in explanation["factors"])
    assert all(factor["label"] for factor in explanation["factors"])
    assert "explanation" not in ask(q="cầu cảng", explain="false")["hits"][0]


def test_a_hit_has_every_field(ask: Ask) -> None:
    [hit] = ask(q="cầu cảng")["hits"]
    snippet, spans, score = hit.pop("snippet"), hit.pop("title_spans"), hit.pop("score")
    assert hit == {
        "id": "cau-cang",
        "url": "https://bencang.example/cau-cang",
        "title": "Cầu cảng mới đón chuyến tàu đầu tiên",
        "title_html": "<mark>Cầu cảng</mark> mới đón chuyến tàu đầu tiên",
        "authors": [SNAIL],
        "publisher": HARBOUR,
        "section": "Kinh tế",
        "published_at": "2020-07-01T23:30:00+07:00",
    }
    assert score > 0
    assert [hit["title"][start:end] for start, end in spans] == ["Cầu", "cảng"]
    assert set(snippet) == {"text", "spans", "html", "cut_before", "cut_after"}
    assert {snippet["text"][start:end] for start, end in snippet["spans"]} == {"cầu", "cảng"}


def test_the_answer_has_the_total_the_generation_the_time_and_notes(ask: Ask) -> None:
    answer = ask(q="bến -thuyền", size=1)
    assert set(answer) == {"total", "took_ms", "generation", "hits", "facets", "notes", "next_cursor"}
    assert answer["generation"] == "1"
    assert answer["took_ms"] == 1.5
    assert answer["notes"] == ["Đã loại các bài có thuyền."]


def test_a_missing_fact_is_null_and_never_left_out(ask: Ask) -> None:
    hit = ask(q="sổ tay không ghi ngày")["hits"][0]
    assert (hit["url"], hit["section"], hit["published_at"], hit["authors"]) == (None, None, None, [])


def test_a_day_without_a_time_stays_a_day(ask: Ask) -> None:
    assert ask(q="mùa vải")["hits"][0]["published_at"] == "2019-05-20"


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2020-07-02", None, ["vo-danh", "nuoc-sach"]),
        (None, "2020-07-01", ["cau-cang", "mua-vai"]),
        ("2020-07-01", "2020-07-01", ["cau-cang"]),
        ("2020-07", "2020-07", ["nuoc-sach", "cau-cang"]),
        ("2020", "2020", ["nuoc-sach", "cau-cang"]),
        ("2020-07-01T23:30:00+07:00", "2020-07-01T23:30:00+07:00", ["cau-cang"]),
        ("2020-07-01T16:30:01Z", "2020-07-01T17:00:00Z", ["nuoc-sach"]),
        ("2020-07-01T23:30", "2020-07-01T23:30", ["cau-cang"]),
        ("2019", "2019", ["mua-vai"]),
        ("2019-05-20", "2019-05-20", ["mua-vai"]),
        ("2019-05-21", "2019-12-31", []),
    ],
)
def test_what_from_and_to_name_is_included_whole(
    ask: Ask, since: str | None, until: str | None, expected: list[str]
) -> None:
    span = {name: value for name, value in (("from_", since), ("to", until)) if value}
    assert ids(ask(sort="newest", **span)) == expected


def test_date_unknown_gives_articles_without_a_date(ask: Ask) -> None:
    assert ids(ask(date="unknown")) == ["so-tay/khong-ngay"]


def test_values_of_one_field_add_up_and_fields_narrow_each_other(ask: Ask) -> None:
    assert ask(author=[SNAIL])["total"] == 2
    assert ask(author=[SNAIL, REED])["total"] == 3
    assert ids(ask(author=[SNAIL, REED], publisher=HARBOUR)) == ["cau-cang"]
    assert ids(ask(section="Kinh tế", publisher=UPLAND)) == ["mua-vai"]


def test_unknown_gives_articles_that_lack_the_field(ask: Ask) -> None:
    assert ids(ask(author="unknown")) == ["vo-danh", "so-tay/khong-ngay"]
    assert ids(ask(publisher="unknown")) == ["vo-danh"]
    assert ask(author=["unknown", SNAIL])["total"] == 4


def test_a_name_typed_with_loose_accents_is_the_same_name(ask: Ask) -> None:
    decomposed = "O\u0302\u0301c Thi\u0323 Mâ\u0303n"
    assert decomposed != SNAIL
    assert ask(author=decomposed)["total"] == 2


def test_sorts_by_date_both_ways_with_undated_articles_last(ask: Ask) -> None:
    assert ids(ask(q="nước", sort="newest"))[-1] == "so-tay/khong-ngay"
    assert ids(ask(sort="oldest")) == ["mua-vai", "cau-cang", "nuoc-sach", "vo-danh", "so-tay/khong-ngay"]


def test_no_facet_unless_asked_for(ask: Ask) -> None:
    assert ask()["facets"] == {}


def test_facets_count_the_hits_with_unknown_last(ask: Ask) -> None:
    facets = ask(facets="author,publisher,section,date")["facets"]
    assert facets["author"] == [
        {"value": REED, "count": 2},
        {"value": SNAIL, "count": 2},
        {"value": "unknown", "count": 2},
    ]
    assert [each["value"] for each in facets["publisher"]] == [HARBOUR, UPLAND, "unknown"]
    assert [(each["value"], each["count"]) for each in facets["date"]] == [
        ("2019", 1),
        ("2020", 2),
        ("2023", 1),
        ("unknown", 1),
    ]
    assert set(facets["date"][0]) == {"value", "from", "to", "count"}
    assert facets["date"][-1]["from"] is None


def test_facets_may_be_a_list_or_repeated(ask: Ask) -> None:
    assert set(ask(facets=["author", "date"])["facets"]) == {"author", "date"}
    assert set(ask(facets="author, date")["facets"]) == {"author", "date"}


def test_a_facet_value_given_back_as_a_filter_finds_as_many_as_it_counted(ask: Ask) -> None:
    facets = ask(facets="author,publisher,section,date")["facets"]
    for facet in ("author", "publisher", "section"):
        for each in facets[facet]:
            assert ask(**{facet: each["value"]})["total"] == each["count"]
    for each in facets["date"]:
        span = {"date": "unknown"} if each["value"] == "unknown" else {"from_": each["value"], "to": each["value"]}
        assert ask(**span)["total"] == each["count"]


def test_pages_follow_one_another_without_gap_or_repeat() -> None:
    client = make_app(WatchedSearcher(numbered(25))).test_client()
    found: list[str] = []
    for page in (1, 2, 3, 4):
        answer = client.get(f"/api/v1/search?q=xóm&page={page}").get_json()
        assert answer["total"] == 25
        found += ids(answer)
    assert found == [f"bai-{number:05}" for number in range(1, 26)]


@pytest.mark.parametrize("sort", ["", *Sort])
@pytest.mark.parametrize("q", ["nước", "", "bến OR nước OR mùa"])
def test_cursors_lead_through_every_hit_once_in_the_order_of_one_long_page(ask: Ask, q: str, sort: str) -> None:
    asked = {"q": q, **({"sort": sort} if sort else {})}
    whole = ids(ask(**asked))
    answer = ask(**asked, size=1)
    met = ids(answer)
    while cursor := answer["next_cursor"]:
        assert re.fullmatch(r"[\w-]+", cursor, re.ASCII)
        answer = ask(**asked, size=1, cursor=cursor)
        assert answer["total"] == len(whole)
        met += ids(answer)
    assert met == whole
    assert len(whole) > 1


def test_a_cursor_keeps_its_order_when_none_is_asked_for(ask: Ask) -> None:
    first = ask(sort="oldest", size=2)
    assert ids(ask(cursor=first["next_cursor"])) == ids(ask(sort="oldest"))[2:]


def test_cursors_lead_past_the_deepest_page() -> None:
    client = make_app(WatchedSearcher(numbered(12))).test_client()
    deep = PlaceInOrder(Sort.ID, Cursor(None, "bai-00010"))
    assert ids(client.get(f"/api/v1/search?cursor={deep}&size=100").get_json()) == ["bai-00011", "bai-00012"]


def test_answers_behind_other_cursors_have_other_tags(client: FlaskClient) -> None:
    tag = client.get("/api/v1/search?size=1").headers["ETag"]
    for other in ("freshness=0.5", f"cursor={PlaceInOrder(Sort.NEWEST, Cursor(None, 'a'))}", "explain=true"):
        address = f"/api/v1/search?size=1&{other}"
        answer = client.get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_freshness_lifts_the_newer_of_two_alike() -> None:
    older, newer = (
        replace(ARTICLES[0], id=name, published_at=PublishedAt.fromisoformat(day))
        for name, day in (("a", "2019-05-20"), ("b", "2020-05-20"))
    )
    client = make_app(WatchedSearcher([older, newer])).test_client()
    assert ids(client.get("/api/v1/search?q=cầu").get_json()) == ["a", "b"]
    assert ids(client.get("/api/v1/search?q=cầu&freshness=0").get_json()) == ["a", "b"]
    assert ids(client.get("/api/v1/search?q=cầu&freshness=0.3").get_json()) == ["b", "a"]


def test_the_page_size_is_a_setting_and_a_parameter() -> None:
    client = make_app(WatchedSearcher(numbered(25)), page_size=7).test_client()
    assert len(client.get("/api/v1/search").get_json()["hits"]) == 7
    assert len(client.get("/api/v1/search?size=25").get_json()["hits"]) == 25


def test_the_last_reachable_hit_is_the_ten_thousandth(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?page=100&size=100").status_code == 200
    assert client.get("/api/v1/search?page=10000&size=1").status_code == 200


def test_text_is_utf_8_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "nước"})
    assert answer.content_type == "application/json"
    assert "Nước sạch về bản Mây" in answer.data.decode()


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient, searcher: WatchedSearcher) -> None:
    first = client.get("/api/v1/search?q=nước&facets=author,date")
    tag = first.headers["ETag"]
    again = client.get("/api/v1/search?facets=date,author&q=nước", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert len(searcher.requests) == 1
    other = client.get("/api/v1/search?q=nước&facets=date", headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_a_new_generation_makes_a_new_answer(client: FlaskClient, searcher: WatchedSearcher) -> None:
    tag = client.get("/api/v1/search?q=nước").headers["ETag"]
    searcher.hold(ARTICLES[:2])
    again = client.get("/api/v1/search?q=nước", headers={"If-None-Match": tag})
    assert (again.status_code, again.get_json()["generation"]) == (200, "2")


def test_an_article_is_given_whole(client: FlaskClient) -> None:
    article = client.get("/api/v1/articles/cau-cang").get_json()
    assert article["body"] == ARTICLES[0].body
    assert article["captions"] == ["Tàu cập cầu cảng trong sương"]
    assert article["updated_at"] == "2020-07-02T08:00:00+07:00"
    assert list(article) == [
        *("id", "url", "title", "lead", "body", "captions", "authors", "byline", "section"),
        *("publisher", "publisher_printed", "published_at", "updated_at", "story", "is_original"),
    ]


def test_an_unchanged_article_is_not_sent_again(client: FlaskClient, searcher: WatchedSearcher) -> None:
    tag = client.get("/api/v1/articles/cau-cang").headers["ETag"]
    assert client.get("/api/v1/articles/cau-cang", headers={"If-None-Match": tag}).status_code == 304
    searcher.hold([replace(ARTICLES[0], title="Cầu cảng cũ")])
    assert client.get("/api/v1/articles/cau-cang", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_can_be_asked_for_its_headers_alone(client: FlaskClient) -> None:
    answer = client.head("/api/v1/search?q=nước")
    assert (answer.status_code, answer.data) == (200, b"")
