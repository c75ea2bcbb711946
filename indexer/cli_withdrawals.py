"""The commands that withdraw articles, tell which are withdrawn and why, and show what articles were before."""

from __future__ import annotations

import difflib
import getpass
import os
from typing import Any

import click

from index.article import Article
from index.as_json import article_fields
from index.errors import BadArticle
from indexer import pipeline, withdrawing
from indexer.clean_text import one_line
from indexer.cli_context import NOT_FOUND, UTF8, WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_reading import moment_shown
from indexer.report import report_fields
from indexer.store import ArticleStore, Decision, Entry, Unsound, Version
from indexer.withdrawing import Decided

_FACTS = (
    *("published_at", "updated_at", "authors", "byline", "section"),
    *("publisher", "publisher_printed", "url", "lead"),
)
"""What of an article is compared beside its title, text and captions."""

_reason = click.option("--reason", required=True, type=UTF8, metavar="TEXT", help="Why; kept in the audit trail.")
_by = click.option("--by", type=UTF8, metavar="NAME", help="Who decided (default: the user of this machine).")


@click.command()
@click.argument("wanted", nargs=-1, required=True, metavar="ID|URL...", type=UTF8)
@_reason
@_by
@json_option
@click.pass_context
def withdraw(ctx: click.Context, wanted: tuple[str, ...], reason: str, by: str | None, as_json: bool) -> None:
    """Withdraw articles: from this moment no search, page, list, export or feed gives them.

    They stay withdrawn whatever is added, fetched, rebuilt or rolled back, until the withdrawal is undone. Works while
    another command is writing. Exits with 1 when there is no article of an id or address.

    \b
    Example:
      timtin withdraw https://bao.example.vn/tin/17.html --reason "Toà soạn rút bài, công văn 12/CV"
    """
    settings: Settings = ctx.obj
    decided = withdrawing.withdraw(settings.archive(), wanted, _decision(reason, by), now)
    _tell(ctx, decided, ("Withdrawn", "Withdrawn already"), as_json)


@click.group()
def withdrawals() -> None:
    """Tell what is withdrawn and why; take a withdrawal back.

    \b
    Example:
      timtin withdrawals log
    """


