"""Several searches at once, names within a facet, similar articles, chosen fields, marks as HTML, the feed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient

from index.article import Article
from service.several import MOST
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES, HARBOUR, SNAIL, numbered
from tests.unit.service.watched_searcher import WatchedSearcher

Ask = Callable[..., dict[str, Any]]
ATOM = "{http://www.w3.org/2005/Atom}"


def post(client: FlaskClient, body: object) -> Any:
    return client.post("/api/v1/searches", json=body)


def test_several_searches_are_answered_in_one_request(client: FlaskClient, ask: Ask) -> None:
    answer = post(client, {"searches": [{"q": "cầu cảng", "size": 1}, {"publisher": [HARBOUR], "explain": False}]})
    first, second = answer.get_json()["answers"]
    for shown, alone in ((first, ask(q="cầu cảng", size=1)), (second, ask(publisher=HARBOUR))):
        assert {**shown, "took_ms": 0} == {**alone, "took_ms": 0}


def test_what_is_wrong_with_one_search_costs_that_one_only(client: FlaskClient) -> None:
    bad, good = post(client, {"searches": [{"size": 0}, {"q": "cầu"}]}).get_json()["answers"]
    assert (bad["status"], bad["code"], bad["errors"][0]["parameter"]) == (400, "invalid_parameters", "size")
    assert good["total"] == 1


@pytest.mark.parametrize(
    "body",
    [[], {}, {"searches": []}, {"searches": [{}] * (MOST + 1)}, {"searches": [1]}, {"searches": [{"q": {}}]},
     {"searches": [{}], "more": 1}, {"searches": [{"q": None}]}, 5],
)  # fmt: skip
def test_a_body_that_is_no_list_of_searches_is_refused(client: FlaskClient, body: object) -> None:
    answer = post(client, body)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid_parameters")


def test_a_body_that_is_no_json_or_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/searches", data="{").get_json()["code"] == "unsupported_media_type"
    assert client.post("/api/v1/searches", data="{", content_type="application/json").status_code == 400
    large = client.post("/api/v1/searches", data=b" " * 70_000, content_type="application/json")
    assert (large.status_code, large.get_json()["code"]) == (413, "body_too_large")


def test_names_within_a_facet_are_found_by_their_beginnings(client: FlaskClient) -> None:
    def names(facet: str, **asked: Any) -> list[str]:
        answer = client.get(f"/api/v1/values/{facet}", query_string=asked).get_json()
        return [value["value"] for value in answer["values"]]

    everyone = names("author")
    assert SNAIL in everyone
    assert names("author", name=SNAIL.split()[-1][:2]) == [SNAIL]
    assert names("author", name="khongai") == []
    assert names("author", publisher=HARBOUR, size=1) == names("author", publisher=HARBOUR)[:1]
    assert client.get("/api/v1/values/date").status_code == 404


def test_pages_of_names_make_up_all_of_them(client: FlaskClient) -> None:
    everyone = client.get("/api/v1/values/author").get_json()
    pages = [client.get(f"/api/v1/values/author?size=2&page={page}").get_json() for page in (1, 2, 3, 4)]
    assert [value for page in pages for value in page["values"]] == everyone["values"]
    assert {page["total"] for page in pages} == {len(everyone["values"])}


def test_similar_articles_are_about_the_same_and_never_the_article_itself(searcher: WatchedSearcher) -> None:
    base = ARTICLES[0]
    like = replace(base, id="like", body=base.body + " Thêm một câu.")
    searcher.hold([*numbered(40), base, like])
    client = make_app(searcher).test_client()
    hits = client.get("/api/v1/similar", query_string={"id": base.id, "fields": "title"}).get_json()["hits"]
    assert hits[0]["id"] == "like"
    assert base.id not in [hit["id"] for hit in hits]
    assert client.get("/api/v1/similar?id=khong-co").get_json()["code"] == "article_not_found"
    assert client.get("/api/v1/similar").get_json()["errors"][0]["message"] == "id must be given"


def test_an_article_without_words_has_no_like(searcher: WatchedSearcher) -> None:
    searcher.hold([Article(id="x", title="…", body="!")])
    assert make_app(searcher).test_client().get("/api/v1/similar?id=x").get_json()["hits"] == []


def test_hits_have_the_fields_asked_for_and_their_id(ask: Ask) -> None:
    [hit] = ask(q="cầu cảng", fields="body,title")["hits"]
    assert sorted(hit) == ["body", "id", "title"]
    [hit] = ask(q="cầu cảng", fields="snippet")["hits"]
    assert sorted(hit) == ["id", "snippet"]


def test_unknown_fields_are_refused(faults: Callable[[str], list[dict[str, str]]]) -> None:
    [fault] = faults("fields=titel")
    assert fault["message"].startswith("fields must be id, url, title")


def test_marks_stand_beside_their_offsets_as_safe_html(searcher: WatchedSearcher) -> None:
    searcher.hold([Article(id="x", title="<b>Cầu</b> cảng", body="Bến <script>alert(1)</script> cầu & cảng.")])
    [hit] = make_app(searcher).test_client().get("/api/v1/search?q=cầu").get_json()["hits"]
    assert hit["title_html"] == "&lt;b&gt;<mark>Cầu</mark>&lt;/b&gt; cảng"
    assert hit["snippet"]["html"] == "Bến &lt;script&gt;alert(1)&lt;/script&gt; <mark>cầu</mark> &amp; cảng."


def test_the_feed_of_a_search_gives_its_newest_articles(client: FlaskClient) -> None:
    answer = client.get("/tin.atom", query_string={"publisher": HARBOUR, "utm_source": "x"})
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = Xml.fromstring(answer.data)
    titles = [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
    assert "Cầu cảng mới đón chuyến tàu đầu tiên" in titles
    assert root.findtext(f"{ATOM}id", "").startswith("http://localhost/tin.atom?publisher=")
    assert all(link.get("href", "").startswith("http") for link in root.iter(f"{ATOM}link"))
    again = client.get(
        "/tin.atom", query_string={"publisher": HARBOUR}, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_in_an_article_breaks_the_feed(searcher: WatchedSearcher) -> None:
    hostile = "<b>&]]></title>\x00\x0b\ufffe\ud800 x"
    searcher.hold([Article(id="a/b?c", title=hostile, body=hostile, url="javascript:alert(1)", section=hostile)])
    answer = make_app(searcher).test_client().get("/tin.atom")
    [entry] = Xml.fromstring(answer.data).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "<b>&]]></title> x"
    assert "javascript" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        '{"searches":' + "[" * 3000,
        "[" * 30_000 + "]" * 30_000,
        '{"searches":[{"sort":"\\ud800"},{"q":"a"}]}',
        '{"searches":[{"q":NaN}]}',
        "",
    ],
    ids=["deep", "deeper", "surrogate", "nan", "empty"],
)
def test_a_body_that_is_no_good_json_is_a_bad_request(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/v1/searches", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


def test_long_names_and_long_searches_are_refused_before_they_are_read(client: FlaskClient) -> None:
    marks = "a" + "\u0301\u0323" * 3000
    answer = post(client, {"searches": [{"author": marks}, {"q": "x" * 9000}]})
    assert answer.status_code == 400
    [one] = post(client, {"searches": [{"author": marks}]}).get_json()["answers"]
    assert one["errors"][0]["message"] == "author must have at most 300 characters"


def test_so_many_hits_are_explained_in_one_request(client: FlaskClient) -> None:
    asked = {"q": "nước", "explain": True, "size": 15}
    first, second = post(client, {"searches": [asked, asked]}).get_json()["answers"]
    assert first["total"]
    assert second["errors"][0]["parameter"] == "explain"


def test_no_more_faults_are_listed_than_help(client: FlaskClient) -> None:
    errors = client.get("/api/v1/search?fields=" + ",".join(map(str, range(900)))).get_json()["errors"]
    assert len(errors) == 21
    assert errors[-1]["message"] == "there are more faults than are listed"


def test_a_feed_takes_nothing_but_what_narrows_a_search(client: FlaskClient, ask: Ask) -> None:
    cursor = ask(size=1, sort="oldest")["next_cursor"]
    bare, with_more = client.get("/tin.atom"), client.get(f"/tin.atom?cursor={cursor}&freshness=1&size=1")
    assert len(list(Xml.fromstring(bare.data))) == len(list(Xml.fromstring(with_more.data)))


def test_the_form_in_a_frame_keeps_the_filters(client: FlaskClient) -> None:
    page = client.get("/box/frame?publisher=A&section=B&author=C&from=2019&to=2020&sort=newest").text
    hidden = dict(re.findall(r'name="(\w+)" value="(\w+)"', page))
    assert hidden == {"publisher": "A", "section": "B", "author": "C", "from": "2019", "to": "2020"}


def test_a_host_that_is_none_is_a_bad_request(client: FlaskClient) -> None:
    for host in ('evil"><x', "a b", "a:99999999"):
        assert client.get("/opensearch.xml", headers={"Host": host}).status_code == 400, host


def test_the_document_knows_under_which_path_it_is_served(searcher: WatchedSearcher) -> None:
    client = make_app(searcher, trusted_proxies=1).test_client()
    answer = client.get("/api/v1/openapi.json", headers={"X-Forwarded-Prefix": "/tim"}).get_json()
    assert answer["servers"] == [{"url": "http://localhost/tim"}]
