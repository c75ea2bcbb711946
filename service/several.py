"""Several searches in the body of one request: JSON objects whose members are the parameters of a search."""

from __future__ import annotations

from typing import Any

import orjson
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from service.arguments import Fault, InvalidParameters

MOST = 10
"""Searches a request."""
MAX_BODY = 65_536
"""Bytes of a request's body."""
MAX_PARAMETERS = 8_000
"""Characters of the parameters of one search, as of a query string."""


def searches_in(body: bytes) -> list[MultiDict[str, str]]:
    """Give the parameters of each search; raises RequestEntityTooLarge, BadRequest for what is no JSON,
    InvalidParameters when it isn't what it should be."""
    if len(body) > MAX_BODY:
        raise RequestEntityTooLarge
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("the body is no JSON") from error
    match read:
        case {"searches": [*searches], **others} if not others and 1 <= len(searches) <= MOST:
            return [_parameters(number, asked) for number, asked in enumerate(searches)]
        case _:
            message = f'the body must be {{"searches": [...]}} with 1 to {MOST} objects, and nothing beside it'
            raise InvalidParameters((Fault("searches", "", message),))


def _parameters(number: int, asked: Any) -> MultiDict[str, str]:
    if not isinstance(asked, dict):
        raise InvalidParameters((Fault(f"searches[{number}]", "", "a search must be an object of its parameters"),))
    pairs: list[tuple[str, str]] = []
    for name, value in asked.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str | int | float):
                message = "a parameter must be a text, a number, true or false, or a list of these"
                raise InvalidParameters((Fault(f"searches[{number}].{name}"[:100], "", message),))
            pairs.append((name, str(each).lower() if isinstance(each, bool) else str(each)))
    if sum(len(name) + len(value) for name, value in pairs) > MAX_PARAMETERS:
        message = f"the parameters of a search may have {MAX_PARAMETERS:,} characters together"
        raise InvalidParameters((Fault(f"searches[{number}]", "", message),))
    return MultiDict(pairs)
