"""The commands that lead from one engine to the other: migrate, compare."""

from __future__ import annotations

from contextlib import closing
from typing import Any, TextIO

import click

from index.analysis.chain import Analyzer
from index.chosen_engine import EngineName
from indexer import pipeline
from indexer.cli_context import WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_progress import told_progress
from indexer.comparison import DEPTH, Asking, Compared, compare
from indexer.report import report_fields
from indexer.store import ArticleStore

MOST_QUERIES = 100_000


@click.command()
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Choice([name.value for name in EngineName]),
    help="The engine that is to hold the index.",
)
@json_option
@click.pass_context
def migrate(ctx: click.Context, target: str, as_json: bool) -> None:
    """Make the index of the other engine from the article store.

    The engine that is searched goes on answering. Interrupted, the same command goes on where it stopped; run again
    later, it brings what has changed since. Then set TIMTIN_ENGINE for the service and for timtin.

    \b
    Examples:
      TIMTIN_OPENSEARCH_URL=https://node1:9200 timtin migrate --to opensearch
      timtin migrate --to whoosh
    """
    settings: Settings = ctx.obj
    archive = settings.archive(EngineName(target))
    ArticleStore.open(archive.articles, read_only=True).close()
    with told_progress() as progress:
        report = pipeline.bring_up_to_date(archive, now, progress)
    for rejected in report.rejected:
        say(f"Rejected {rejected.origin}: {rejected.reason}")
    if report.index_problem or report.unreadable:
        for problem in (report.index_problem, *report.unreadable):
            if problem:
                say(f"Error: {problem}")
        ctx.exit(WRONG_INDEX)
    with closing(archive.engine.open_searcher(archive.index)) as searcher:
        stats = searcher.stats()
    if as_json:
        refused = report_fields(report)["rejected"]
        told = {"engine": target, "generation": stats.generation, "articles": stats.articles, "rejected": refused}
        print_json(told)
    else:
        click.echo(f"{target} holds {stats.articles:,} articles; TIMTIN_ENGINE={target} makes it answer.")


@click.command(name="compare")
@click.argument("queries", type=click.File(encoding="utf-8", errors="replace"))
@json_option
@click.pass_context
def compare_engines(ctx: click.Context, queries: TextIO, as_json: bool) -> None:
    """Ask both engines the same queries, and tell where they differ.

    QUERIES is a file with one query a line, or "-". Totals, facets and notes must be the same once both hold the same
    articles; of the first ten hits, which their scores put in order, most are.

    \b
    Example:
      timtin compare queries.txt
    """
    settings: Settings = ctx.obj
    asked = [line.strip() for line in queries if line.strip()]
    if not 0 < len(asked) <= MOST_QUERIES:
        raise click.UsageError(f"{queries.name} must hold 1 to {MOST_QUERIES:,} queries, one a line")
    archives = [settings.archive(name) for name in EngineName]
    asking = Asking(Analyzer.load(), settings.abbreviations(), now())
    with (
        closing(archives[0].engine.open_searcher(archives[0].index)) as one,
        closing(archives[1].engine.open_searcher(archives[1].index)) as other,
    ):
        found = list(compare(one, other, asked, asking))
    summary = _summary(found)
    if as_json:
        print_json({**summary, "differing": [_fields(each) for each in found if not each.same_matches]})
    else:
        for each in found:
            if not each.same_matches:
                click.echo(f"{each.query}: {_told(each)}")
        click.echo(
            f"{summary['queries']:,} queries: {summary['same']:,} with the same totals, facets and notes; "
            f"{summary['overlap']:.1%} of the first {DEPTH} hits in common"
        )
    if summary["same"] < summary["queries"]:
        ctx.exit(WRONG_INDEX)


def _summary(found: list[Compared]) -> dict[str, Any]:
    return {
        "queries": len(found),
        "same": sum(each.same_matches for each in found),
        "overlap": sum(each.overlap for each in found) / len(found),
    }


def _fields(each: Compared) -> dict[str, Any]:
    return {
        "query": each.query,
        "totals": dict(zip([name.value for name in EngineName], each.totals, strict=True)),
        "overlap": round(each.overlap, 3),
        "facets": list(each.facets),
        "notes_differ": each.notes_differ,
    }


def _told(each: Compared) -> str:
    told = []
    if each.totals[0] != each.totals[1]:
        told.append(
            " against ".join(f"{total:,} by {name}" for name, total in zip(EngineName, each.totals, strict=True))
        )
    if each.facets:
        told.append(f"other counts by {', '.join(each.facets)}")
    if each.notes_differ:
        told.append("other notes")
    return "; ".join(told)
