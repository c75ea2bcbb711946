"""What the commands share: settings, exit codes, ways of telling."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from index.abbreviation_file import NAME, AbbreviationFile
from index.abbreviations import Abbreviations
from index.chosen_engine import Choice, EngineName
from indexer import name_lines
from indexer.archive import Archive
from indexer.names import Names, Naming

REJECTED = NOT_FOUND = 1
WRONG_INDEX = 3
TRY_AGAIN = 75
INTERRUPTED = 130

json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


class _Utf8(click.ParamType[str]):
    """A text of the command line; bytes that are no UTF-8 reach us as lone surrogates, which nothing can hold."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            self.fail(f"{shown} is not UTF-8 text; type it in a terminal that is set to UTF-8", param, ctx)
        return text


UTF8 = _Utf8()


class TextFirst(click.Command):
    """A command whose TEXT may begin with a dash: `-cháy` leaves a word out and is no option. `--form` is a slip."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put a text that begins with one dash behind `--`, where click takes it as it is."""
        options = [param for param in self.params if isinstance(param, click.Option) and not param.is_flag]
        followed = {name for option in options for name in option.opts}
        for place, arg in enumerate(args):
            if arg == "--":
                break
            is_value = place > 0 and args[place - 1] in followed
            if arg.startswith("-") and not arg.startswith("--") and arg not in ("-", "-h") and not is_value:
                return super().parse_args(ctx, [*args[:place], *args[place + 1 :], "--", arg])
        return super().parse_args(ctx, args)


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    home: Path

    def archive(self, engine: EngineName | None = None) -> Archive:
        """Give the archive at home, with the engine that this installation has chosen, or another.

        The engine is loaded here and not before: `--help` must not wait for numpy and Whoosh.
        """
        try:
            chosen = Choice.read(os.environ)
            return Archive(self.home, (replace(chosen, engine=engine) if engine else chosen).open())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    def abbreviations(self) -> Abbreviations:
        """Give the abbreviations of this installation; what can't be used of its own list is told."""
        found = AbbreviationFile(self.home / NAME).current()
        for problem in found.problems:
            say(f"Left out: {problem}")
        return found

    def naming(self) -> Naming:
        """Give the names of this installation, so that a person is found by an alias; a list that can't be read has
        none."""
        try:
            return Naming(Names.read(self.home / name_lines.NAME))
        except OSError as error:
            say(f"Left out: {self.home / name_lines.NAME} can't be read ({error.strerror or error}); mend it")
            return Naming(Names())


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Tell a person, beside the output."""
    click.echo(text, err=True)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON document."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_INDENT_2 if sys.stdout.isatty() else None).decode()
    except orjson.JSONEncodeError:
        # The path of a folder may hold bytes that are no UTF-8; the standard encoder escapes them.
        written = json.dumps(value)
    click.echo(written)
