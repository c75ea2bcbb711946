"""The command that tells what readers search for, where the service keeps a query log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from index.query_log.log_file import NAME, LogFile, QueryLogUnusable, minute
from index.query_log.report import LoggedQuery, QueryTable, logged_queries
from indexer.cli_context import WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_reading import moment_shown
from indexer.report import counted

SETTING = "TIMTIN_QUERY_LOG_DAYS"
_BUDGET_SECONDS = 600.0
"""Nobody waits for a page here."""
_NEXT = """
What was meant by a short form? Then a search for it finds the long one:
  timtin synonyms add HTXMC "hợp tác xã Mây Chiều"
Should a query find an article? Write the article's id into its row, and it can be measured:
  timtin queries --zero --judgements > judgements.tsv"""
_HEADS = {
    QueryTable.TOP: ("searches", "hits", "later pages"),
    QueryTable.ZERO: ("searches", "last"),
    QueryTable.SLOW: ("searches", "median ms", "maximum ms"),
}


@click.command()
@click.option(
    "--top", "table", flag_value=QueryTable.TOP.value, default=QueryTable.TOP.value, help="The most frequent (default)."
)
@click.option("--zero", "table", flag_value=QueryTable.ZERO.value, help="Those that find nothing, without any filter.")
@click.option("--slow", "table", flag_value=QueryTable.SLOW.value, help="Those that take longest.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far to look back.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Queries at most.")
@click.option("--judgements", is_flag=True, help="Print rows to write the right articles into, tab-separated.")
@json_option
@click.pass_context
def queries(ctx: click.Context, /, table: str, judgements: bool, as_json: bool, **options: int) -> None:
    """Tell what readers searched for: spellings that differ in accents or capitals are one query.

    The service keeps searches in HOME/analytics.db while TIMTIN_QUERY_LOG_DAYS is above 0.

    \b
    Examples:
      timtin queries --top --days 7
      timtin queries --zero --judgements > judgements.tsv
    """
    if judgements and as_json:
        raise click.UsageError("choose --judgements or --json, not both")
    settings: Settings = ctx.obj
    file, asked = LogFile(settings.home / NAME), QueryTable(table)
    days = options["days"]
    since = now() - timedelta(days=days)
    try:
        found = logged_queries(file, asked, since, options["limit"], _BUDGET_SECONDS)
    except QueryLogUnusable as error:
        say(f"Error: {error}")
        ctx.exit(WRONG_INDEX)
    if as_json:
        print_json({"table": table, "since": minute(since), "queries": [_fields(each) for each in found or ()]})
    elif found:
        for line in _judgement_lines(found, asked) if judgements else _table_lines(found, asked):
            click.echo(line)
    _tell_what_next(found, asked, days, file, plain=not (as_json or judgements))


def _tell_what_next(
    found: tuple[LoggedQuery, ...] | None, table: QueryTable, days: int, file: LogFile, *, plain: bool
) -> None:
    if found is None:
        say(f"There is no query log: {file.path} isn't there. To begin one, start the service with {SETTING}=90.")
    elif not found and table is QueryTable.ZERO:
        say(f"No logged query of the last {counted(days, 'day')} found nothing.")
    elif not found:
        say(
            f"No search was logged in the last {counted(days, 'day')}: look further back with --days; "
            f"searches are logged while the service runs with {SETTING} above 0."
        )
    elif plain and table is QueryTable.ZERO:
        say(_NEXT)


def _table_lines(found: tuple[LoggedQuery, ...], table: QueryTable) -> list[str]:
    rows = [_HEADS[table], *(_figures(each, table) for each in found)]
    queries = ["query", *(each.query for each in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([*(cell.rjust(width) for cell, width in zip(row, widths, strict=True)), query])
        for row, query in zip(rows, queries, strict=True)
    ]


def _figures(logged: LoggedQuery, table: QueryTable) -> tuple[str, ...]:
    searches = f"{logged.searches:,}"
    match table:
        case QueryTable.TOP:
            return searches, f"{logged.total:,}", f"{logged.later_pages:,}"
        case QueryTable.ZERO:
            return searches, moment_shown(logged.last)
        case QueryTable.SLOW:
            return searches, f"{logged.median_ms:.1f}", f"{logged.slowest_ms:.1f}"


def _judgement_lines(found: tuple[LoggedQuery, ...], table: QueryTable) -> list[str]:
    """Write rows as `tests/quality` reads known items; the last cell is for a person to fill."""
    head = "query_id\tgroup\tquery\tarticle_id"
    return [head, *(f"{table}-{number}\t{table}\t{each.query}\t" for number, each in enumerate(found, 1))]


def _fields(logged: LoggedQuery) -> dict[str, Any]:
    return {
        "query": logged.query,
        "searches": logged.searches,
        "later_pages": logged.later_pages,
        "total": logged.total,
        "last": minute(logged.last),
        "median_ms": round(logged.median_ms, 3),
        "slowest_ms": round(logged.slowest_ms, 3),
    }
