"""The API's page for people: the OpenAPI document laid out, with an example of each operation in three languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from service.api_examples import Asked, Example, example
from service.problems import TYPE

ASKED: dict[str, Asked] = {
    "search": Asked((("q", "nước sạch"), ("from", "2020"), ("size", "5"))),
    "searches": Asked(body={"searches": [{"q": "nước sạch", "size": 5}, {"q": "rừng", "facets": ["date"]}]}),
    "export": Asked((("q", "nước sạch"), ("format", "csv"))),
    "values": Asked((("name", "nguyen"), ("size", "10")), {"facet": "author"}),
    "coverage": Asked((("q", "nước sạch"), ("q", "rừng"), ("by", "year"))),
    "similar": Asked((("id", "ID"), ("size", "5"))),
    "suggest": Asked((("q", "nuoc sa"),)),
    "meant": Asked((("q", "nuoc sach"),)),
    "article": Asked(in_path={"id": "ID"}),
}
"""What the example of an operation asks for; one that has none here is asked for without parameters."""
ANY_ID = "ID"
"""Stands for an article's id."""

_CODE = re.compile(r"`([^`]+)`")
_PROBLEM = re.compile(r"`(\w+)`: (.*?)(?= `\w+`: |$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; what is code stood between backticks."""

    text: str
    code: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is: its JSON type, `null` beside it or not, the schema that it refers to, and in what limits."""

    type: str
    of: str = ""
    """The type of a list's items."""
    schema: str = ""
    """A schema of the document that says the rest."""
    nullable: bool = False
    choices: tuple[str, ...] = ()
    limits: Mapping[str, Any] | None = None
    """JSON schema's own words for what bounds it, and its default."""


@dataclass(frozen=True, slots=True)
class Told:
    """A parameter, or a field of an answer; fields inside others have dotted names."""

    name: str
    shape: Shape
    where: str = ""
    required: bool = False
    meaning: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """A status of the answer, what it means, and the problems that have it, by type."""

    number: str
    meaning: tuple[Piece, ...]
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Documented:
    """An operation as the page tells it."""

    anchor: str
    method: str
    path: str
    summary: str
    parameters: tuple[Told, ...]
    body: str
    """The schema of what must be sent."""
    kinds: tuple[str, ...]
    answer: str
    """The schema of the answer; none for text."""
    statuses: tuple[Status, ...]
    example: Example


@dataclass(frozen=True, slots=True)
class ApiPage:
    """Everything the page shows; `server` begins every address."""

    server: str
    description: str
    operations: tuple[Documented, ...]
    schemas: tuple[tuple[str, tuple[Told, ...]], ...]


def api_page(document: Mapping[str, Any], article_id: str = ANY_ID, keyed: frozenset[str] = frozenset()) -> ApiPage:
    """Lay the document out; examples ask for this article, and show a key for operations that want one."""
    server = document["servers"][0]["url"]
    operations = (
        _operation(server + path, path, method, told, _asked(told["operationId"], article_id, keyed))
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    )
    schemas = document["components"]["schemas"]
    return ApiPage(
        server,
        document["info"]["description"],
        tuple(operations),
        tuple((name, tuple(_fields(schema))) for name, schema in schemas.items()),
    )


def _asked(name: str, article_id: str, keyed: frozenset[str]) -> Asked:
    asked = ASKED.get(name, Asked())
    return Asked(
        tuple((key, article_id if value == ANY_ID else value) for key, value in asked.parameters),
        {key: article_id if value == ANY_ID else value for key, value in asked.in_path.items()},
        asked.body,
        name in keyed,
    )


def _operation(address: str, path: str, method: str, told: Mapping[str, Any], asked: Asked) -> Documented:
    for name, value in asked.in_path.items():
        address = address.replace(f"{{{name}}}", quote(value, safe=""))
    content: Mapping[str, Any] = told["responses"]["200"]["content"]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Documented(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        parameters=tuple(_parameter(each) for each in told["parameters"]),
        body=_schema(body),
        kinds=tuple(content),
        answer=_schema(next(iter(content.values()))["schema"]),
        statuses=tuple(_status(number, response) for number, response in told["responses"].items()),
        example=example(address, asked, text="application/json" not in content),
    )


def _parameter(told: Mapping[str, Any]) -> Told:
    return Told(
        told["name"],
        _shape(told["schema"]),
        told["in"],
        told.get("required", False),
        _pieces(told.get("description", "")),
    )


def _status(number: str, response: Mapping[str, Any]) -> Status:
    description = response["description"]
    problems = tuple((TYPE + code, detail) for code, detail in _PROBLEM.findall(description))
    return Status(number, () if problems else _pieces(description), problems)


def _fields(schema: Mapping[str, Any], within: str = "") -> Iterator[Told]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield Told(within + name, _shape(field), required=name in required)
        inner = field.get("items", field)
        yield from _fields(inner, f"{within}{name}.")


def _shape(schema: Mapping[str, Any]) -> Shape:
    types = schema.get("type", "object")
    several = [types] if isinstance(types, str) else types
    items = schema.get("items", {})
    bounded = items if several == ["array"] else schema
    words = ("minimum", "maximum", "minLength", "maxLength", "pattern", "default")
    limits = {word: bounded[word] for word in words if word in bounded}
    limits |= {word: schema[word] for word in ("minItems", "maxItems", "default") if word in schema}
    alternatives = [_schema(each) for each in items.get("anyOf", ())]
    return Shape(
        type=next(name for name in several if name != "null"),
        of="" if "$ref" in items or alternatives else items.get("type", ""),
        schema=" ".join(alternatives) or _schema(items) or _schema(schema),
        nullable="null" in several,
        choices=tuple(bounded.get("enum", ())),
        limits=limits,
    )


def _schema(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _pieces(sentence: str) -> tuple[Piece, ...]:
    """Take a sentence apart at its backticks.

    >>> [piece.text for piece in _pieces("Give `page`.")]
    ['Give ', 'page', '.']
    """
    parts = _CODE.split(sentence)
    return tuple(Piece(text, number % 2 == 1) for number, text in enumerate(parts) if text)
