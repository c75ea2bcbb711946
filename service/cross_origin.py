"""Which pages of other sites may read the API in a browser (CORS): those of the origins in the settings."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

ANY = "*"
DAY = 24 * 60 * 60
METHODS = "GET, HEAD, POST"
SENT = "Authorization, Content-Type, If-None-Match, X-Request-ID"
SEEN = "ETag, Retry-After, X-Request-ID, X-Total-Count"


def allow(origins: frozenset[str]) -> Callable[[Response], Response]:
    """Make what adds the headers to answers of the API; never with cookies, of which the service has none."""

    def add(answer: Response) -> Response:
        if not request.path.startswith("/api/") or not origins:
            return answer
        answer.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if not origin or not (ANY in origins or origin in origins):
            return answer
        answer.headers["Access-Control-Allow-Origin"] = ANY if ANY in origins else origin
        answer.headers["Access-Control-Expose-Headers"] = SEEN
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            answer.headers["Access-Control-Allow-Methods"] = METHODS
            answer.headers["Access-Control-Allow-Headers"] = SENT
            answer.headers["Access-Control-Max-Age"] = str(DAY)
        return answer

    return add
