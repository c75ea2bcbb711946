"""Whatever stands in an article, a query or an address, it is shown as text and never taken for markup."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index.article import Article
from index.dates import PublishedAt
from tests.unit.service.conftest import make_app
from tests.unit.service.page_reader import Page
from tests.unit.service.watched_searcher import WatchedSearcher

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover=alert(1) '",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</mark><script>alert(1)</script><mark>",
    "<mark>giả</mark>",
    "<!--<script>alert(1)</script>-->",
    "--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>bấm</a>",
    "<form action=//xau.example><input name=q>",
    "<base href=//xau.example>",
    "<meta http-equiv=refresh content=0;url=//xau.example>",
    "<link rel=stylesheet href=//xau.example>",
    "<style>*{display:none}</style>",
    "<math><mtext><script>alert(1)</script>",
    "<noscript><p title=\"</noscript><script>alert(1)</script>\">",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "{{ 7*7 }}{% raw %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "\u202egpj.exe\u202c",
    "<scr\u200bipt>alert(1)</scr\u200bipt>",
    "javascript:alert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003e",
    "＜script＞alert(1)＜/script＞",
]  # fmt: skip

FOREIGN = {"script", "img", "iframe", "base", "style", "math", "noscript", "object", "embed", "textarea"}


def hostile_article(text: str) -> Article:
    return Article(
        id=text,
        title=f"mồi {text}",
        body=f"mồi {text} thân bài\n\n{text}",
        lead=text,
        captions=(f"mồi {text}",),
        url=text,
        authors=(text,),
        byline=text,
        section=text,
        publisher=text,
        publisher_printed=text,
        published_at=PublishedAt.fromisoformat("2020-07-01"),
    )


def harmless(html: str) -> Page:
    """Read a page; nothing in it but what templates put there."""
    page = Page(html)
    own = page.one("script", type="module")
    assert own.attributes["src"].startswith("/static/keys.js?v=")
    assert not FOREIGN & {element.tag for element in page.elements if element is not own}
    assert len(page.all("form")) == 1
    assert len([each for each in page.all("meta") if "http-equiv" in each.attributes]) == 0
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            assert element.attributes.get(name, "/").startswith(("/", "#"))
            assert not element.attributes.get(name, "/").startswith("//")
    return page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_articles_are_shown_as_text(text: str) -> None:
    client = make_app(WatchedSearcher([hostile_article(text)])).test_client()
    for address in ("/", "/?q=mồi", f"/?q=mồi&author={quote(text)}&publisher={quote(text)}&section={quote(text)}"):
        harmless(client.get(address).text)
    results = harmless(client.get("/?q=mồi").text)
    assert results.titles == [" ".join(f"mồi {text}".split())]
    article = harmless(client.get(results.link("mồi")).text)
    assert article.one("h1").words == " ".join(f"mồi {text}".split())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_are_shown_as_text(client: FlaskClient, text: str) -> None:
    page = harmless(client.get("/", query_string={"q": text, "sort": text, "from": text, "author": text}).text)
    assert page.one("input", type="search").attributes["value"] == text
    harmless(client.get("/bai/vo-danh", query_string={"q": text, "author": text, "page": text}).text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_addresses_are_answered_in_safety(client: FlaskClient, text: str) -> None:
    harmless(client.get("/bai/" + quote(text, safe="")).text)
    harmless(client.get("/" + quote(text, safe="")).text)
    answer = client.get("/api/v1/articles/" + quote(text, safe=""))
    assert answer.content_type == "application/problem+json"
    assert "alert" not in answer.text


@pytest.mark.parametrize("text", HOSTILE)
def test_json_gives_hostile_text_back_unchanged(text: str) -> None:
    client = make_app(WatchedSearcher([hostile_article(text)])).test_client()
    answer = client.get("/api/v1/search?q=mồi&facets=author")
    assert answer.content_type == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    fields = json.loads(answer.data)
    assert fields["hits"][0]["title"] == f"mồi {text}"
    assert fields["facets"]["author"][0]["value"] == text
    faults = client.get("/api/v1/search", query_string={"size": text}).get_json()["errors"]
    assert faults[0]["value"] == text
