"""The API's page for people says what the OpenAPI document says, and can be read by anybody anywhere."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from index.errors import IndexMissing
from service.api_docs import ASKED
from service.api_examples import Asked, example
from service.openapi_operations import OPERATIONS
from service.settings import Access
from tests.unit.service.conftest import make_app
from tests.unit.service.page_reader import Page
from tests.unit.service.watched_searcher import FailingSearcher, WatchedSearcher

Look = Callable[..., Page]


@pytest.fixture
def page(look: Look) -> Page:
    return look("/api/docs")


def test_every_operation_parameter_and_problem_of_the_document_is_told(client: FlaskClient, page: Page) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    sections = {section.attributes["aria-labelledby"]: section for section in page.all("section")}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told = sections[operation["operationId"]].words
            assert f"{method.upper()} {path}" in told
            assert operation["summary"] in told
            for parameter in operation["parameters"]:
                assert f" {parameter['name']} " in told
                assert parameter.get("description", "").replace("`", "") in told
            for status, response in operation["responses"].items():
                assert f" {status} " in told
                for code in re.findall(r"`(\w+)`:", response["description"]):
                    assert f"urn:problem-type:timtin:{code} " in told


def test_every_field_of_every_schema_is_told(client: FlaskClient, page: Page) -> None:
    schemas = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    headings = {heading.attributes.get("id") for heading in page.all("h3")}
    assert schemas.keys() <= headings
    names = {element.words for element in page.all("code")}
    assert {name for schema in schemas.values() for name in schema["properties"]} <= names
    assert "snippet.cut_before" in names


def test_limits_choices_and_defaults_are_told(page: Page) -> None:
    terms = " ".join(element.words for element in page.all("dl"))
    assert "q chuỗi; nhiều nhất 500 ký tự" in terms
    assert "page số nguyên; từ 1 đến 10.000; mặc định 1" in terms
    assert "date chuỗi; chỉ unknown" in terms
    assert "sort chuỗi; một trong relevance, newest, oldest, id" in terms
    assert "size số nguyên; từ 1 đến 20; mặc định 5" in terms
    assert "id bắt buộc chuỗi" in terms
    assert "hits danh sách Hit" in terms
    assert "published_at chuỗi hoặc null" in terms


def test_every_link_within_the_page_leads_somewhere(page: Page) -> None:
    anchors = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(anchors) == len(set(anchors))
    targets = {link.attributes["href"][1:] for link in page.all("a") if link.attributes["href"].startswith("#")}
    assert targets - set(anchors) == set()
    assert {operation.name for operation in OPERATIONS} <= targets


def test_it_is_linked_from_every_page_and_from_the_help(look: Look) -> None:
    assert look("/").link("API cho lập trình viên") == "/api/docs"
    assert look("/tro-giup").link("tài liệu API") == "/api/docs"


def test_examples_name_the_address_that_the_reader_is_on(searcher: WatchedSearcher) -> None:
    sent = {"X-Forwarded-Prefix": "/tim", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "cong.example"}
    trusting = make_app(searcher, trusted_proxies=1).test_client().get("/api/docs", headers=sent).text
    assert "curl -sG https://cong.example/tim/api/v1/search " in trusting
    assert "http://localhost" not in trusting
    assert "cong.example" not in make_app(searcher).test_client().get("/api/docs", headers=sent).text


def test_examples_ask_for_an_article_there_is(client: FlaskClient, page: Page) -> None:
    asked = re.search(r"curl -s \S*(/api/v1/articles/\S+)", page.one("pre", aria_labelledby="article-curl").text)
    assert asked is not None
    assert client.get(asked[1]).status_code == 200


def test_without_an_index_the_page_is_there_all_the_same() -> None:
    client = make_app(FailingSearcher(IndexMissing("none"))).test_client()
    assert "/api/v1/articles/ID" in client.get("/api/docs").text


def test_a_key_is_shown_where_one_is_wanted(searcher: WatchedSearcher) -> None:
    keyed = make_app(searcher, export=Access.KEY).test_client().get("/api/docs").text
    assert keyed.count("TIMTIN_KEY") == 4
    assert make_app(searcher).test_client().get("/api/docs").text.count("TIMTIN_KEY") == 1


def test_it_is_a_page_and_not_an_answer_for_programs(client: FlaskClient) -> None:
    assert "style-src 'self'" in client.get("/api/docs").headers["Content-Security-Policy"]
    assert client.post("/api/docs").content_type == "text/html; charset=utf-8"
    assert client.get("/api/docs/").content_type == "application/problem+json"


def test_every_operation_has_an_example_of_its_own() -> None:
    assert {operation.name for operation in OPERATIONS} == ASKED.keys()


ODD = 'It\'s "q" $x `y` ’ \\ {z} đường'


def test_what_is_odd_in_a_value_stays_in_its_quotes() -> None:
    written = example("https://cong.example/o'brien", Asked((("q", ODD),), body={"q": ODD}))
    words = shlex.split(written.curl.replace("\\\n", ""))
    assert words[2] == "https://cong.example/o'brien"
    assert words[4] == f"q={ODD}"
    assert json.loads(words[-1]) == {"q": ODD}
    constants = {node.value for node in ast.walk(ast.parse(written.python)) if isinstance(node, ast.Constant)}
    assert {ODD, "https://cong.example/o'brien"} <= constants
    assert "'It''s \"q\" $x `y` ’’ \\ {z} đường'" in written.powershell
