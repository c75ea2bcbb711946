"""The commands that look at the archive: stats, get, analyze."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from index.analysis.chain import Analyzer
from index.analysis.normal_text import normal_text
from index.article import Article
from index.as_json import article_fields
from index.dates import PublishedAt
from index.errors import SearchError
from index.query_parser import parse_query
from index.response import IndexStats
from indexer.cli_context import NOT_FOUND, UTF8, WRONG_INDEX, Settings, TextFirst, json_option, now, print_json, say
from indexer.store import ArticleStore, StoreStats


@click.command()
@json_option
@click.pass_context
def stats(ctx: click.Context, as_json: bool) -> None:
    """Tell what the archive and its index hold.

    \b
    Example:
      timtin stats --json
    """
    settings: Settings = ctx.obj
    archive = settings.archive()
    with ArticleStore.open(archive.articles, read_only=True) as store:
        stored = store.stats()
    searcher = archive.engine.open_searcher(archive.index)
    try:
        indexed = searcher.stats()
        problem = indexed.stale
    except SearchError as error:
        indexed, problem = None, str(error)
    finally:
        searcher.close()
    if as_json:
        print_json(
            {
                "store": _store_fields(stored),
                "index": index_fields(indexed) if indexed else None,
                "index_problem": problem,
            }
        )
    else:
        for name, value in _lines(stored, indexed, problem):
            click.echo(f"{name:<24}{value}")
    if problem:
        ctx.exit(WRONG_INDEX)


def _store_fields(stored: StoreStats) -> dict[str, Any]:
    return {
        "articles": stored.articles,
        "removed": stored.removed,
        "dated": stored.dated,
        "with_author": stored.with_author,
        "publishers": stored.publishers,
        "last_change": stored.last_seq,
        "changed_at": stored.last_change.isoformat() if stored.last_change else None,
        "size_bytes": stored.size_bytes,
    }


def index_fields(indexed: IndexStats) -> dict[str, Any]:
    """Give what a generation holds, for scripts."""
    return {
        "generation": indexed.generation,
        "articles": indexed.articles,
        "dated": indexed.dated,
        "with_author": indexed.with_author,
        "built_at": indexed.built_at.isoformat(),
        "applied": indexed.applied,
        "stamp": indexed.stamp,
        "size_bytes": indexed.size_bytes,
    }


def _lines(stored: StoreStats, indexed: IndexStats | None, problem: str | None) -> list[tuple[str, str]]:
    lines = [
        ("Articles stored", f"{stored.articles:,}"),
        ("  with a date", f"{stored.dated:,}"),
        ("  with an author", f"{stored.with_author:,}"),
        ("  publishers", f"{stored.publishers:,}"),
        ("  removed", f"{stored.removed:,}"),
        ("  size", f"{stored.size_bytes / 1e6:,.1f} MB"),
        ("  last change", moment_shown(stored.last_change) if stored.last_change else "none"),
    ]
    if indexed is None:
        return [*lines, ("Index", problem or "")]
    return [
        *lines,
        ("Articles indexed", f"{indexed.articles:,}"),
        ("  generation", indexed.generation),
        ("  built", moment_shown(indexed.built_at)),
        ("  holds every change", "yes" if indexed.applied == stored.last_seq else "no"),
        ("  size", f"{indexed.size_bytes / 1e6:,.1f} MB"),
        ("  stamp", indexed.stamp),
        *([("  problem", problem)] if problem else []),
    ]


def moment_shown(moment: datetime) -> str:
    """Write a moment on this machine's clock, with its distance from UTC: as every command shows moments to people."""
    return moment.astimezone().isoformat(sep=" ", timespec="seconds")


@click.command()
@click.argument("article_id", metavar="ID", type=UTF8)
@json_option
@click.pass_context
def get(ctx: click.Context, article_id: str, as_json: bool) -> None:
    """Show a stored article. Exits with 1 when there is none of that id, or it is withdrawn.

    \b
    Example:
      timtin get --json p-cb9406368aa9862690106816
    """
    settings: Settings = ctx.obj
    with ArticleStore.open(settings.archive().articles, read_only=True) as store:
        stored = store.get(article_id)
        withdrawn = None if stored is not None else store.withdrawal(article_id)
    if withdrawn is not None:
        say(
            f"Error: {article_id} is withdrawn since {moment_shown(withdrawn.at)}: {withdrawn.decision.reason}; "
            f'to take that back: timtin withdrawals undo {article_id} --reason "…"'
        )
        ctx.exit(NOT_FOUND)
    elif stored is None:
        say(f"Error: there is no article {article_id}")
        ctx.exit(NOT_FOUND)
    elif as_json:
        print_json(article_fields(stored.article))
    else:
        click.echo("\n".join(_article_lines(stored.article)))
        click.echo(f"\nId {article_id}\nRead from {stored.page.origin}")
        for name, rule in sorted(stored.rules.items()):
            click.echo(f"  {name}: {rule}")


def _article_lines(article: Article) -> list[str]:
    facts = (date_shown(article.published_at), article.publisher, article.section, article.byline, article.url)
    lines = [article.title, " · ".join(fact for fact in facts if fact), "", article.body]
    if article.captions:
        lines += ["", *(f"[{caption}]" for caption in article.captions)]
    return lines


def date_shown(moment: PublishedAt | None) -> str | None:
    """Write a date as Vietnamese readers do, with the time if there is one.

    >>> date_shown(PublishedAt.fromisoformat("2020-07-01T10:47:44")), date_shown(None)
    ('01/07/2020 10:47', None)
    """
    if moment is None:
        return None
    return moment.local.strftime("%d/%m/%Y %H:%M" if moment.has_time else "%d/%m/%Y")


@click.command(cls=TextFirst)
@click.argument("text", type=UTF8)
@json_option
@click.pass_context
def analyze(ctx: click.Context, text: str, as_json: bool) -> None:
    """Show step by step what the analysis makes of a text, and how it is understood as a query.

    \b
    Example:
      timtin analyze "Chỉ thị 05-CT/TW của Bộ Chính trị"
    """
    settings: Settings = ctx.obj
    analyzer = Analyzer.load()
    parsed = parse_query(text, analyzer, now(), settings.abbreviations())
    steps = {
        "text": text,
        "normal_text": normal_text(text).text,
        "syllables": [f"{t.term}{f'+{t.accents}' if t.accents else ''}" for t in analyzer.syllables(text)],
        "segmented": analyzer.segmented(text),
        "words": [token.term for token in analyzer.words(text)],
        "codes": [token.term for token in analyzer.codes(text)],
        "query": repr(parsed.query),
        "notes": list(parsed.notes),
    }
    if as_json:
        print_json(steps)
        return
    for name, value in steps.items():
        click.echo(f"{name:<12} {value if isinstance(value, str) else '  '.join(value)}")
