"""What the API's answers and bodies look like: the JSON schemas of its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from index.query import Interval
from service.problems import PROBLEMS
from service.several import MOST

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
YES_OR_NO: Schema = {"type": "boolean"}
SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
INTERVAL: Schema = {"type": "string", "enum": [interval.value for interval in Interval]}


def list_of(of: Schema) -> Schema:
    """Describe a list of things of one kind."""
    return {"type": "array", "items": of}


def object_of(fields: dict[str, Schema], needed: Iterable[str] | None = None) -> Schema:
    """Describe an object that has these fields and no others, all of them unless `needed` says which."""
    required = list(fields if needed is None else needed)
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def named(name: str) -> Schema:
    """Refer to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


SPANS = list_of({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2})
ARTICLE: dict[str, Schema] = {
    "id": TEXT,
    "url": TEXT_OR_NULL,
    "title": TEXT,
    "lead": TEXT_OR_NULL,
    "body": TEXT,
    "captions": list_of(TEXT),
    "authors": list_of(TEXT),
    "byline": TEXT_OR_NULL,
    "section": TEXT_OR_NULL,
    "publisher": TEXT_OR_NULL,
    "publisher_printed": TEXT_OR_NULL,
    "published_at": TEXT_OR_NULL,
    "updated_at": TEXT_OR_NULL,
    "story": TEXT_OR_NULL,
    "is_original": YES_OR_NO,
}
OTHER = object_of(
    {
        "id": TEXT,
        "title": TEXT,
        "publisher": TEXT_OR_NULL,
        "published_at": TEXT_OR_NULL,
        "url": TEXT_OR_NULL,
        "is_original": YES_OR_NO,
        "matched": YES_OR_NO,
    }
)
HIT: dict[str, Schema] = ARTICLE | {
    "title_spans": SPANS,
    "title_html": TEXT,
    "score": NUMBER,
    "snippet": object_of({"text": TEXT, "spans": SPANS, "html": TEXT, "cut_before": YES_OR_NO, "cut_after": YES_OR_NO}),
    "others": list_of(OTHER),
    "others_total": COUNT,
    "explanation": object_of(
        {
            "matched": YES_OR_NO,
            "score": NUMBER,
            "factors": list_of(object_of({"label": TEXT, "score": NUMBER})),
            "missing": list_of(TEXT),
        }
    ),
}
VALUE = object_of({"value": TEXT, "count": COUNT})
PERIOD = object_of({"value": TEXT, "from": TEXT_OR_NULL, "to": TEXT_OR_NULL, "count": COUNT})
_CODES: Schema = {"type": "string", "enum": sorted(problem.code for problem in PROBLEMS)}
_FAULT = object_of({"parameter": TEXT, "value": TEXT, "message": TEXT})
_BY_NAME = dict.fromkeys(("author", "publisher", "section"), list_of(VALUE))
ANSWER: dict[str, Schema] = {
    "total": COUNT,
    "took_ms": NUMBER,
    "generation": TEXT,
    "hits": list_of(named("Hit")),
    "facets": object_of({**_BY_NAME, "date": list_of(PERIOD)}, needed=()),
    "notes": list_of(TEXT),
    "next_cursor": TEXT_OR_NULL,
}
SCHEMAS: dict[str, Schema] = {
    "Article": object_of(ARTICLE),
    "Hit": object_of(HIT, needed=["id"]),
    "Answer": object_of(ANSWER | {"total_stories": COUNT}, needed=ANSWER),
    "Answers": object_of({"answers": list_of({"anyOf": [named("Answer"), named("Problem")]})}),
    "Values": object_of({"total": COUNT, "generation": TEXT, "values": list_of(VALUE), "notes": list_of(TEXT)}),
    "Similar": object_of({"generation": TEXT, "hits": list_of(named("Hit"))}),
    "Suggestions": object_of(
        {
            "generation": TEXT,
            "words": list_of(VALUE),
            "codes": list_of(VALUE),
            "titles": list_of(object_of({"id": TEXT, "title": TEXT, "url": TEXT_OR_NULL})),
            "authors": list_of(VALUE),
        }
    ),
    "Meant": object_of({"generation": TEXT, "meant": TEXT_OR_NULL}),
    "Coverage": object_of(
        {
            "generation": TEXT,
            "by": INTERVAL,
            "all": object_of({"total": COUNT, "undated": COUNT, "periods": list_of(PERIOD)}),
            "queries": list_of(
                object_of(
                    {
                        "q": TEXT,
                        "total": COUNT,
                        "undated": COUNT,
                        "share": SHARE,
                        "periods": list_of(object_of({"value": TEXT, "count": COUNT, "share": SHARE})),
                        "notes": list_of(TEXT),
                    }
                )
            ),
            "notes": list_of(TEXT),
        }
    ),
    "Problem": object_of(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "code": _CODES,
            "request_id": TEXT,
            "errors": list_of(_FAULT),
        },
        needed=("type", "title", "status", "detail", "code", "request_id"),
    ),
    "Searches": object_of(
        {"searches": {"type": "array", "minItems": 1, "maxItems": MOST, "items": {"type": "object"}}}
    ),
}
