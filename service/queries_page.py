"""The page for the staff: what readers search for, what they don't find, what takes long."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template, request, url_for

from index.dates import PublishedAt
from index.query_log.log_file import QueryLogUnusable
from index.query_log.report import LoggedQuery, QueryTable, logged_queries
from service.access import admit
from service.archive import Archive, archive
from service.arguments import SearchArguments
from service.links import Links
from service.result_page import LinkTo

PERIODS = (7, 30, 90)
"""The days that can be looked back."""
USUAL = 30
ROWS = 20
"""Queries in each table."""

blueprint = Blueprint("queries", __name__)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A query of a table, with its search."""

    query: str
    url: str
    searches: int
    later_pages: int
    total: int
    last: PublishedAt
    median_ms: float
    slowest_ms: float


@dataclass(frozen=True, slots=True)
class QueryTables:
    """What the log tells of a period."""

    top: tuple[QueryRow, ...]
    zero: tuple[QueryRow, ...]
    slow: tuple[QueryRow, ...]


@blueprint.get("/cau-tim")
def queries() -> Response:
    """Show what was searched for, to those who may see statistics."""
    found = archive()
    admit(found.settings.statistics)
    asked = request.args.get("days", str(USUAL))
    days = next((period for period in PERIODS if str(period) == asked), USUAL)
    links = Links(found.settings.page_size)
    tables, notices = None, []
    if str(days) != asked:
        notices.append(f"Chỉ xem được trong {PERIODS[0]}, {PERIODS[1]} hoặc {PERIODS[2]} ngày qua; đây là {days} ngày.")
    try:
        tables = _tables(found, days, links)
    except QueryLogUnusable as error:
        log.error("the query log can't be shown: %s", error)
        notices.append("Chưa đọc được nhật ký câu tìm; nhật ký của dịch vụ nói rõ vì sao. Có thể chọn ít ngày hơn.")
    body = render_template(
        "queries.html",
        tables=tables,
        notices=notices,
        days=days,
        kept_days=found.settings.query_log_days,
        periods=[LinkTo(f"{each} ngày", url_for("queries.queries", days=each), each == days) for each in PERIODS],
        arguments=SearchArguments(),
        links=links,
    )
    answer = Response(body, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _tables(found: Archive, days: int, links: Links) -> QueryTables | None:
    """Count; None when nothing was ever logged. Raises QueryLogUnusable."""
    since = found.clock() - timedelta(days=days)
    counted = [logged_queries(found.query_log.file, table, since, ROWS) for table in QueryTable]
    if any(rows is None for rows in counted):
        return None
    top, zero, slow = (tuple(_row(each, links) for each in rows or ()) for rows in counted)
    return QueryTables(top, zero, slow)


def _row(logged: LoggedQuery, links: Links) -> QueryRow:
    return QueryRow(
        query=logged.query,
        url=links.search(SearchArguments(q=logged.query, size=links.page_size)),
        searches=logged.searches,
        later_pages=logged.later_pages,
        total=logged.total,
        last=PublishedAt(logged.last),
        median_ms=logged.median_ms,
        slowest_ms=logged.slowest_ms,
    )
