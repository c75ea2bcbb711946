"""The commands about text in old encodings: what was converted, taking that back, and looking at a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indexer import pipeline
from indexer.cli_context import REJECTED, UTF8, WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_writing import report_lines
from indexer.legacy_text.conversion import detect, shown_as_western, to_unicode
from indexer.legacy_text.evidence import Evidence
from indexer.legacy_text.told import RULE
from indexer.raw_page import MAX_ARTICLE_BYTES
from indexer.report import report_fields
from indexer.store import ArticleStore

_LINES = 3


@click.group()
def legacy() -> None:
    """Text in encodings from before Unicode: TCVN3 (ABC), VNI, VIQR, windows-1258, UTF-8 written twice.

    Such text is recognised and converted when it is added; the bytes are kept, so a conversion can be taken back.

    \b
    Example:
      timtin legacy list
    """


@legacy.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the articles that were in an old encoding, with the encoding and how sure that was.

    \b
    Example:
      timtin legacy list --json
    """
    settings: Settings = ctx.obj
    with ArticleStore.open(settings.archive().articles, read_only=True) as store:
        found = store.converted()
    if as_json:
        rows = [
            {
                "id": each.article.id,
                "encoding": each.rules[RULE],
                "title": each.article.title,
                "origin": each.page.origin,
            }
            for each in found
        ]
        print_json({"articles": rows})
        return
    for each in found:
        click.echo(f"{each.article.id}  {each.rules[RULE]}  {each.article.title}")
    if not found:
        say("No article was in an old encoding.")


@legacy.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID|URL...", type=UTF8)
@json_option
@click.pass_context
def undo(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> None:
    """Keep articles as they were, without conversion; they stay so when they are added again.

    \b
    Example:
      timtin legacy undo p-cb9406368aa9862690106816
    """
    _decide(ctx, ids, as_json, convert=False)


@legacy.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID|URL...", type=UTF8)
@json_option
@click.pass_context
def redo(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> None:
    """Convert articles again whose conversion was taken back.

    \b
    Example:
      timtin legacy redo p-cb9406368aa9862690106816
    """
    _decide(ctx, ids, as_json, convert=True)


def _decide(ctx: click.Context, ids: tuple[str, ...], as_json: bool, *, convert: bool) -> None:
    settings: Settings = ctx.obj
    report = pipeline.decide_texts(settings.archive(), ids, now, convert=convert)
    if as_json:
        print_json(report_fields(report))
    else:
        what = "converted" if convert else "kept as they were"
        click.echo(f"{report.changed:,} {what}, {report.unchanged:,} were so already.")
        for line in report_lines(report):
            click.echo(line)
    if report.index_problem:
        ctx.exit(WRONG_INDEX)
    if report.missing or report.rejected:
        ctx.exit(REJECTED)


@legacy.command()
@click.argument("file", metavar="FILE|-", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@json_option
@click.pass_context
def show(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Show which encoding a file is in, the evidence, and its first lines before and after.

    \b
    Example:
      timtin legacy show congvan.txt
    """
    with click.open_file(str(file), "rb") as stream:
        content = stream.read(MAX_ARTICLE_BYTES)
    text, name = shown_as_western(content)
    found = detect(text)
    before = [line for line in text.split("\n") if line.strip()][:_LINES]
    after = [to_unicode(line, found.encoding) for line in before] if found.encoding else before
    fields: dict[str, Any] = {
        "bytes": name,
        "encoding": found.encoding,
        "confidence": round(found.confidence, 2),
        "words_before": _evidence_fields(found.before),
        "words_after": _evidence_fields(found.after),
        "before": before,
        "after": after,
    }
    if as_json:
        print_json(fields)
        return
    click.echo(f"Bytes       {name}")
    if found.encoding is None:
        click.echo("Encoding    nothing to convert")
    else:
        click.echo(f"Encoding    {found.encoding}, confidence {found.confidence:.2f}")
        click.echo(f"As it is    {_evidence(found.before)}")
        click.echo(f"Converted   {_evidence(found.after)}")
    for old, new in zip(before, after, strict=True):
        click.echo(f"- {old}" if old != new else f"  {old}")
        if old != new:
            click.echo(f"+ {new}")


def _evidence_fields(found: Evidence) -> dict[str, int]:
    return {"marked": found.marked, "syllables": found.valid}


def _evidence(found: Evidence) -> str:
    return f"{found.valid:,} of {found.marked:,} words with marks are Vietnamese syllables"
