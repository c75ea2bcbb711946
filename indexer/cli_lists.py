"""What the commands about lists that people edit have in common."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from index.article import Article
from indexer.cli_context import NOT_FOUND, print_json
from indexer.report import Progress
from indexer.sources import STANDARD_INPUT
from indexer.store import ArticleStore

_TELL_EVERY = 500

from_option = click.option("--from", "source", metavar="FILE", help='Add every line of a list; "-" is standard input.')


def handed_in(source: str) -> tuple[Path, bytes]:
    """Read a list that is to be added, and say what to call it; raises UsageError when there is none."""
    if source == STANDARD_INPUT:
        return Path("standard input"), sys.stdin.buffer.read()
    path = Path(source)
    if not path.exists():
        raise click.UsageError(f"there is no {source}; nothing was added")
    return path, path.read_bytes()


def read_articles(store: ArticleStore, progress: Progress) -> Iterator[Article]:
    """Give every stored article that can be read, and tell how far that is."""
    total = store.count()
    for done, found in enumerate(store.articles(), 1):
        if isinstance(found, Article):
            yield found
        if done % _TELL_EVERY == 0 or done == total:
            progress("read", done, total)


def tell_problems(ctx: click.Context, problems: list[Any], without: str | None, *, as_json: bool) -> None:
    """Say what can't be used of a list, and exit with 1 if anything can't; `without` is what is so when there is no
    list."""
    if as_json:
        print_json({"ok": not problems, "problems": [str(problem) for problem in problems]})
    elif problems:
        for problem in problems:
            click.echo(f"Wrong: {problem}")
    else:
        click.echo(f"All is well: {without}." if without else "All is well.")
    if problems:
        ctx.exit(NOT_FOUND)
