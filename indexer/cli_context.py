"""What the commands share: settings, exit codes, ways of telling."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from indexer.indexing import Engine
from indexer.pipeline import Archive

REJECTED = NOT_FOUND = 1
WRONG_INDEX = 3
TRY_AGAIN = 75
INTERRUPTED = 130

json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    home: Path

    def archive(self) -> Archive:
        """Give the archive at home, with the engine of this installation.

        The engine is imported here because it loads numpy and Whoosh, which `--help` must not wait for.
        """
        from index.whoosh_engine import open_searcher, open_writer  # noqa: PLC0415

        return Archive(self.home, Engine(open_writer, open_searcher))


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Tell a person, beside the output."""
    click.echo(text, err=True)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON document."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 if sys.stdout.isatty() else None).decode())
