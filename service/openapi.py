"""The API as an OpenAPI 3.1 document: made of the enumerations and limits that requests are held to.

Tests send what it allows, and what it doesn't, and hold the answers to it.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from service.access import SCHEME
from service.openapi_operations import EVERYWHERE, OPERATIONS, Operation
from service.openapi_parameters import LISTS, PARAMETERS
from service.openapi_schemas import SCHEMAS, TEXT, named
from service.problems import PROBLEMS, Problem


def document(server: str) -> dict[str, Any]:
    """Make the document for the API at a server's address."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
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
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": SCHEME.lower()}},
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": schema} for name, schema in operation.in_path.items()
    ]
    answer = {"schema": named(operation.answer) if operation.answer else TEXT}
    unchanged = {"304": {"description": "Nothing has changed since the answer of the ETag sent."}}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*in_path, *(_parameter(operation, name) for name in operation.parameters)],
        "responses": {
            "200": {"description": "The answer.", "content": dict.fromkeys(operation.kinds, answer)},
            **(unchanged if operation.cached else {}),
            **_refusals(operation),
        },
        "security": [{}, {"key": []}],
    }
    if operation.body:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": named(operation.body)}},
        }
    return described


def _refusals(operation: Operation) -> dict[str, Any]:
    """Describe each status that problems may have, with the codes that tell them apart."""
    problems: dict[int, list[Problem]] = {}
    for problem in PROBLEMS:
        if problem.code in (*EVERYWHERE, *operation.codes):
            problems.setdefault(problem.status, []).append(problem)
    return {
        str(status): {
            "description": " ".join(f"`{each.code}`: {each.detail}" for each in several),
            "content": {"application/problem+json": {"schema": named("Problem")}},
        }
        for status, several in sorted(problems.items())
    }


def _parameter(operation: Operation, name: str) -> dict[str, Any]:
    schema, meaning = PARAMETERS[name]
    described: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": meaning,
        "schema": operation.own.get(name, schema),
    }
    if name in operation.required:
        described["required"] = True
    if name in LISTS:
        described |= {"style": "form", "explode": False}
    return described
