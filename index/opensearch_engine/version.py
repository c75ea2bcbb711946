"""Which clusters are asked at all."""

from __future__ import annotations

from typing import Any

from index.errors import EngineUnavailable

MAJOR = "2"
"""Of OpenSearch, as `make test-cluster` tries it. The next one needs a newer Java than these tests do; it is let in
when they run on it."""


def require_supported(told: Any, where: object) -> None:
    """Raise EngineUnavailable when what a cluster tells of itself (`GET /`) is not a version that can be searched."""
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, dict) or not isinstance(version.get("number"), str):
        raise EngineUnavailable(f"{where} does not say that it is OpenSearch: check that the address is a cluster's")
    name = {"opensearch": "OpenSearch", None: "Elasticsearch"}.get(version.get("distribution"), "another product")
    number = version["number"]
    if name != "OpenSearch" or number.partition(".")[0] != MAJOR:
        raise EngineUnavailable(f"{where} is {name} {number}, which is not supported: OpenSearch {MAJOR}.x is needed")
