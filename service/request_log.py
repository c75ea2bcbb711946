"""A line of JSON for each answer and each warning, on standard error. It says nothing of who asked, nor what for."""

from __future__ import annotations

import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Flask, Response, g, request

from service.incoming import request_id

log = logging.getLogger(__name__)
QUIET = ("static", "health.alive", "health.ready", "metrics.metrics")
"""Endpoints whose answers are not worth a line each."""


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON; what stands in `fields` of the record becomes members."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(fields, default=str).decode()


def log_as_json() -> None:
    """Send the records of the process to standard error as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


def log_requests(app: Flask) -> None:
    """Write a line for each answer of an application: its route, status, milliseconds and id."""

    def start() -> None:
        g.started = time.perf_counter()

    def tell(answer: Response) -> Response:
        if request.endpoint not in QUIET:
            fields = {
                "method": request.method,
                "route": str(request.url_rule) if request.url_rule else None,
                "status": answer.status_code,
                "milliseconds": elapsed(),
                "request_id": request_id(),
            }
            log.info("answered", extra={"fields": fields})
        return answer

    app.before_request(start)
    app.after_request(tell)


def elapsed() -> float:
    """Give the milliseconds since the request at hand came in."""
    now = time.perf_counter()
    return round((now - float(g.get("started", now))) * 1000, 2)
