"""JSON and CSV rows to articles."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from index.as_json import article_fields
from index.errors import BadArticle
from indexer.extract import Extracted, extract
from tests.unit.indexer.conftest import dump, row


def read(**fields: Any) -> Extracted:
    return extract(row(json.dumps({"title": "Mưa sớm", "body": "Trời mưa.", **fields}, ensure_ascii=False)))


def test_names_of_the_public_corpora_are_read() -> None:
    article = read(
        id="a-1",
        published="2020-07-01T10:47:44+07:00",
        author="LÝ SUỐI ĐÁ",
        source="www.tienphong.vn",
        url="https://bengo.vn/mua.html",
        category="['Thời sự']",
    ).article

    assert article.id == "a-1"
    assert article.authors == ("Lý Suối Đá",)
    assert article.byline == "LÝ SUỐI ĐÁ"
    assert article.publisher == "Tiền Phong"
    assert article.publisher_printed == "www.tienphong.vn"
    assert article.section == "Thời sự"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2020-07-01T10:47:44+07:00"


def test_what_the_product_gives_out_can_be_read_again() -> None:
    first = read(
        id="a-1",
        author="Bài và ảnh: LÝ SUỐI ĐÁ; HÀ MƯA RÀO",
        source="SỞ Y TẾ TỈNH MÂY NÚI",
        published="01/07/2020",
        updated_at="2020-07-02T01:02:03Z",
        category="Y tế",
        captions=["Một", "Hai"],
        lead="Trời mưa.",
    ).article

    again = extract(row(json.dumps(article_fields(first)))).article

    assert again == first


def test_identity_without_an_id_is_the_url() -> None:
    first = read(url="https://bengo.vn/mua.html").article
    again = read(url="https://bengo.vn/mua.html", body="Trời mưa to.").article

    assert first.id == again.id
    assert first.id.startswith("u-")


def test_identity_without_url_is_title_publisher_and_second() -> None:
    first = read(source="Báo Bến Gỗ", published="2020-07-01T10:47:44").article
    corrected = read(source="Báo Bến Gỗ", published="2020-07-01T10:47:44", body="Trời tạnh.").article
    later = read(source="Báo Bến Gỗ", published="2020-07-01T10:47:45").article

    assert first.id == corrected.id != later.id


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"published": "2020-07-01"},
        {"source": "Báo Bến Gỗ", "published": "2020-07-01"},
        {"source": "Báo Bến Gỗ", "published": "2020-07-01T00:00:00"},
        {"published": "2020-07-01T10:47:44"},
    ],
)
def test_articles_that_nothing_certain_names_are_never_taken_for_one_another(facts: dict[str, str]) -> None:
    assert read(**facts).article.id != read(**facts, body="Trời tạnh.").article.id
    assert read(**facts).article.id == read(**facts).article.id


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"title": "x"', "this is not JSON"),
        ("[1]", "the row is a JSON list, not an object"),
        ("null", "the row is a JSON null"),
        ('{"body": "x"}', "there is no title"),
        ('{"title": " ", "body": "x"}', "the title is empty"),
        ('{"title": 5, "body": "x"}', "title is a JSON number, not a text"),
        ('{"title": "x"}', "there is no body"),
        ('{"title": "x", "body": "\\u00a0 "}', "the body is empty"),
        ('{"title": "x", "body": ["x"]}', "body is a JSON list, not a text"),
        ('{"title": "x", "body": "x", "id": {}}', "id is a JSON object"),
        ('{"title": "x", "body": "x", "id": true}', "id is a JSON boolean"),
        ('{"title": "x", "body": "x", "id": "a\\u0007"}', "control character"),
        ('{"title": "x", "body": "x", "id": "' + "a" * 201 + '"}', "201 characters, at most 200"),
    ],
)
def test_bad_row_is_rejected_with_the_reason(content: str, reason: str) -> None:
    with pytest.raises(BadArticle, match=r"rows\.jsonl:1: ") as caught:
        extract(row(content))
    assert reason in caught.value.reason


def test_row_of_bad_utf8_is_rejected() -> None:
    page = row("")
    with pytest.raises(BadArticle, match="not UTF-8"):
        extract(type(page)(page.origin, page.media_type, b'{"title": "\xff", "body": "x"}'))


@pytest.mark.parametrize(
    ("field", "value", "warning"),
    [
        ("published", "31/02/2021", "published '31/02/2021' is not a day of the calendar"),
        ("published", "hôm qua", "published 'hôm qua' is not a date"),
        ("published", "2999-01-01", "outside the years"),
        ("published", 5, "published is a JSON number, not a text"),
        ("author", "A, " * 100_000, "author has 300000 characters; the article is kept without it"),
        ("category", "[[" * 100_000, "category has 200000 characters"),
        ("url", "javascript:alert(1)", "no web address"),
        ("url", "https://bao.example@chep.example/1", "url holds a user name"),
        ("url", "https://ai:matkhau@bao.example/1", "url holds a user name"),
        ("author", 5, "author is a JSON number"),
        ("authors", ["A B", 5], "authors holds entries that are no texts"),
        ("category", {}, "category is a JSON object"),
        ("captions", 5, "captions is a JSON number"),
    ],
)
def test_optional_field_that_cannot_be_used_costs_only_itself(field: str, value: object, warning: str) -> None:
    result = read(**{field: value})

    assert result.article.title == "Mưa sớm"
    assert any(warning in text for text in result.warnings)


def test_whole_number_is_kept_as_an_id() -> None:
    assert read(id=42).article.id == "42"


def test_lone_surrogates_cost_a_letter_not_the_article() -> None:
    assert extract(row('{"title": "M\\ud800ưa", "body": "x"}')).article.title == "Mưa"


@pytest.mark.parametrize("evil", ["(", "Theo ", "A - ", "tin ảnh ", "©", "[['", "TS. ", "./. ", "A-", "a.a"])
def test_a_pasted_blob_costs_no_time(evil: str) -> None:
    blob = evil * (400_000 // len(evil))
    start = time.process_time()

    read(author=blob, source=blob, category=blob, published=blob, url=blob)
    extract(dump(f"T\n01/01/2020\nXong.\n{blob}\n" + f"{evil * (118 // len(evil))}\n" * 500))

    assert time.process_time() - start < 2


def test_title_too_long_is_cut_at_a_word_and_kept_whole_in_the_body() -> None:
    title = " ".join(["mưa"] * 400)

    made = read(title=title)

    assert made.article.title == " ".join(["mưa"] * 250) + "…"
    assert made.article.body == f"{title}\nTrời mưa."
    assert made.warnings == ("the title has 1599 characters; it is cut, the whole begins the body",)
    assert len(read(title="x" * 5_000).article.title) == 1_000
    again = extract(row(json.dumps(article_fields(made.article))))
    assert again.article == made.article
    assert not again.warnings
