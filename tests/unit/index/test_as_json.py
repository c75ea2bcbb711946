"""The JSON shape that callers rely on, field by field."""

from __future__ import annotations

import json
from datetime import date

from index.article import UNKNOWN, Article
from index.as_json import article_fields, hit_fields, response_fields
from index.dates import PublishedAt, start_of_day
from index.query import Facet
from index.response import DateBucket, FacetCount, Hit, SearchResponse, Snippet

FULL = Article(
    id="x",
    title="Bến đò",
    body="Nước lên",
    lead="Sa pô",
    captions=("Bến vắng",),
    url="https://bao.example.vn/x",
    authors=("Lò Mây", "Bàn Sương"),
    byline="LÒ MÂY - BÀN SƯƠNG",
    section="Đời sống",
    publisher="Báo Bến Gỗ",
    publisher_printed="BÁO BẾN GỖ",
    published_at=PublishedAt.on(date(2020, 7, 1)),
    updated_at=PublishedAt.fromisoformat("2020-07-02T08:00:00"),
    story="x",
    is_original=True,
)


def test_an_article_has_every_field_it_is_made_of() -> None:
    assert article_fields(FULL) == {
        "id": "x",
        "url": "https://bao.example.vn/x",
        "title": "Bến đò",
        "lead": "Sa pô",
        "body": "Nước lên",
        "captions": ["Bến vắng"],
        "authors": ["Lò Mây", "Bàn Sương"],
        "byline": "LÒ MÂY - BÀN SƯƠNG",
        "section": "Đời sống",
        "publisher": "Báo Bến Gỗ",
        "publisher_printed": "BÁO BẾN GỖ",
        "published_at": "2020-07-01",
        "updated_at": "2020-07-02T08:00:00+07:00",
        "story": "x",
        "is_original": True,
    }
    assert set(article_fields(FULL)) == set(Article.__slots__)


def test_missing_facts_are_null_and_missing_lists_empty() -> None:
    fields = article_fields(Article("x", "T", "B"))
    assert fields["authors"] == fields["captions"] == []
    assert fields["is_original"] is False
    given = ("id", "title", "body", "authors", "captions", "is_original")
    assert all(value is None for name, value in fields.items() if name not in given)


def test_a_hit_shows_spans_beside_the_text_they_count_in() -> None:
    hit = Hit(FULL, 1.23456789, Snippet("Nước lên", ((0, 4),), cut_before=True), title_spans=((0, 3), (4, 6)))
    assert hit_fields(hit) == {
        "id": "x",
        "url": "https://bao.example.vn/x",
        "title": "Bến đò",
        "title_spans": [[0, 3], [4, 6]],
        "authors": ["Lò Mây", "Bàn Sương"],
        "publisher": "Báo Bến Gỗ",
        "section": "Đời sống",
        "published_at": "2020-07-01",
        "score": 1.234568,
        "snippet": {"text": "Nước lên", "spans": [[0, 4]], "cut_before": True, "cut_after": False},
    }


def test_a_response_gives_date_bounds_on_a_vietnamese_clock() -> None:
    response = SearchResponse(
        total=3,
        hits=(Hit(FULL, 0.0, Snippet("")),),
        generation="7",
        took_ms=1.23456,
        facets={Facet.AUTHOR: (FacetCount("Lò Mây", 2), FacetCount(UNKNOWN, 1))},
        dates=(
            DateBucket("2020-07", start_of_day(date(2020, 7, 1)), start_of_day(date(2020, 8, 1)), 2),
            DateBucket(UNKNOWN, None, None, 1),
        ),
        notes=("Lưu ý",),
    )
    fields = response_fields(response)
    assert fields | {"hits": 1} == {
        "total": 3,
        "took_ms": 1.235,
        "generation": "7",
        "hits": 1,
        "facets": {
            "author": [{"value": "Lò Mây", "count": 2}, {"value": "unknown", "count": 1}],
            "date": [
                {
                    "value": "2020-07",
                    "from": "2020-07-01T00:00:00+07:00",
                    "to": "2020-08-01T00:00:00+07:00",
                    "count": 2,
                },
                {"value": "unknown", "from": None, "to": None, "count": 1},
            ],
        },
        "notes": ["Lưu ý"],
    }
    assert fields["hits"] == [hit_fields(response.hits[0])]
    assert json.loads(json.dumps(fields)) == fields


def test_facets_not_asked_for_are_not_there() -> None:
    assert response_fields(SearchResponse(0, (), "1", 0.0))["facets"] == {}
    assert response_fields(SearchResponse(0, (), "1", 0.0, dates=()))["facets"] == {"date": []}
