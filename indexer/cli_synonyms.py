"""The commands about abbreviations: what searches know, what a person adds or takes out, what the articles suggest."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

import click

from index.abbreviation_file import NAME
from index.abbreviation_lines import BadLine, Entry, Problem, Removal, read_line_bytes
from index.abbreviations import Abbreviations, reason_against
from indexer.abbreviation_mining import FEWEST_ARTICLES, Proposal, mine
from indexer.cli_context import NOT_FOUND, UTF8, Settings, json_option, print_json, say
from indexer.cli_lists import from_option, handed_in, read_articles, tell_problems
from indexer.cli_progress import told_progress
from indexer.edited_file import change
from indexer.report import counted
from indexer.store import ArticleStore
from indexer.synonyms_list import with_entry, without_entry, written_entry, written_removal


@click.group()
def synonyms() -> None:
    """Abbreviations that searches know both ways: UBND finds "ủy ban nhân dân", and the reverse.

    A list comes with the program. One's own is HOME/synonyms.txt, a text to edit by hand or with these commands; the
    service reads it again as soon as it has changed.

    \b
    Example:
      timtin synonyms add HTXMC "hợp tác xã Mây Chiều"
    """


def _own_file(ctx: click.Context) -> Path:
    settings: Settings = ctx.obj
    return settings.home / NAME


@synonyms.command("list")
@json_option
@click.pass_context
def list_entries(ctx: click.Context, as_json: bool) -> None:
    """List every abbreviation, those of one's own list marked.

    \b
    Example:
      timtin synonyms list
    """
    known = Abbreviations.read(_own_file(ctx))
    if as_json:
        print_json(
            {
                "entries": [_entry_fields(entry) for entry in known.entries],
                "taken_out": [_fields(removal) for removal in known.removals],
                "problems": [str(problem) for problem in known.problems],
            }
        )
        return
    for entry in known.entries:
        mark = "  # own" if _entry_fields(entry)["own"] else ""
        click.echo(f"{_written(entry)}{mark}")
    for problem in known.problems:
        say(f"Left out: {problem}")


def _entry_fields(entry: Entry) -> dict[str, Any]:
    built_in = Abbreviations.builtin()
    own = [long_form for long_form in entry.long_forms if not built_in.has(entry.short, long_form)]
    return {**_fields(entry), "own": own}


@synonyms.command("add")
@click.argument("short", required=False, type=UTF8)
@click.argument("long_form", required=False, metavar="[LONG FORM]", type=UTF8)
@from_option
@json_option
@click.pass_context
def add_entry(ctx: click.Context, short: str | None, long_form: str | None, source: str | None, as_json: bool) -> None:
    """Add an abbreviation to one's own list, or every one of a list. Exits with 1 when a line can't be taken.

    \b
    Examples:
      timtin synonyms add HTXMC "hợp tác xã Mây Chiều"
      timtin synonyms propose > proposals.txt       (then look at them, delete what is wrong)
      timtin synonyms add --from proposals.txt
    """
    if source is None and (short is None or long_form is None):
        raise click.UsageError("name a short form and its long form, or a list with --from")
    if source is not None and short is not None:
        raise click.UsageError("name a short form and its long form, or a list with --from, not both")
    entries, problems = _typed(short or "", long_form or "") if source is None else _entries_of(source)
    path, base = _own_file(ctx), Abbreviations.builtin()
    usable = [entry for entry in entries if reason_against(entry, base) is None]
    problems += [reason for entry in entries if (reason := reason_against(entry, base)) is not None]
    known = Abbreviations.read(path)
    fresh = [lacking for entry in usable if (lacking := _lacking(entry, known)) is not None]
    if fresh:
        change(path, lambda text: reduce(with_entry, fresh, text))
    present = [entry for entry in usable if _lacking(entry, known) is None]
    if as_json:
        print_json(
            {"added": [_fields(e) for e in fresh], "present": [_fields(e) for e in present], "problems": problems}
        )
    else:
        for told, those in (("Added", fresh), ("Already there", present)):
            for entry in those:
                click.echo(f"{told}: {_written(entry)}")
        for problem in problems:
            say(f"Error: {problem}")
    if problems:
        ctx.exit(NOT_FOUND)


def _lacking(entry: Entry, known: Abbreviations) -> Entry | None:
    """Give an entry with the long forms that aren't known yet, None when all are."""
    long_forms = tuple(form for form in entry.long_forms if not known.has(entry.short, form))
    return Entry(entry.short, long_forms) if long_forms else None


