"""The commands that follow portals: sources add, list, check, remove; sync."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.as_json import article_fields
from index.dates import VIETNAM
from indexer.addresses import BadAddress, canonical
from indexer.cli_context import REJECTED, UTF8, Settings, json_option, now, print_json
from indexer.cli_reading import moment_shown
from indexer.crawl.source import EVERY, Source, SourceKind
from indexer.lost_store import must_not_be_lost
from indexer.report import counted
from indexer.sources import shown_path
from indexer.store.crawl_state import CrawlState

if TYPE_CHECKING:
    from indexer.crawl.trying import Looked
    from indexer.extract import Extracted

_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


class _Time(click.ParamType[float]):
    """A span of time: 30s, 10m, 2h, 1d."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", str(value).strip())
        if match is None:
            self.fail(f"{value} is no span of time; write it as 30s, 10m, 2h or 1d", param, ctx)
        return float(match[1]) * _UNITS[match[2] or "s"]


TIME = _Time()


def shown_time(seconds: float) -> str:
    """Write a span of time as it is typed.

    >>> shown_time(30.0), shown_time(600.0), shown_time(5400.0), shown_time(86400.0)
    ('30s', '10m', '90m', '1d')
    """
    for unit in ("d", "h", "m"):
        if seconds >= _UNITS[unit] and seconds % _UNITS[unit] == 0:
            return f"{seconds / _UNITS[unit]:g}{unit}"
    return f"{seconds:g}s"


@click.group()
def sources() -> None:
    """Say which portals and folders are followed by `timtin sync`.

    \b
    Example:
      timtin sources add https://portal.example/rss.xml
    """


@sources.command("add")
@click.argument("url", metavar="URL|FOLDER", type=UTF8)
@click.option("--name", type=UTF8, help="What to call it (default: its host, or the folder's name).")
@click.option("--kind", type=click.Choice([kind.value for kind in SourceKind]), help="What it is (default: see).")
@click.option("--every", type=TIME, help="How often its list is read, as 30s, 10m, 2h (default: by its kind).")
@click.option("--delay", type=TIME, default=1.0, show_default="1s", help="Between two requests to a host.")
@click.option("--timeout", type=TIME, default=60.0, show_default="60s", help="For one request, all of it.")
@click.option("--recheck", type=TIME, default=86_400.0, show_default="1d", help="When to look at a page again.")
@click.option("--retry", type=TIME, default=60.0, show_default="60s", help="When to try a failed page again.")
@click.option("--gone-after", type=TIME, default=3_600.0, show_default="1h", help="How long a page must be missing.")
@click.option("--pages", type=click.IntRange(min=1), default=100_000, show_default=True, help="Pages known at most.")
@click.option("--host", "hosts", multiple=True, type=UTF8, help="Another host on which its pages may lie.")
@click.option("--links", type=UTF8, help="Of a listing: CSS selector of the links to articles.")
@click.option("--next", "next_page", type=UTF8, help="Of a listing: CSS selector of the link to the next page.")
@click.option("--allow-private", is_flag=True, help="Let it lie in a private network, or on this machine.")
@json_option
@click.pass_context
def add(ctx: click.Context, /, url: str, as_json: bool, **options: Any) -> None:
    """Follow a feed, a sitemap, pages that list articles, or a folder.

    What it is is seen by looking at it once. Adding the same name again changes the settings.

    \b
    Examples:
      timtin sources add https://portal.example/rss.xml
      timtin sources add https://portal.example/tin-tuc --links "h3 a" --next "a.next" --every 10m
      timtin sources add /srv/inbox --kind folder
    """
    settings: Settings = ctx.obj
    source = _source(url, options)
    if not options["kind"] and source.kind is not SourceKind.FOLDER:
        source = _detected(source, options["every"])
    archive = settings.archive()
    must_not_be_lost(archive)
    with CrawlState.open(archive.articles) as state:
        clash = [other for other in state.sources() if other.url == source.url and other.name != source.name]
        if clash:
            raise click.UsageError(f"{source.url} is followed as {clash[0].name} already; remove that, or use its name")
        state.put_source(source, now().timestamp())
    if as_json:
        print_json(source.as_fields())
    else:
        every = shown_time(source.every)
        click.echo(f"{source.name}: {source.kind.value} {source.url}, read every {every}. Now run: timtin sync")


