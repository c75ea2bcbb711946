"""The headers of every answer."""

from __future__ import annotations

from flask import Response, current_app, request

from service.incoming import from_a_program, request_id

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Pages hold no script in themselves, and nothing from elsewhere."""
DOCUMENT_POLICY = "default-src 'none'; frame-ancestors 'none'"

YEAR = 365 * 24 * 60 * 60
MINUTES = 5 * 60
STATIC_VERSIONS = "timtin_static"
"""The extension of the application that names the version of each of its static files."""


def add_headers(answer: Response) -> Response:
    """Add the request's id and what keeps a browser from doing more than show the answer."""
    answer.headers["X-Request-ID"] = request_id()
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    if "Content-Security-Policy" not in answer.headers:
        answer.headers["Content-Security-Policy"] = DOCUMENT_POLICY if from_a_program() else PAGE_POLICY
    if "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]:
        answer.headers["X-Frame-Options"] = "DENY"
    if request.endpoint == "static" and answer.status_code in (200, 206, 304):
        answer.headers["Cache-Control"] = _kept()
    elif "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-cache"
    return answer


def _kept() -> str:
    """Say how long a static file may be kept: for good at the address of this version. At that of another one, whose
    page came from a newer or an older process, only shortly: it would be kept in the other's place."""
    version = request.args.get("v")
    if version is None:
        return "no-cache"
    right = current_app.extensions[STATIC_VERSIONS].get((request.view_args or {}).get("filename"))
    return f"public, max-age={YEAR}, immutable" if version == right else f"public, max-age={MINUTES}"