@withdrawals.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the articles that are withdrawn now.

    \b
    Example:
      timtin withdrawals list
    """
    _show(ctx, as_json, only_present=True)


@withdrawals.command()
@json_option
@click.pass_context
def log(ctx: click.Context, as_json: bool) -> None:
    """List everything that was withdrawn, and undone: the audit trail.

    \b
    Example:
      timtin withdrawals log
    """
    _show(ctx, as_json, only_present=False)


@withdrawals.command()
@click.argument("wanted", nargs=-1, required=True, metavar="ID|URL...", type=UTF8)
@_reason
@_by
@json_option
@click.pass_context
def undo(ctx: click.Context, wanted: tuple[str, ...], reason: str, by: str | None, as_json: bool) -> None:
    """Take withdrawals back: the articles are there again, as their sources gave them last.

    \b
    Example:
      timtin withdrawals undo u-0f3a9d27c1b84e56a9d0e7f2 --reason "Rút nhầm bài"
    """
    settings: Settings = ctx.obj
    decided = withdrawing.undo_withdrawal(settings.archive(), wanted, _decision(reason, by), now)
    _tell(ctx, decided, ("There again", "Not withdrawn"), as_json)


@click.command()
@click.argument("wanted", metavar="ID|URL", type=UTF8)
@click.option("--changes", is_flag=True, help="Show what each version changed, line by line.")
@click.option("--bring-back", type=int, metavar="NUMBER", help="Make the article again what it was in this version.")
@json_option
@click.pass_context
def versions(ctx: click.Context, wanted: str, changes: bool, bring_back: int | None, as_json: bool) -> None:
    """Show what an article was before it changed, the newest version first; or bring one of them back.

    What is brought back stays until a source says something newer; what it replaces is kept as a version.

    \b
    Examples:
      timtin versions --changes https://bao.example.vn/tin/17.html
      timtin versions https://bao.example.vn/tin/17.html --bring-back 1842
    """
    settings: Settings = ctx.obj
    with ArticleStore.open(settings.archive().articles, read_only=True) as store:
        article_id = store.find(wanted)
        present = store.get(article_id) if article_id else None
        earlier = store.versions(article_id) if article_id else []
    if article_id is None or (present is None and not earlier):
        say(f"Error: there is no article {wanted}")
        ctx.exit(NOT_FOUND)
    elif bring_back is not None:
        _bring_back(ctx, article_id, bring_back, as_json)
    elif as_json:
        print_json({"id": article_id, "versions": [_version_fields(each) for each in earlier]})
    else:
        if not earlier:
            click.echo(f"{article_id} has not changed since it was first read.")
        newer = present.article if present else None
        for each in earlier:
            click.echo("\n".join(_version_lines(each, newer if changes else None)))
            newer = each.stored.article if isinstance(each, Version) else newer


def _bring_back(ctx: click.Context, article_id: str, number: int, as_json: bool) -> None:
    settings: Settings = ctx.obj
    try:
        report = pipeline.bring_back(settings.archive(), article_id, number, now)
    except BadArticle as bad:
        say(f"Error: version {number} of {article_id} can't be read as an article any more: {bad.reason}")
        ctx.exit(NOT_FOUND)
    if report.missing:
        say(f"Error: {article_id} has no version {number}; see timtin versions {article_id}")
        ctx.exit(NOT_FOUND)
    if as_json:
        print_json({"id": article_id, "version": number, "changed": bool(report.changed or report.new)})
    elif report.withdrawn:
        click.echo(f"{article_id} is withdrawn: version {number} is what it will be when that is undone.")
    elif report.unchanged:
        click.echo(f"{article_id} is what it was in version {number} already.")
    else:
        click.echo(f"{article_id} is again what it was in version {number}.")
    if report.index_problem:
        say(f"Error: the article is stored, but the index is not up to date: {report.index_problem}")
        ctx.exit(WRONG_INDEX)


def _decision(reason: str, by: str | None) -> Decision:
    if not one_line(reason):
        raise click.UsageError("the reason is empty; say why, the audit trail keeps it")
    # One line each, without what would move a terminal's cursor: the trail must not be forged by what it tells.
    return Decision(one_line(reason), one_line(by or "") or _user())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container the number may have no name.
        return f"user {os.getuid()}"


def _tell(ctx: click.Context, decided: Decided, words: tuple[str, str], as_json: bool) -> None:
    report = decided.report
    if as_json:
        print_json(
            {
                "done": decided.done,
                "already": decided.already,
                "missing": decided.missing,
                "same_story": decided.same_story,
            }
            | {name: report_fields(report)[name] for name in ("notices", "index_problem", "seconds")}
        )
    else:
        for word, ids in zip(words, (decided.done, decided.already), strict=True):
            for article_id in ids:
                click.echo(f"{word}: {article_id}")
        for other in decided.same_story:
            click.echo(f"Note: {other} tells the same story and is still shown; see timtin get {other}")
        for notice in report.notices:
            click.echo(f"Note: {notice}")
    for each in decided.missing:
        say(f"Error: there is no article {each}")
    if report.index_problem:
        say(f"Error: this holds for searches, but the index is not up to date: {report.index_problem}")
        ctx.exit(WRONG_INDEX)
    if decided.missing:
        ctx.exit(NOT_FOUND)


def _show(ctx: click.Context, as_json: bool, *, only_present: bool) -> None:
    settings: Settings = ctx.obj
    with ArticleStore.open(settings.archive().articles, read_only=True) as store:
        entries = store.withdrawal_log(only_present=only_present)
    if as_json:
        print_json({"withdrawals": [_entry_fields(entry) for entry in entries]})
        return
    if not entries:
        click.echo("Nothing is withdrawn." if only_present else "Nothing was ever withdrawn.")
    for entry in entries:
        who = f"{entry.action.value} by {entry.decision.by}: {entry.decision.reason}"
        click.echo(f"{moment_shown(entry.at)}  {who}")
        click.echo(f"    {entry.id}  {' · '.join(each for each in (entry.title, entry.url) if each)}")


def _entry_fields(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "action": entry.action.value,
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "reason": entry.decision.reason,
        "by": entry.decision.by,
    }


def _version_fields(version: Version | Unsound) -> dict[str, Any]:
    if isinstance(version, Unsound):
        return {"problem": version.problem}
    return {
        "number": version.stored.seq,
        "from": version.stored.changed_at.isoformat(),
        "until": version.replaced_at.isoformat(),
        "origin": version.stored.page.origin,
        "article": article_fields(version.stored.article),
    }


def _version_lines(version: Version | Unsound, newer: Article | None) -> list[str]:
    if isinstance(version, Unsound):
        return [f"Damaged: {version.problem}"]
    article = version.stored.article
    until, since = moment_shown(version.replaced_at), moment_shown(version.stored.changed_at)
    lines = [f"{version.stored.seq}, until {until}, since {since}: {article.title}"]
    if newer is None:
        return [*lines, f"    read from {version.stored.page.origin}, {len(article.body):,} characters"]
    compared = difflib.unified_diff(_printed(article), _printed(newer), "before", "after", n=0, lineterm="")
    return [*lines, *(f"    {line}" for line in list(compared)[2:])]


def _printed(article: Article) -> list[str]:
    fields = article_fields(article)
    facts = [f"{name}: {fields[name]}" for name in _FACTS if fields[name]]
    return [article.title, *facts, *article.body.split("\n"), *(f"[{caption}]" for caption in article.captions)]
