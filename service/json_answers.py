"""JSON bodies: UTF-8 as it is, and a tag by which callers can ask whether anything has changed."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson
from flask import Response


def json_answer(fields: dict[str, Any], status: int = 200, content_type: str = "application/json") -> Response:
    """Make a response of JSON-ready fields."""
    return Response(orjson.dumps(fields), status, content_type=content_type)


def etag(*parts: object) -> str:
    """Make the tag of an answer that is the same whenever `parts` are."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
