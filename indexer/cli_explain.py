"""`timtin explain`: why an article scores what it does for a query."""

from __future__ import annotations

import sys

import click

from index.analysis.chain import Analyzer
from index.as_json import explanation_fields
from index.query import SearchRequest
from index.query_parser import parse_query
from index.response import Explanation
from indexer.cli_context import NOT_FOUND, UTF8, Settings, TextFirst, json_option, now, print_json, say


@click.command(cls=TextFirst)
@click.argument("text", type=UTF8)
@click.argument("article_id", metavar="ID", type=UTF8)
@json_option
@click.pass_context
def explain(ctx: click.Context, /, text: str, article_id: str, as_json: bool) -> None:
    """Say, in Vietnamese, why the article ID scores what it does for the query TEXT, or what it lacks.

    \b
    Example:
      timtin explain "chuyển đổi số" a1b2c3
    """
    settings: Settings = ctx.obj
    archive = settings.archive()
    parsed = parse_query(text, Analyzer.load(), now(), settings.abbreviations())
    searcher = archive.engine.open_searcher(archive.index)
    try:
        explanation = searcher.explain(SearchRequest(parsed.query), article_id)
    finally:
        searcher.close()
    if explanation is None:
        say(f"The index has no article {article_id}: timtin search shows the ids of what it finds.")
        sys.exit(NOT_FOUND)
    if as_json:
        print_json({"id": article_id, **explanation_fields(explanation)})
    else:
        _show(explanation)


def _show(explanation: Explanation) -> None:
    if not explanation.matched:
        click.echo("Bài này không khớp câu tìm.")
        if explanation.missing:
            click.echo("Bài không có: " + ", ".join(f"“{label}”" for label in explanation.missing) + ".")
        return
    if not explanation.factors:
        click.echo("Bài khớp câu tìm; câu tìm không có từ nào để chấm điểm.")
        return
    rows = [*((factor.score, factor.label) for factor in explanation.factors), (explanation.score, "Tổng điểm")]
    for score, label in rows:
        click.echo(f"{score:9.3f}".replace(".", ",") + f"  {label}")