def _typed(short: str, long_form: str) -> tuple[list[Entry], list[str]]:
    try:
        return [written_entry(short, long_form)], []
    except BadLine as bad:
        raise click.UsageError(str(bad)) from bad


def _entries_of(source: str) -> tuple[list[Entry], list[str]]:
    path, text = handed_in(source)
    entries: list[Entry] = []
    problems: list[str] = []
    for number, found in read_line_bytes(path, text):
        match found:
            case Entry():
                entries.append(found)
            case Removal(short):
                problems.append(str(Problem(path, number, f"use timtin synonyms remove {short}")))
            case Problem():
                problems.append(str(found))
    return entries, problems


def _fields(each: Entry | Removal) -> dict[str, Any]:
    return {"short": each.short, "long_forms": each.long_forms}


def _written(entry: Entry | Removal) -> str:
    return f"{entry.short} = {' | '.join(entry.long_forms)}" if entry.long_forms else entry.short


@synonyms.command("remove")
@click.argument("short", type=UTF8)
@click.argument("long_form", required=False, metavar="[LONG FORM]", type=UTF8)
@json_option
@click.pass_context
def remove_entry(ctx: click.Context, short: str, long_form: str | None, as_json: bool) -> None:
    """Take an abbreviation, or one of its long forms, out. A built-in one is taken out by a line of one's own list.

    \b
    Example:
      timtin synonyms remove TS "thí sinh"
    """
    path = _own_file(ctx)
    try:
        unwanted = written_removal(short, long_form)
    except BadLine as bad:
        raise click.UsageError(str(bad)) from bad
    if not change(path, lambda text: without_entry(text, unwanted, Abbreviations.builtin())):
        say(f"Error: there is no {_written(unwanted)}; see timtin synonyms list")
        ctx.exit(NOT_FOUND)
    if as_json:
        print_json({"removed": _fields(unwanted)})
    else:
        click.echo(f"Removed: {_written(unwanted)}")


@synonyms.command("propose")
@click.option(
    "--min",
    "fewest",
    type=click.IntRange(min=1),
    default=FEWEST_ARTICLES,
    show_default=True,
    help="Articles that must explain the abbreviation.",
)
@json_option
@click.pass_context
def propose(ctx: click.Context, fewest: int, as_json: bool) -> None:
    """Look in the stored articles for abbreviations they explain, as in "hợp tác xã (HTX)", and that no list has.

    Printed is a list to look through, the best supported first; nothing is changed. A line "-HTX" in one's own list
    keeps HTX from being proposed again.

    \b
    Example:
      timtin synonyms propose --min 5 > proposals.txt
    """
    settings: Settings = ctx.obj
    known = Abbreviations.read(_own_file(ctx))
    with ArticleStore.open(settings.archive().articles, read_only=True) as store, told_progress() as progress:
        proposals = mine(read_articles(store, progress), known, fewest)
        total = store.count()
    if as_json:
        print_json({"articles": total, "proposals": [_proposal_fields(proposal) for proposal in proposals]})
        return
    found = counted(len(proposals), "abbreviation")
    click.echo(f"# {found} of {counted(total, 'article')}. Delete what is wrong, then: timtin synonyms add --from FILE")
    for proposal in proposals:
        click.echo(_proposal_line(proposal))


def _proposal_line(proposal: Proposal) -> str:
    support = ", ".join(f"{counted(form.articles, 'article')} ({form.example})" for form in proposal.long_forms)
    return f"{proposal.short} = {' | '.join(form.text for form in proposal.long_forms)}  # {support}"


def _proposal_fields(proposal: Proposal) -> dict[str, Any]:
    return {
        "short": proposal.short,
        "long_forms": [
            {"text": form.text, "articles": form.articles, "example": form.example} for form in proposal.long_forms
        ],
    }


@synonyms.command("check")
@json_option
@click.pass_context
def check_list(ctx: click.Context, as_json: bool) -> None:
    """Check one's own list. Exits with 1 when a line of it can't be used.

    \b
    Example:
      timtin synonyms check
    """
    path = _own_file(ctx)
    without = None if path.exists() else f"there is no {path}, only the built-in list"
    tell_problems(ctx, list(Abbreviations.read(path).problems), without, as_json=as_json)
