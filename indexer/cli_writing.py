"""The commands that change the archive: add, remove, rebuild, rollback."""

from __future__ import annotations

import os
import sys

import click

from indexer import pipeline
from indexer.cli_context import REJECTED, UTF8, WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_progress import told_progress
from indexer.cli_reading import index_fields, moment_shown
from indexer.disk_space import must_have_room_to_add, must_have_room_to_rebuild
from indexer.report import IndexReport, counted, report_fields
from indexer.sources import STANDARD_INPUT, SourceFormat, read_sources, shown_path

_UNCHECKED = "indexer.no_space_check"


def _note_unchecked(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[_UNCHECKED] = value


space_option = click.option(
    "--no-space-check",
    is_flag=True,
    expose_value=False,
    callback=_note_unchecked,
    help="Begin even if the disk seems to have too little room, as where it compresses by itself.",
)

_FORMATS = [choice.value for choice in SourceFormat]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "stdin_format",
    type=click.Choice(_FORMATS),
    help='What standard input ("-") holds.',
)
@click.option(
    "--max-rejected",
    type=click.IntRange(min=0),
    metavar="N",
    help="Exit with 1 when more than N articles are rejected (default: no limit).",
)
@space_option
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    paths: tuple[str, ...],
    stdin_format: str | None,
    max_rejected: int | None,
    as_json: bool,
) -> None:
    """Read articles into the archive and index them.

    PATH is a file, a folder or "-" (standard input). Read are dumped portal pages (.txt), HTML pages (.html, .htm),
    JSON Lines (.jsonl, .ndjson) and CSV (.csv, .tsv), each also compressed (.gz, .xz, .zst). An article that is there
    already is replaced when it has changed; one that can't be read is reported and stops nothing.

    \b
    Examples:
      timtin add pages/ articles.jsonl.xz
      zstdcat export.jsonl.zst | timtin add - --format jsonl
    """
    if STANDARD_INPUT in paths and stdin_format is None:
        raise click.UsageError(f"standard input needs its --format: {', '.join(_FORMATS)}")
    missing = [shown_path(path) for path in paths if path != STANDARD_INPUT and not os.path.lexists(path)]
    if missing:
        raise click.UsageError(f"there is no {', '.join(missing)}; nothing was read")
    settings: Settings = ctx.obj
    source_format = SourceFormat(stdin_format) if stdin_format else None
    items = read_sources(paths, sys.stdin.buffer, source_format)
    archive = settings.archive()
    if not ctx.meta[_UNCHECKED]:
        must_have_room_to_add(archive)
    is_new = not archive.articles.exists()
    with told_progress() as progress:
        report = pipeline.add(archive, items, now, progress)
    if is_new:
        say(f"A new archive was begun in {shown_path(str(archive.home.absolute()))}")
    _tell(report, as_json)
    if report.index_problem or report.unreadable:
        ctx.exit(WRONG_INDEX)
    if max_rejected is not None and len(report.rejected) > max_rejected:
        rejected = counted(len(report.rejected), "article was", "articles were")
        say(f"Error: {rejected} rejected, --max-rejected allows {max_rejected}")
        ctx.exit(REJECTED)


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...", type=UTF8)
@json_option
@click.pass_context
def remove(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> None:
    """Take articles out of the archive and the index.

    \b
    Example:
      timtin remove p-cb9406368aa9862690106816
    """
    settings: Settings = ctx.obj
    with told_progress() as progress:
        report = pipeline.remove(settings.archive(), ids, now, progress)
    _tell(report, as_json)
    if report.index_problem or report.unreadable:
        ctx.exit(WRONG_INDEX)
    if report.missing:
        ctx.exit(REJECTED)


@click.command()
@space_option
@json_option
@click.pass_context
def rebuild(ctx: click.Context, as_json: bool) -> None:
    """Make the index anew from the stored articles.

    Searches go on with the old index until the new one is whole. Needed when the program says so: after an
    upgrade that analyses text otherwise, or when the index is damaged.

    \b
    Example:
      timtin rebuild
    """
    settings: Settings = ctx.obj
    archive = settings.archive()
    if not ctx.meta[_UNCHECKED]:
        must_have_room_to_rebuild(archive)
    with told_progress() as progress:
        report = pipeline.rebuild(archive, now, progress)
    _tell(report, as_json)
    if report.unreadable:
        ctx.exit(WRONG_INDEX)


@click.command()
@json_option
@click.pass_context
def rollback(ctx: click.Context, as_json: bool) -> None:
    """Search the index as it was before its last change.

    That index is checked first, every byte of it. The stored articles stay as they are, so the next add or remove
    brings it up to date again: mend the store before. Exits with 3 when there is no whole index to go back to.

    \b
    Example:
      timtin rollback
    """
    settings: Settings = ctx.obj
    stats = pipeline.rollback(settings.archive())
    if as_json:
        print_json(index_fields(stats))
    else:
        articles = counted(stats.articles, "article")
        click.echo(
            f"Generation {stats.generation} is searched again: {articles}, built {moment_shown(stats.built_at)}."
        )
        click.echo("The next timtin add or remove applies to it what the store has changed since.")


def _tell(report: IndexReport, as_json: bool) -> None:
    if as_json:
        print_json(report_fields(report))
    else:
        for line in report_lines(report):
            click.echo(line)
    if report.index_problem:
        say(f"Error: the articles are stored, but the index is not up to date: {report.index_problem}")


def report_lines(report: IndexReport) -> list[str]:
    """Write a report for people: what was done, then each article that was not taken, or not wholly."""
    lines = []
    if report.read:
        counts = f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged"
        rarer = (("repeated", report.repeated), ("outdated", report.outdated), ("withdrawn", report.withdrawn))
        others = "".join(f"{count:,} {what}, " for what, count in rarer if count)
        lines.append(f"Read {report.read:,}: {counts}, {others}{len(report.rejected):,} rejected.")
    elif not (report.removed or report.missing or report.renamed or report.indexed):
        lines.append("Nothing to do.")
    if report.skipped_files:
        lines.append(f"Left out {counted(report.skipped_files, 'file')} not named as articles are.")
    if report.cleaned:
        lines.append(f"Freed {counted(report.cleaned, 'earlier article')} from lines their portal repeats.")
    if report.superseded:
        gave_way = counted(report.superseded, "article")
        lines.append(f"Took out {gave_way} whose address now has an article with an id of its own.")
    if report.renamed:
        lines.append(f"Renamed authors, publisher or section of {counted(report.renamed, 'stored article')}.")
    if report.removed:
        lines.append(f"Removed {report.removed:,}.")
    if report.indexed or report.unindexed:
        rate = f", {report.indexed / report.seconds:,.0f} a second in all" if report.seconds else ""
        lines.append(f"Indexed {report.indexed:,}, took out {report.unindexed:,} ({report.seconds:.1f} s{rate}).")
    lines.extend(f"Note: {notice}" for notice in report.notices)
    lines.extend(f"Not in the index: {problem}" for problem in report.unreadable)
    lines.extend(f"No such article: {article_id}" for article_id in report.missing)
    lines.extend(f"Rejected {rejected.origin}: {rejected.reason}" for rejected in report.rejected)
    lines.extend(f"Warning {warned.origin}: {warned.text}" for warned in report.warnings)
    return lines
