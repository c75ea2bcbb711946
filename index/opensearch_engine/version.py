"""Which clusters are asked at all."""

from __future__ import annotations

import re
from typing import Any

from index.errors import EngineUnavailable

OLDEST, NEWEST = 2, 3
"""The major versions of OpenSearch that the client and this engine know."""


def require_supported(told: Any, where: object) -> None:
    """Raise EngineUnavailable when what a cluster tells of itself (`GET /`) is not a version that can be searched."""
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, dict) or not isinstance(version.get("number"), str):
        raise EngineUnavailable(f"{where} does not say that it is OpenSearch: check that the address is a cluster's")
    name = {"opensearch": "OpenSearch", None: "Elasticsearch"}.get(version.get("distribution"), "another product")
    number = version["number"]
    major = re.match(r"\d+", number)
    if name != "OpenSearch" or major is None or not OLDEST <= int(major[0]) <= NEWEST:
        raise EngineUnavailable(
            f"{where} is {name} {number}, which is not supported: OpenSearch {OLDEST}.x or {NEWEST}.x is needed"
        )
