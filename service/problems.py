"""Every error and its answer, in one place: a problem document (RFC 9457) for programs, a page for readers.

Only what stands in this module reaches the public: never the text of an engine, a path or a stack.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from index.errors import (
    EngineUnavailable,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    QueryRefused,
    SearchError,
    SearchTimeout,
)
from service.access import SCHEME, KeyRefused, KeyRequired, NotOffered
from service.archive import ArticleNotFound, ArticleWithdrawn, archive
from service.arguments import InvalidParameters
from service.incoming import from_a_program, request_id
from service.json_answers import json_answer
from service.rate_limit import TooManyRequests

log = logging.getLogger(__name__)

TYPE = "urn:problem-type:timtin:"
"""What the type of a problem begins with; its code follows."""
RETRY_AFTER = 30
"""Seconds after which to ask again when no index is usable: the next generation may be there by then."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the public sees it; `code` is stable."""

    status: int
    code: str
    title: str
    detail: str
    retry_after: int | None = None


INVALID_PARAMETERS = Problem(
    400, "invalid_parameters", "Invalid parameters", "The parameters named in errors can't be used."
)
BAD_REQUEST = Problem(400, "bad_request", "Bad request", "The request can't be understood.")
ARTICLE_NOT_FOUND = Problem(
    404,
    "article_not_found",
    "Article not found",
    "The archive has no article of this id.",
)
ARTICLE_WITHDRAWN = Problem(410, "article_withdrawn", "Article withdrawn", "The article of this id was withdrawn.")
NOT_FOUND = Problem(404, "not_found", "Not found", "There is nothing at this address.")
METHOD_NOT_ALLOWED = Problem(
    405,
    "method_not_allowed",
    "Method not allowed",
    "This address can't be asked that way; see the Allow header.",
)
KEY_REQUIRED = Problem(
    401, "key_required", "Key required", "This is offered to those with a key: send it as Authorization: Bearer KEY."
)
KEY_REFUSED = Problem(401, "key_refused", "Key refused", "The key sent is not known here, or was revoked.")
RATE_LIMITED = Problem(429, "rate_limited", "Too many requests", "Wait as long as Retry-After says.", 1)
NOT_OFFERED = Problem(403, "not_offered", "Not offered", "This is switched off here.")
BODY_TOO_LARGE = Problem(413, "body_too_large", "Body too large", "The body of the request is too large: shorten it.")
UNSUPPORTED_MEDIA_TYPE = Problem(
    415, "unsupported_media_type", "Unsupported media type", "The body must be JSON, sent as application/json."
)
URI_TOO_LONG = Problem(414, "uri_too_long", "URI too long", "The query string is too long: shorten it.")
INTERNAL_ERROR = Problem(
    500, "internal_error", "Internal error", "Something went wrong here; report it with the request_id."
)
INDEX_MISSING = Problem(503, "index_missing", "No index yet", "Nothing has been indexed yet.", RETRY_AFTER)
INDEX_OUTDATED = Problem(
    503,
    "index_outdated",
    "Index outdated",
    "The index is of another version and must be rebuilt.",
    RETRY_AFTER,
)
INDEX_DAMAGED = Problem(
    503, "index_damaged", "Index damaged", "The index can't be read and must be mended.", RETRY_AFTER
)
INDEX_LOCKED = Problem(503, "index_locked", "Index locked", "The index is being written: try again.", RETRY_AFTER)
ENGINE_UNAVAILABLE = Problem(
    503, "engine_unavailable", "Engine unavailable", "The search engine does not answer.", RETRY_AFTER
)
SEARCH_TIMEOUT = Problem(504, "search_timeout", "Search timed out", "The search took too long: ask for less.")
QUERY_REFUSED = Problem(400, "query_refused", "Query refused", "The query asks for more than is answered.")

SEARCH_PROBLEMS: dict[type[SearchError], Problem] = {
    IndexMissing: INDEX_MISSING,
    IndexOutdated: INDEX_OUTDATED,
    IndexDamaged: INDEX_DAMAGED,
    IndexLocked: INDEX_LOCKED,
    EngineUnavailable: ENGINE_UNAVAILABLE,
    SearchTimeout: SEARCH_TIMEOUT,
    QueryRefused: QUERY_REFUSED,
}
OURS: dict[type[Exception], Problem] = {
    ArticleNotFound: ARTICLE_NOT_FOUND,
    ArticleWithdrawn: ARTICLE_WITHDRAWN,
    KeyRequired: KEY_REQUIRED,
    KeyRefused: KEY_REFUSED,
    NotOffered: NOT_OFFERED,
    TooManyRequests: RATE_LIMITED,
}
HTTP_PROBLEMS = {
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    413: BODY_TOO_LARGE,
    414: URI_TOO_LONG,
    415: UNSUPPORTED_MEDIA_TYPE,
}
PROBLEMS = (
    INVALID_PARAMETERS,
    BAD_REQUEST,
    *OURS.values(),
    *HTTP_PROBLEMS.values(),
    INTERNAL_ERROR,
    *SEARCH_PROBLEMS.values(),
)
"""Every problem there is; docs/api.md lists the same."""


def problem_of(error: Exception) -> Problem:
    """Give the problem that an exception is to the public."""
    if isinstance(error, InvalidParameters):
        return INVALID_PARAMETERS
    if type(error) in OURS:
        return OURS[type(error)]
    if isinstance(error, SearchError):
        # An engine may have finer kinds of its own.
        known = (SEARCH_PROBLEMS[kind] for kind in type(error).__mro__ if kind in SEARCH_PROBLEMS)
        return next(known, ENGINE_UNAVAILABLE)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return HTTP_PROBLEMS.get(error.code, BAD_REQUEST)
    return INTERNAL_ERROR


def register_errors(app: Flask) -> None:
    """Answer every exception of the application."""
    app.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> ResponseReturnValue:
    theirs = error.get_response() if isinstance(error, HTTPException) else None
    if theirs is not None and theirs.status_code < 400:
        return theirs
    problem = problem_of(error)
    if problem is INTERNAL_ERROR:
        log.error("internal error on %s %s, request %s", request.method, request.path, request_id(), exc_info=error)
    elif problem.status >= 500:
        log.error("%s on %s, request %s: %s", problem.code, request.path, request_id(), error)
    archive().metrics.refused.labels(problem.code).inc()
    answer = _document(problem, error) if from_a_program() else _page(problem)
    if theirs is not None and "Allow" in theirs.headers:
        answer.headers["Allow"] = theirs.headers["Allow"]
    wait = error.retry_after if isinstance(error, TooManyRequests) else problem.retry_after
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = SCHEME
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _document(problem: Problem, error: Exception) -> Response:
    return json_answer(problem_fields(problem, error), problem.status, "application/problem+json")


def problem_fields(problem: Problem, error: Exception) -> dict[str, Any]:
    """Give the problem document of an exception."""
    fields: dict[str, Any] = {
        "type": TYPE + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id(),
    }
    if isinstance(error, InvalidParameters):
        faults = [asdict(fault) for fault in error.faults]
        fields["errors"] = [{name: fault[name] for name in ("parameter", "value", "message")} for fault in faults]
    return fields


def _page(problem: Problem) -> Response:
    body = render_template("error.html", problem=problem, request_id=request_id())
    return Response(body, problem.status, content_type="text/html; charset=utf-8")