def _source(url: str, options: dict[str, Any]) -> Source:
    """Make the source of what was typed; the kind of an address is a feed's until it has been looked at."""
    kind = SourceKind(options["kind"]) if options["kind"] else None
    is_folder = kind is SourceKind.FOLDER or (kind is None and "://" not in url)
    if is_folder:
        folder = Path(url).absolute()
        if not folder.is_dir():
            raise click.UsageError(f"there is no folder {shown_path(url)}; an address begins with http:// or https://")
        kind, place, name = SourceKind.FOLDER, str(folder), folder.name
    else:
        try:
            place = canonical(url)
            hosts = tuple(canonical(f"http://{host}").split("/")[2] for host in options["hosts"])
        except BadAddress as error:
            raise click.UsageError(str(error)) from None
        name = place.split("/")[2].removeprefix("www.")
    kind = kind or SourceKind.FEED
    return Source(
        name=options["name"] or name,
        kind=kind,
        url=place,
        hosts=() if is_folder else hosts,
        allow_private=options["allow_private"],
        every=options["every"] or EVERY[kind],
        delay=options["delay"],
        timeout=options["timeout"],
        recheck=options["recheck"],
        retry=options["retry"],
        gone_after=options["gone_after"],
        pages=options["pages"],
        links=options["links"],
        next=options["next_page"],
    )


def _detected(source: Source, every: float | None) -> Source:
    from indexer.crawl.trying import look  # noqa: PLC0415 -- only looking at portals needs it

    found = look(source)
    if isinstance(found, str):
        raise click.UsageError(f"{found}; name its --kind to add it all the same")
    return replace(source, kind=found.kind, every=every or EVERY[found.kind])


