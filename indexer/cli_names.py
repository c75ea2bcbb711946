"""The commands about names: who is counted as whom, what a person ties together, what the articles suggest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from index.article import Article
from indexer import pipeline
from indexer.cli_aliases import alias_names, kind_of, names_path, publisher_option, unalias_names
from indexer.cli_context import WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_lists import read_articles, tell_problems
from indexer.cli_progress import told_progress
from indexer.cli_writing import report_lines
from indexer.name_lines import Kind, NameLine, read_lines, written
from indexer.name_proposals import Proposal, Use, propose, tally
from indexer.names import Names, Naming, name_key
from indexer.report import counted, report_fields
from indexer.store import ArticleStore


@click.group()
def authors() -> None:
    """Authors: one value for each person, whatever is printed.

    Who is also printed otherwise stands in HOME/names.txt, a text to edit by hand or with these commands. Articles keep
    what was printed.

    \b
    Example:
      timtin authors alias "Nguyễn Văn Mây" N.V.M "Văn Mây" --publisher "Báo Bến Gỗ"
    """


@click.group()
def publishers() -> None:
    """Publishers: one value for each, whatever is printed. The list is that of the authors, HOME/names.txt.

    \b
    Example:
      timtin publishers alias "UBND xã Mây Chiều" "Ủy ban nhân dân xã Mây Chiều"
    """


@click.group()
def sections() -> None:
    """Sections: one value for each, whatever is printed. The list is that of the authors, HOME/names.txt.

    \b
    Example:
      timtin sections propose
    """


@click.command("list")
@publisher_option
@json_option
@click.pass_context
def list_names(ctx: click.Context, publisher: str | None, as_json: bool) -> None:
    """List the names of the stored articles, the most frequent first, with their aliases.

    \b
    Example:
      timtin authors list --publisher "Báo Bến Gỗ"
    """
    kind, names = kind_of(ctx), Names.read(names_path(ctx))
    only = None if publisher is None else Naming(names).publisher(publisher)
    counts: Counter[str] = Counter()
    for uses in tally(_articles(ctx, only), kind).values():
        counts.update({use.name: use.articles for use in uses.values()})
    aliases = _aliases_by_key(names_path(ctx), kind)
    rows: list[dict[str, Any]] = [
        {"name": name, "articles": count, "aliases": aliases.get(name_key(kind, name), [])}
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]
    if as_json:
        print_json({"names": rows, "problems": [str(problem) for problem in names.problems]})
        return
    for row in rows:
        also = ", ".join(f"{a['alias']} @ {a['publisher']}" if a["publisher"] else a["alias"] for a in row["aliases"])
        click.echo(f"{row['articles']:>7,}  {row['name']}" + (f"  (also {also})" if also else ""))
    for problem in names.problems:
        say(f"Left out: {problem}")


def _aliases_by_key(path: Path, kind: Kind) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for _, line in read_lines(path):
        if isinstance(line, NameLine) and line.kind is kind:
            listed = [{"alias": alias, "publisher": line.publisher} for alias in line.aliases]
            found.setdefault(name_key(kind, line.name), []).extend(listed)
    return found


@click.command("propose")
@click.option(
    "--min", "fewest", type=click.IntRange(min=1), default=1, show_default=True, help="Articles of both names."
)
@json_option
@click.pass_context
def propose_names(ctx: click.Context, fewest: int, as_json: bool) -> None:
    """Look in the stored articles for names that may be one and the same.

    Printed is a list to look through, the surest first; nothing is changed.

    \b
    Example:
      timtin authors propose > proposals.txt
    """
    kind = kind_of(ctx)
    proposals = propose(tally(_articles(ctx), kind), kind)
    proposals = [each for each in proposals if each.name.articles + each.alias.articles >= fewest]
    if as_json:
        print_json({"proposals": [_proposal_fields(each) for each in proposals]})
        return
    found = counted(len(proposals), "proposal")
    click.echo(f"# {found}. Delete what is wrong, then: timtin {kind} alias --from FILE")
    click.echo(f"[{kind}]")
    for each in proposals:
        reason = each.reason.name.lower().replace("_", " ")
        click.echo(f"{written(each.line)}  # {reason}: {_support(each.name)}, {_support(each.alias)}")


def _support(use: Use) -> str:
    return f"{counted(use.articles, 'article')} ({use.example})"


def _proposal_fields(each: Proposal) -> dict[str, Any]:
    return {
        "name": each.name.name,
        "alias": each.alias.name,
        "publisher": each.publisher,
        "reason": each.reason.name.lower(),
        "name_articles": each.name.articles,
        "alias_articles": each.alias.articles,
        "name_example": each.name.example,
        "alias_example": each.alias.example,
    }


@click.command("apply")
@click.option("--all", "all_articles", is_flag=True, help="Read the names of all articles again, as after an upgrade.")
@json_option
@click.pass_context
def apply_names(ctx: click.Context, all_articles: bool, as_json: bool) -> None:
    """Bring the list of names to the stored articles and the index, as the next add or rebuild would.

    \b
    Example:
      timtin authors apply
    """
    settings: Settings = ctx.obj
    with told_progress() as progress:
        report = pipeline.apply_names(settings.archive(), now, progress, all_articles=all_articles)
    if as_json:
        print_json(report_fields(report))
    else:
        for line in report_lines(report):
            click.echo(line)
    if report.index_problem:
        say(f"Error: the articles are stored, but the index is not up to date: {report.index_problem}")
    if report.index_problem or report.unreadable:
        ctx.exit(WRONG_INDEX)


@click.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_context
def check_names(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Check the list of names, or another one. Exits with 1 when a line of it can't be used.

    \b
    Example:
      timtin authors check proposals.txt
    """
    path = file or names_path(ctx)
    without = None if path.exists() else f"there is no {path}"
    tell_problems(ctx, list(Names.read(path).problems), without, as_json=as_json)


def _articles(ctx: click.Context, publisher: str | None = None) -> Iterator[Article]:
    settings: Settings = ctx.obj
    key = None if publisher is None else name_key(Kind.PUBLISHERS, publisher)
    with ArticleStore.open(settings.archive().articles, read_only=True) as store, told_progress() as progress:
        for article in read_articles(store, progress):
            if key in (None, name_key(Kind.PUBLISHERS, article.publisher or "")):
                yield article


for _command in (list_names, propose_names, alias_names, unalias_names, apply_names, check_names):
    for _group in (authors, publishers, sections):
        _group.add_command(_command)
