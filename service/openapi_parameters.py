"""What the API takes in query strings, as its OpenAPI document says it."""

from __future__ import annotations

from collections.abc import Iterable

from index.as_json import HIT_FIELDS
from index.query import Collapse, Facet, Sort
from service.coverage_arguments import MOST
from service.export import Format
from service.openapi_schemas import INTERVAL, TEXT, Schema, list_of
from service.query_string import MAX_EXPLAINED, MAX_HITS, MAX_QUERY, MAX_SIZE, MAX_VALUE, MAX_VALUES

_DATE = r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?)?)?$"


def _several(choices: Iterable[str]) -> Schema:
    return list_of({"type": "string", "enum": list(choices)})


def whole(highest: int, default: int | None = None) -> Schema:
    """Describe a whole number from 1."""
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
    "by": (INTERVAL, "How long the periods are; without it whatever suits the span that the articles cover."),
    "sort": ({"type": "string", "enum": [sort.value for sort in Sort]}, "The order of the hits."),
    "page": (whole(MAX_HITS, 1), f"Which page; `page` times `size` may reach {MAX_HITS}."),
    "size": (whole(MAX_SIZE), "How many a page has."),
    "cursor": (TEXT, "The `next_cursor` of an answer: what follows it. Not together with `page`."),
    "freshness": ({"type": "number", "minimum": 0, "maximum": 1}, "How much newer articles are lifted."),
    "collapse": ({"type": "string", "enum": list(Collapse)}, "Show articles that tell the same story as one hit."),
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
COMPARED: Schema = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": MAX_QUERY},
    "minItems": 1,
    "maxItems": MOST,
}
EXPORT_SORT: Schema = {"type": "string", "enum": ["newest", "oldest", "id"], "default": "id"}
