"""The commands that find out whether all is well, and mend what isn't: check, reconcile."""

from __future__ import annotations

import click

from indexer.check import check as find_problems
from indexer.cli_context import WRONG_INDEX, Settings, json_option, now, print_json
from indexer.cli_progress import told_progress
from indexer.deep_check import deep_check
from indexer.golden_queries import Tried
from indexer.reconcile import Looking
from indexer.reconcile import reconcile as mend
from indexer.report import counted

_quiet_option = click.option("--quiet", is_flag=True, help="Print nothing when all is well, for cron.")


@click.command()
@click.option("--deep", is_flag=True, help="Look at the store's own tables too, and at what searches find.")
@_quiet_option
@json_option
@click.pass_context
def check(ctx: click.Context, deep: bool, quiet: bool, as_json: bool) -> None:
    """Check that the store is sound and that the index holds what the store holds. Exits with 3 if not.

    Every byte of the index and every article is read. With --deep the store's own tables are compared with each other,
    the queries of HOME/golden.csv (columns query and id) must find their article among the first ten, and so must the
    titles of 200 articles, the same ones each time.

    \b
    Example:
      timtin check --deep --quiet || mail -s "Tìm Tin" operator@example.org
    """
    settings: Settings = ctx.obj
    tried: Tried | None = None
    with told_progress(quiet=quiet) as progress:
        if deep:
            found = deep_check(settings.archive(), settings.abbreviations(), now, progress)
            problems, tried = found.problems(), found.tried
        else:
            problems = find_problems(settings.archive(), progress)
    if as_json:
        asked = {} if tried is None else {"queries": tried.queries, "titles": tried.titles}
        print_json({"ok": not problems, "problems": problems, **asked})
    elif problems:
        for problem in problems:
            click.echo(f"Wrong: {problem}")
    elif not quiet:
        click.echo("All is well.")
        if tried is not None:
            queries = counted(tried.queries, "query", "queries")
            click.echo(f"Tried {queries} of golden.csv and {counted(tried.titles, 'title')}.")
    if problems:
        ctx.exit(WRONG_INDEX)


@click.command()
@_quiet_option
@json_option
@click.pass_context
def reconcile(ctx: click.Context, quiet: bool, as_json: bool) -> None:
    """Check as deeply as `check --deep`, and mend what can be mended without losing anything.

    An index that is behind, damaged or of another store is brought up to date or made anew from the store, articles it
    lacks are written again, miscounted lines of portals counted anew, left-overs of killed runs removed. A damaged
    store and articles that can't be read are told: for these there are backups. Exits with 3 when something is left.

    \b
    Example:
      timtin reconcile --quiet
    """
    settings: Settings = ctx.obj
    with told_progress(quiet=quiet) as progress:
        done = mend(settings.archive(), Looking(settings.abbreviations(), now, progress))
    if as_json:
        print_json({"ok": not done.left, "found": done.found, "mended": done.mended, "left": done.left})
    else:
        lines = [f"Mended: {each}" for each in done.mended] + [f"Wrong: {each}" for each in done.left]
        if not done.left and not (quiet and not done.mended):
            lines.append("All is well.")
        for line in lines:
            click.echo(line)
    if done.left:
        ctx.exit(WRONG_INDEX)
