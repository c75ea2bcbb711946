"""What the query log tells: which queries are frequent, find nothing, take long; all spellings of one together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from index.query_log.log_file import LogFile, QueryLogUnusable, minute

BUDGET_SECONDS = 10.0
"""How long counting may take: a page asks for it, and occupies a thread meanwhile."""
_LOOK_EVERY = 100_000
"""Steps of SQLite's machine, about a millisecond."""


class QueryTable(StrEnum):
    """Which queries are asked for, in which order."""

    TOP = "top"
    ZERO = "zero"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class LoggedQuery:
    """All searches for one query, in its most frequent spelling."""

    query: str
    searches: int
    """Later pages are not counted."""
    later_pages: int
    """How often a later page was looked at."""
    total: int
    """Hits of the last search."""
    last: datetime
    median_ms: float
    slowest_ms: float


_CONDITIONS = {
    QueryTable.TOP: "",
    # What a filter leaves nothing of is no query that finds nothing.
    QueryTable.ZERO: "AND total = 0 AND filters = ''",
    QueryTable.SLOW: "",
}
_FREQUENT = "SELECT normal FROM asked GROUP BY normal ORDER BY count(*) DESC, normal LIMIT :limit"
_MIDDLE = "place IN ((times + 1) / 2, (times + 2) / 2)"
_TIMED = """
SELECT normal, took_ms, row_number() OVER (PARTITION BY normal ORDER BY took_ms) AS place,
       count(*) OVER (PARTITION BY normal) AS times
FROM {searches}
"""
_SLOW = f"""
SELECT normal FROM ({_TIMED.format(searches="asked")}) WHERE {_MIDDLE}
GROUP BY normal ORDER BY avg(took_ms) DESC, normal LIMIT :limit
"""
_CHOSEN = {QueryTable.TOP: _FREQUENT, QueryTable.ZERO: _FREQUENT, QueryTable.SLOW: _SLOW}
_ORDERS = {
    QueryTable.TOP: "searches DESC, normal",
    QueryTable.ZERO: "searches DESC, normal",
    QueryTable.SLOW: "median DESC, normal",
}
_STATEMENT = f"""
WITH logged AS MATERIALIZED (SELECT * FROM searches WHERE minute >= :since {{condition}}),
asked AS (SELECT * FROM logged WHERE page = 1),
chosen AS MATERIALIZED ({{chosen}}),
-- What follows counts the chosen queries only: joining all of them takes minutes.
few AS MATERIALIZED (SELECT * FROM asked WHERE normal IN (SELECT normal FROM chosen)),
later AS (
    SELECT normal, count(*) AS pages FROM logged
    WHERE page > 1 AND normal IN (SELECT normal FROM chosen) GROUP BY normal
),
latest AS (SELECT normal, max(id), total, minute FROM few GROUP BY normal),
spellings AS (SELECT normal, query, count(*) AS times, max(id) AS latest FROM few GROUP BY normal, query),
spelled AS (
    SELECT normal, query, row_number() OVER (PARTITION BY normal ORDER BY times DESC, latest DESC) AS place
    FROM spellings
),
durations AS (
    SELECT normal, count(*) AS searches, max(took_ms) AS slowest, avg(took_ms) FILTER (WHERE {_MIDDLE}) AS median
    FROM ({_TIMED.format(searches="few")}) GROUP BY normal
)
SELECT query, searches, coalesce(pages, 0), total, minute, median, slowest
FROM (SELECT * FROM spelled WHERE place = 1) JOIN latest USING (normal) JOIN durations USING (normal)
LEFT JOIN later USING (normal)
ORDER BY {{order}}
"""


def logged_queries(
    file: LogFile, table: QueryTable, since: datetime, limit: int, budget: float = BUDGET_SECONDS
) -> tuple[LoggedQuery, ...] | None:
    """Give the first queries of a table, None when there is no log at all. Raises QueryLogUnusable, also when counting
    takes more than the budget of seconds."""
    if not file.path.exists():
        return None
    end = time.monotonic() + budget
    statement = _STATEMENT.format(condition=_CONDITIONS[table], chosen=_CHOSEN[table], order=_ORDERS[table])
    with file.reading() as database:
        database.set_progress_handler(lambda: time.monotonic() > end, _LOOK_EVERY)
        rows = database.execute(statement, {"since": minute(since), "limit": limit}).fetchall()
    try:
        return tuple(
            LoggedQuery(query, searches, later_pages, total, _moment(last), median, slowest)
            for query, searches, later_pages, total, last, median, slowest in rows
        )
    except ValueError as error:
        raise QueryLogUnusable(f"{file.path} holds a time that is none ({error}); delete the file") from error


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
