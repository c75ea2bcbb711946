"""The address that Prometheus asks, and the counting of every answer."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from service.access import admit
from service.archive import archive
from service.request_log import elapsed

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the metrics, to those who may see statistics."""
    found = archive()
    admit(found.settings.statistics)
    answer = Response(found.metrics.scraped(found.searcher, found.clock()), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def count_requests(app: Flask) -> None:
    """Count every answer of an application."""

    def count(answer: Response) -> Response:
        counted = archive().metrics
        route = str(request.url_rule) if request.url_rule else "none"
        counted.requests.labels(route, str(answer.status_code)).inc()
        counted.seconds.labels(route).observe(elapsed() / 1000)
        return answer

    app.after_request(count)
