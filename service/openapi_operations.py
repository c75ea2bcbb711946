"""What can be asked of the API: a line or two for each operation, of which its OpenAPI document is made.

A new address gets its `Operation` here, its body's schema in `service.openapi_schemas`, and what it takes in
`service.openapi_parameters`; tests hold the three to the routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.coverage_arguments import COVERAGE
from service.export import CONTENT_TYPES
from service.openapi_parameters import COMPARED, EXPORT_SORT, whole
from service.openapi_schemas import Schema
from service.query_string import FILTERS
from service.query_string import PARAMETERS as SEARCH
from service.suggestions import MAX_SUGGESTED

EVERYWHERE = (
    "bad_request", "invalid_parameters", "method_not_allowed", "uri_too_long", "rate_limited", "internal_error",
)  # fmt: skip
"""Codes of problems that any address may answer with."""
SEARCHING = (
    "query_refused", "index_missing", "index_outdated", "index_damaged", "index_locked", "engine_unavailable",
    "search_timeout",
)  # fmt: skip
GUARDED = ("key_required", "key_refused", "not_offered")
JSON = ("application/json",)
STREAMED = tuple(kind.split(";")[0] for kind in CONTENT_TYPES.values())


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be done at an address: the parameters it takes (by their names in `PARAMETERS`) and the codes of the
    problems it may answer with, beside those of `EVERYWHERE`."""

    path: str
    name: str
    summary: str
    parameters: tuple[str, ...]
    codes: tuple[str, ...]
    answer: str | None
    """The schema of the answer, by its name in `SCHEMAS`; None: a text."""
    kinds: tuple[str, ...] = JSON
    """The media types of the answer."""
    method: str = "get"
    body: str | None = None
    """The schema of the body that must be sent, if any."""
    in_path: Mapping[str, Schema] = field(default_factory=dict)
    own: Mapping[str, Schema] = field(default_factory=dict)
    """Schemas of parameters where they differ from those of `PARAMETERS`."""
    required: tuple[str, ...] = ()
    """Those of the parameters that must be given."""
    cached: bool = True
    """Whether the answer has a tag, and 304 stands for one that the caller has."""


OPERATIONS = (
    Operation("/api/v1/search", "search", "Search", SEARCH, SEARCHING + GUARDED, "Answer"),
    Operation(
        "/api/v1/searches",
        "searches",
        "Several searches at once",
        (),
        (*SEARCHING, *GUARDED, "body_too_large", "unsupported_media_type"),
        "Answers",
        method="post",
        body="Searches",
        cached=False,
    ),
    Operation(
        "/api/v1/export",
        "export",
        "All articles of a search",
        (*FILTERS, "sort", "format", "bom"),
        SEARCHING + GUARDED,
        None,
        kinds=STREAMED,
        own={"sort": EXPORT_SORT},
        cached=False,
    ),
    Operation(
        "/api/v1/values/{facet}",
        "values",
        "Names of a facet",
        (*FILTERS, "name", "page", "size"),
        (*SEARCHING, "not_found"),
        "Values",
        in_path={"facet": {"type": "string", "enum": ["author", "publisher", "section"]}},
    ),
    Operation(
        "/api/v1/coverage",
        "coverage",
        "Queries over time",
        COVERAGE,
        SEARCHING,
        "Coverage",
        own={"q": COMPARED},
        required=("q",),
    ),
    Operation(
        "/api/v1/similar",
        "similar",
        "Articles about the same",
        ("id", "size", "fields"),
        (*SEARCHING, "article_not_found", "article_withdrawn"),
        "Similar",
        required=("id",),
    ),
    Operation(
        "/api/v1/suggest",
        "suggest",
        "What somebody may be about to type",
        ("q", "size", "author", "publisher", "section"),
        SEARCHING,
        "Suggestions",
        own={"size": whole(MAX_SUGGESTED, 5)},
    ),
    Operation("/api/v1/meant", "meant", "What a query was probably meant to be", ("q",), SEARCHING, "Meant"),
    Operation(
        "/api/v1/articles/{id}",
        "article",
        "A whole article",
        (),
        (*SEARCHING, "article_not_found", "article_withdrawn", "not_found"),
        "Article",
        in_path={"id": {"type": "string", "minLength": 1}},
    ),
)
"""Every operation of the API, in the order in which they are told."""
