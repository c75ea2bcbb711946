"""The commands that change the list of names: an alias in, an alias out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from index.abbreviation_lines import BadLine, Problem
from indexer.cli_context import NOT_FOUND, UTF8, Settings, json_option, print_json, say
from indexer.cli_lists import from_option, handed_in
from indexer.edited_file import change
from indexer.name_lines import Kind, NameLine, checked, read_line_bytes, written
from indexer.names import Names
from indexer.names_list import with_aliases, without_aliases

publisher_option = click.option("--publisher", metavar="NAME", type=UTF8, help="Only as printed by this publisher.")


class _Contradiction(Exception):
    """What a change would leave in the list that contradicts itself."""


def kind_of(ctx: click.Context) -> Kind:
    """Tell whose names a command is about by the group it was called in."""
    assert ctx.parent is not None
    return Kind(str(ctx.parent.info_name))


def names_path(ctx: click.Context) -> Path:
    """Give the list of this archive."""
    settings: Settings = ctx.obj
    return settings.archive().names


@click.command("alias")
@click.argument("name", required=False, type=UTF8)
@click.argument("aliases", nargs=-1, metavar="[ALIAS]...", type=UTF8)
@publisher_option
@from_option
@json_option
@click.pass_context
def alias_names(ctx: click.Context, /, **given: Any) -> None:
    """Say that NAME is also printed as ALIAS, or take over every line of a list.

    Articles that are added have NAME from now on; those that are stored get it with the next add, rebuild or apply.
    Exits with 1 when a line can't be taken.

    \b
    Examples:
      timtin authors alias "Nguyễn Văn Mây" N.V.M
      timtin authors alias --from proposals.txt
    """
    name, aliases, source = given["name"], given["aliases"], given["source"]
    if (source is None) == (name is None) or (name is not None and not aliases):
        raise click.UsageError("name a name and its aliases, or a list with --from")
    lines, problems = _lines_of(source) if source else (_typed(kind_of(ctx), name, aliases, given["publisher"]), [])
    added: list[NameLine] = []
    for line in lines:
        try:
            _add(names_path(ctx), line)
            added.append(line)
        except _Contradiction as contradiction:
            problems.append(str(contradiction))
    if given["as_json"]:
        print_json({"added": [_line_fields(line) for line in added], "problems": problems})
    else:
        for line in added:
            click.echo(f"In the list: {written(line)}")
        for problem in problems:
            say(f"Error: {problem}")
        if added:
            click.echo(f"Stored articles follow with: timtin {kind_of(ctx)} apply")
    if problems:
        ctx.exit(NOT_FOUND)


def _typed(kind: Kind, name: str, aliases: tuple[str, ...], publisher: str | None) -> list[NameLine]:
    try:
        return [checked(NameLine(kind, name, aliases, publisher))]
    except BadLine as bad:
        raise click.UsageError(str(bad)) from bad


def _lines_of(source: str) -> tuple[list[NameLine], list[str]]:
    path, text = handed_in(source)
    found = [line for _, line in read_line_bytes(path, text)]
    return [line for line in found if isinstance(line, NameLine)], [str(p) for p in found if isinstance(p, Problem)]


def _add(path: Path, line: NameLine) -> None:
    """Add a line. Raises _Contradiction when it would have to be left out."""

    def edit(text: bytes) -> bytes:
        after = with_aliases(text, line)
        known = {problem.reason for problem in Names.of(path, read_line_bytes(path, text)).problems}
        for problem in Names.of(path, read_line_bytes(path, after)).problems:
            if problem.reason not in known:
                raise _Contradiction(f"{written(line)}: {problem.reason}")
        return after

    change(path, edit)


def _line_fields(line: NameLine) -> dict[str, Any]:
    return {"kind": line.kind, "name": line.name, "aliases": line.aliases, "publisher": line.publisher}


@click.command("unalias")
@click.argument("name", type=UTF8)
@click.argument("aliases", nargs=-1, metavar="[ALIAS]...", type=UTF8)
@publisher_option
@json_option
@click.pass_context
def unalias_names(
    ctx: click.Context, /, name: str, aliases: tuple[str, ...], publisher: str | None, as_json: bool
) -> None:
    """Take aliases of NAME (all, if none is named) out of the list: of one publisher, or wherever they stand.

    With the next add, rebuild or apply the articles get back the names they had.

    \b
    Example:
      timtin authors unalias "Nguyễn Văn Mây" N.V.M
    """
    unwanted = NameLine(kind_of(ctx), name, aliases, publisher)
    if not change(names_path(ctx), lambda text: without_aliases(text, unwanted, everywhere=publisher is None)):
        say(f"Error: there is no such alias of {name} in {names_path(ctx)}; see timtin {kind_of(ctx)} list")
        ctx.exit(NOT_FOUND)
    if as_json:
        print_json({"removed": _line_fields(unwanted)})
    else:
        click.echo(f"Taken out of the list. Stored articles follow with: timtin {kind_of(ctx)} apply")
