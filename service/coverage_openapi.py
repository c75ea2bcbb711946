"""What the OpenAPI document says of comparing queries over time: its own parameters, and the shape of its answer."""

from __future__ import annotations

from typing import Any

from index.query import Interval
from service.coverage_arguments import MOST
from service.query_string import MAX_QUERY

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
_MOMENT = {"type": ["string", "null"]}
_NOTES = {"type": "array", "items": _TEXT}
_BY = {"type": "string", "enum": [interval.value for interval in Interval]}


def _exactly(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _each(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _exactly(fields)}


ANSWER = _exactly(
    {
        "generation": _TEXT,
        "by": _BY,
        "all": _exactly(
            {
                "total": _COUNT,
                "undated": _COUNT,
                "periods": _each({"value": _TEXT, "from": _MOMENT, "to": _MOMENT, "count": _COUNT}),
            }
        ),
        "queries": _each(
            {
                "q": _TEXT,
                "total": _COUNT,
                "undated": _COUNT,
                "share": _SHARE,
                "periods": _each({"value": _TEXT, "count": _COUNT, "share": _SHARE}),
                "notes": _NOTES,
            }
        ),
        "notes": _NOTES,
    }
)
_OWN = [
    {
        "name": "q",
        "in": "query",
        "required": True,
        "description": f"A query; up to {MOST} of them are counted beside each other.",
        "schema": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": MAX_QUERY},
            "minItems": 1,
            "maxItems": MOST,
        },
    },
    {
        "name": "by",
        "in": "query",
        "description": "How long the periods are; without it whatever suits the span that the articles cover.",
        "schema": _BY,
    },
]


def with_its_parameters(operation: dict[str, Any]) -> dict[str, Any]:
    """Put the parameters that are its own before those that it shares with a search."""
    return {**operation, "parameters": [*_OWN, *operation["parameters"]]}
