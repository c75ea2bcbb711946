"""The API as an OpenAPI 3.1 document: made of the enumerations and limits that requests are held to.

Tests send what it allows, and what it doesn't, and hold the answers to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from index.as_json import HIT_FIELDS
from index.query import Facet, Sort
from service.access import SCHEME
from service.coverage_arguments import COVERAGE
from service.coverage_openapi import ANSWER, with_its_parameters
from service.export import CONTENT_TYPES, Format
from service.problems import PROBLEMS, Problem
from service.query_string import FILTERS, MAX_EXPLAINED, MAX_HITS, MAX_QUERY, MAX_SIZE, MAX_VALUE, MAX_VALUES
from service.query_string import PARAMETERS as SEARCH
from service.several import MOST
from service.suggestions import MAX_SUGGESTED

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
YES_OR_NO: Schema = {"type": "boolean"}
_DATE = r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?)?)?$"
EVERYWHERE = ("bad_request", "method_not_allowed", "uri_too_long", "rate_limited", "internal_error")
"""Codes of problems that any address may answer with."""
SEARCHING = (
    "query_refused", "index_missing", "index_outdated", "index_damaged", "index_locked", "engine_unavailable",
    "search_timeout",
)  # fmt: skip
GUARDED = ("key_required", "key_refused", "not_offered")


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(fields: dict[str, Schema], needed: Iterable[str] | None = None) -> Schema:
    required = list(fields if needed is None else needed)
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


SPANS = _list({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2})
ARTICLE: dict[str, Schema] = {
    "id": TEXT,
    "url": TEXT_OR_NULL,
    "title": TEXT,
    "lead": TEXT_OR_NULL,
    "body": TEXT,
    "captions": _list(TEXT),
    "authors": _list(TEXT),
    "byline": TEXT_OR_NULL,
    "section": TEXT_OR_NULL,
    "publisher": TEXT_OR_NULL,
    "publisher_printed": TEXT_OR_NULL,
    "published_at": TEXT_OR_NULL,
    "updated_at": TEXT_OR_NULL,
}
HIT: dict[str, Schema] = ARTICLE | {
    "title_spans": SPANS,
    "title_html": TEXT,
    "score": NUMBER,
    "snippet": _object({"text": TEXT, "spans": SPANS, "html": TEXT, "cut_before": YES_OR_NO, "cut_after": YES_OR_NO}),
    "explanation": _object(
        {
            "matched": YES_OR_NO,
            "score": NUMBER,
            "factors": _list(_object({"label": TEXT, "score": NUMBER})),
            "missing": _list(TEXT),
        }
    ),
}
VALUE = _object({"value": TEXT, "count": COUNT})
PERIOD = _object({"value": TEXT, "from": TEXT_OR_NULL, "to": TEXT_OR_NULL, "count": COUNT})
_CODES: Schema = {"type": "string", "enum": sorted(problem.code for problem in PROBLEMS)}
_FAULT = _object({"parameter": TEXT, "value": TEXT, "message": TEXT})
_BY_NAME = dict.fromkeys(("author", "publisher", "section"), _list(VALUE))
SCHEMAS: dict[str, Schema] = {
    "Article": _object(ARTICLE),
    "Hit": _object(HIT, needed=["id"]),
    "Answer": _object(
        {
            "total": COUNT,
            "took_ms": NUMBER,
            "generation": TEXT,
            "hits": _list(_ref("Hit")),
            "facets": _object({**_BY_NAME, "date": _list(PERIOD)}, needed=()),
            "notes": _list(TEXT),
            "next_cursor": TEXT_OR_NULL,
        }
    ),
    "Answers": _object({"answers": _list({"anyOf": [_ref("Answer"), _ref("Problem")]})}),
    "Values": _object({"total": COUNT, "generation": TEXT, "values": _list(VALUE), "notes": _list(TEXT)}),
    "Similar": _object({"generation": TEXT, "hits": _list(_ref("Hit"))}),
    "Suggestions": _object(
        {
            "generation": TEXT,
            "words": _list(VALUE),
            "codes": _list(VALUE),
            "titles": _list(_object({"id": TEXT, "title": TEXT, "url": TEXT_OR_NULL})),
            "authors": _list(VALUE),
        }
    ),
    "Meant": _object({"generation": TEXT, "meant": TEXT_OR_NULL}),
    "Coverage": ANSWER,
    "Problem": _object(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "code": _CODES,
            "request_id": TEXT,
            "errors": _list(_FAULT),
        },
        needed=("type", "title", "status", "detail", "code", "request_id"),
    ),
    "Searches": _object({"searches": {"type": "array", "minItems": 1, "maxItems": MOST, "items": {"type": "object"}}}),
}


def _several(choices: Iterable[str]) -> Schema:
    return _list({"type": "string", "enum": list(choices)})


def _whole(highest: int, default: int | None = None) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": highest} | ({} if default is None else {"default": default})


def _names(what: str) -> tuple[Schema, str]:
    schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": MAX_VALUES}
    return schema, f"{what} as the facets name them; several mean any of them, `unknown` articles that lack it."


PARAMETERS: dict[str, tuple[Schema, str]] = {
    "q": ({"type": "string", "maxLength": MAX_QUERY}, "What is looked for, in the query syntax."),
    "from": ({"type": "string", "pattern": _DATE}, "Articles dated on it or later."),
    "to": ({"type": "string", "pattern": _DATE}, "Articles dated on it or earlier; it is included whole."),
    "date": ({"type": "string", "enum": ["unknown"]}, "Articles without a date; not together with `from` or `to`."),
    "author": _names("Authors"),
    "publisher": _names("Publishers"),
    "section": _names("Sections"),
    "sort": ({"type": "string", "enum": [sort.value for sort in Sort]}, "The order of the hits."),
    "page": (_whole(MAX_HITS, 1), f"Which page; `page` times `size` may reach {MAX_HITS}."),
    "size": (_whole(MAX_SIZE), "How many a page has."),
    "cursor": (TEXT, "The `next_cursor` of an answer: what follows it. Not together with `page`."),
    "freshness": ({"type": "number", "minimum": 0, "maximum": 1}, "How much newer articles are lifted."),
    "explain": ({"type": "boolean"}, f"Say why each hit scored; with a `size` of at most {MAX_EXPLAINED}."),
    "facets": (_several(Facet), "What the hits are counted by."),
    "fields": (_several(HIT_FIELDS), "The fields that hits have."),
    "format": ({"type": "string", "enum": [form.value for form in Format], "default": "ndjson"}, "How it is written."),
    "bom": ({"type": "boolean"}, "Begin CSV with a byte order mark, by which Excel knows UTF-8."),
    "name": ({"type": "string", "maxLength": MAX_VALUE}, "Words that the name holds, the last perhaps but begun."),
    "id": ({"type": "string", "minLength": 1}, "An article's id."),
}
LISTS = ("facets", "fields")
"""Parameters whose values may be joined by commas."""
EXPORT_SORT: Schema = {"type": "string", "enum": ["newest", "oldest", "id"], "default": "id"}


def document(server: str) -> dict[str, Any]:
    """Make the document for the API at a server's address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tìm Tin",
            "version": version("timtin"),
            "description": "Search over the articles of a news archive. Fields may be added within v1; none is taken "
            "away or changes its meaning.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/search": {
                "get": _operation("search", "Search", SEARCH, _json("Answer"), SEARCHING + GUARDED, cached=True)
            },
            "/api/v1/searches": {
                "post": _operation(
                    "searches",
                    "Several searches at once",
                    (),
                    _json("Answers"),
                    (*SEARCHING, *GUARDED, "body_too_large", "unsupported_media_type"),
                    body="Searches",
                    key=True,
                )
            },
            "/api/v1/export": {
                "get": _operation(
                    "export",
                    "All articles of a search",
                    (*FILTERS, "sort", "format", "bom"),
                    {kind.split(";")[0]: {"schema": TEXT} for kind in CONTENT_TYPES.values()},
                    SEARCHING + GUARDED,
                    key=True,
                    own={"sort": EXPORT_SORT},
                )
            },
            "/api/v1/values/{facet}": {
                "get": _operation(
                    "values",
                    "Names of a facet",
                    (*FILTERS, "name", "page", "size"),
                    _json("Values"),
                    (*SEARCHING, "not_found"),
                    cached=True,
                    path={"facet": {"type": "string", "enum": ["author", "publisher", "section"]}},
                )
            },
            "/api/v1/coverage": {
                "get": with_its_parameters(
                    _operation("coverage", "Queries over time", COVERAGE[2:], _json("Coverage"), SEARCHING, cached=True)
                )
            },
            "/api/v1/similar": {
                "get": _operation(
                    "similar",
                    "Articles about the same",
                    ("id", "size", "fields"),
                    _json("Similar"),
                    (*SEARCHING, "article_not_found"),
                    cached=True,
                )
            },
            "/api/v1/suggest": {
                "get": _operation(
                    "suggest",
                    "What somebody may be about to type",
                    ("q", "size", "author", "publisher", "section"),
                    _json("Suggestions"),
                    SEARCHING,
                    cached=True,
                    own={"size": _whole(MAX_SUGGESTED, 5)},
                )
            },
            "/api/v1/meant": {
                "get": _operation(
                    "meant", "What a query was probably meant to be", ("q",), _json("Meant"), SEARCHING, cached=True
                )
            },
            "/api/v1/articles/{id}": {
                "get": _operation(
                    "article",
                    "A whole article",
                    (),
                    _json("Article"),
                    (*SEARCHING, "article_not_found", "not_found"),
                    cached=True,
                    path={"id": {"type": "string", "minLength": 1}},
                )
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": SCHEME.lower()}},
        },
    }


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _operation(
    name: str,
    summary: str,
    parameters: Iterable[str],
    content: dict[str, Any],
    codes: Iterable[str],
    **more: Any,
) -> dict[str, Any]:
    """Describe one address. `more`: a `body`'s schema, schemas of `path` parameters, its `own` ones instead of those of
    `PARAMETERS`, whether it is `cached` (304) or may want a `key`."""
    problems: dict[int, list[Problem]] = {}
    wanted = {*EVERYWHERE, "invalid_parameters", *codes}
    for problem in PROBLEMS:
        if problem.code in wanted:
            problems.setdefault(problem.status, []).append(problem)
    path = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in more.get("path", {}).items()
    ]
    unchanged = {"304": {"description": "Nothing has changed since the answer of the ETag sent."}}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "parameters": [*path, *(_parameter(parameter, more.get("own", {})) for parameter in parameters)],
        "responses": {
            "200": {"description": "The answer.", "content": content},
            **(unchanged if more.get("cached") else {}),
            **{
                str(status): {
                    "description": " ".join(f"`{each.code}`: {each.detail}" for each in several),
                    "content": {"application/problem+json": {"schema": _ref("Problem")}},
                }
                for status, several in sorted(problems.items())
            },
        },
        "security": [{}, {"key": []}],
    }
    if "body" in more:
        operation["requestBody"] = {"required": True, "content": _json(more["body"])}
    return operation


def _parameter(name: str, own: dict[str, Schema]) -> dict[str, Any]:
    schema, meaning = PARAMETERS[name]
    described: dict[str, Any] = {"name": name, "in": "query", "description": meaning, "schema": own.get(name, schema)}
    if name == "id":
        described["required"] = True
    if name in LISTS:
        described |= {"style": "form", "explode": False}
    return described
