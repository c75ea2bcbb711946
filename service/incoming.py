"""The request as it comes in: its query string made readable, its id, whom it is for."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import quote_from_bytes

import flask
from flask import g, request

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
API_DOCS = "/api/docs"
"""The one page for readers among the addresses for programs."""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class Request(flask.Request):
    """A request whose query string can be decoded: bytes that are no UTF-8 are kept percent-encoded."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        raw = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
        try:
            raw.decode()
        except UnicodeDecodeError:
            environ["QUERY_STRING"] = quote_from_bytes(raw, safe=_ASCII)
        super().__init__(environ, *args, **kwargs)


def request_id() -> str:
    """Give the id of the request at hand: the one the caller sent when it is a sane one, else a fresh one."""
    if "request_id" not in g:
        sent = request.headers.get("X-Request-ID", "")
        g.request_id = sent if _SANE_ID.fullmatch(sent) else uuid.uuid4().hex
    return str(g.request_id)


def from_a_program() -> bool:
    """Say whether the request at hand is a program's, to be answered in JSON, and not a reader's."""
    path = request.path
    if path == API_DOCS:
        return False
    return path in ("/api", "/healthz", "/readyz", "/metrics") or path.startswith("/api/")