@sources.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show what is followed, what is known of it, and when it is read next.

    \b
    Example:
      timtin sources list
    """
    settings: Settings = ctx.obj
    moment = now().timestamp()
    with CrawlState.open(settings.archive().articles, read_only=True) as state:
        reports = state.reports()
        rows = [(source, state.known(source.name, moment), reports[source.name]) for source in state.sources()]
    if as_json:
        print_json({"sources": [_fields(source, known, report) for source, known, report in rows]})
        return
    if not rows:
        click.echo("Nothing is followed yet: timtin sources add URL")
    for source, known, (last, _) in rows:
        click.echo(f"{source.name}  {source.kind.value}, every {shown_time(source.every)}  {source.url}")
        failing = f", {known.failing:,} failing" if known.failing else ""
        rejected = f", {known.rejected:,} without an article" if known.rejected else ""
        pages = f"{counted(known.pages, 'page')}, {counted(known.articles, 'article')}{rejected}{failing}"
        last_read = "never read" if last is None else f"read {shown_moment(last)}"
        click.echo(f"    {pages}; {last_read}, next {shown_moment(known.next_due)}")


def _fields(source: Source, known: Any, report: tuple[float | None, dict[str, Any]]) -> dict[str, Any]:
    last, done = report
    return {
        **source.as_fields(),
        "known": {"pages": known.pages, "articles": known.articles, "waiting": known.waiting}
        | {"failing": known.failing, "rejected": known.rejected},
        "next_run": iso_moment(known.next_due),
        "last_run": iso_moment(last),
        "last_report": done,
    }


def iso_moment(moment: float | None) -> str | None:
    """Write a moment on a Vietnamese clock as ISO 8601.

    >>> iso_moment(1593575264.0)
    '2020-07-01T10:47:44+07:00'
    """
    return None if moment is None else datetime.fromtimestamp(moment, VIETNAM).isoformat(timespec="seconds")


def shown_moment(moment: float | None) -> str:
    """Write a moment for people, as all commands do."""
    return "never" if moment is None else moment_shown(datetime.fromtimestamp(moment, VIETNAM))


@sources.command("check")
@click.argument("name", type=UTF8)
@json_option
@click.pass_context
def check(ctx: click.Context, name: str, as_json: bool) -> None:
    """Look at a source once and tell what is found, without keeping any of it.

    Exits with 1 when nothing can be made of it.

    \b
    Example:
      timtin sources check portal.example
    """
    # Only looking at portals needs these.
    from indexer.crawl.trying import look  # noqa: PLC0415
    from indexer.html.portal_rules import rules_of  # noqa: PLC0415

    settings: Settings = ctx.obj
    with CrawlState.open(settings.archive().articles, read_only=True) as state:
        [source] = chosen(state.sources(), (name,))
    if source.kind is SourceKind.FOLDER:
        files = sum(1 for path in Path(source.url).rglob("*") if path.is_file())
        print_json({"name": name, "files": files}) if as_json else click.echo(f"{name}: {counted(files, 'file')}")
        return
    found = look(source, now=now(), book=rules_of(settings.home))
    if isinstance(found, str):
        print_json({"name": name, "problem": found}) if as_json else click.echo(f"{name}: {found}")
        ctx.exit(REJECTED)
    page, example = found.example or ("", "no page could be asked for")
    if as_json:
        shown = {"address": page, "problem": example} if isinstance(example, str) else _example_fields(page, example)
        print_json(
            {"name": name, "kind": found.kind.value, "robots": found.robots, "pages": len(found.read.entries)}
            | {"lists": len(found.read.lists), "elsewhere": len(found.read.elsewhere), "example": shown}
        )
    else:
        _tell_found(source, found, (page, example))
    if isinstance(example, str):
        ctx.exit(REJECTED)


def _tell_found(source: Source, found: Looked, example: tuple[str, Extracted | str]) -> None:
    click.echo(f"{source.name}: {found.kind.value} {found.address}")
    lists = f", {counted(len(found.read.lists), 'further list')}" if found.read.lists else ""
    click.echo(f"    names {counted(len(found.read.entries), 'page')}{lists}; robots.txt: {found.robots}")
    if found.read.elsewhere:
        click.echo(f"    {counted(len(found.read.elsewhere), 'link')} to other hosts, as {found.read.elsewhere[0]}")
    for problem in found.read.problems:
        click.echo(f"    {problem}")
    page, made = example
    click.echo(f"    for example {page}")
    if isinstance(made, str):
        click.echo(f"        no article: {made}")
        return
    for field, value in _example_fields(page, made).items():
        if field not in ("address", "rules") and value:
            by = made.rules.get(field)
            click.echo(f"        {field}: {value}" + (f"  ({by})" if by else ""))


def _example_fields(page: str, made: Extracted) -> dict[str, Any]:
    fields = article_fields(made.article)
    kept = {name: fields[name] for name in ("title", "published_at", "authors", "publisher", "section", "lead")}
    return {"address": page, **kept, "body": made.article.body[:200], "rules": made.rules}


@sources.command("remove")
@click.argument("name", type=UTF8)
@json_option
@click.pass_context
def remove(ctx: click.Context, name: str, as_json: bool) -> None:
    """Follow a source no longer. Its articles stay.

    \b
    Example:
      timtin sources remove portal.example
    """
    settings: Settings = ctx.obj
    archive = settings.archive()
    must_not_be_lost(archive)
    with CrawlState.open(archive.articles) as state:
        chosen(state.sources(), (name,))
        forgotten = state.remove_source(name)
    if as_json:
        print_json({"name": name, "pages": forgotten})
    else:
        click.echo(f"{name} is followed no longer; its articles stay.")


def chosen(known: list[Source], names: tuple[str, ...]) -> list[Source]:
    by_name = {source.name: source for source in known}
    if missing := [name for name in names if name not in by_name]:
        there = ", ".join(by_name) or "none yet"
        raise click.UsageError(f"there is no source {', '.join(missing)}; there are: {there}")
    return [by_name[name] for name in names] if names else known
