"""The command line, `timtin`: the edge where the environment is read and errors become exit codes.

0   done                        3    index or store missing, outdated, damaged, or not what it should be
1   too many rejected, or no    75   another writer is at work: try again
    such article, or the disk
2   wrong usage                 130  interrupted
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click

from index.errors import IndexLocked, SearchError
from indexer.backup_folder import BackupUnusable
from indexer.cli_backup import backup, restore
from indexer.cli_check import check, reconcile
from indexer.cli_context import INTERRUPTED, NOT_FOUND, TRY_AGAIN, WRONG_INDEX, Settings, say
from indexer.cli_explain import explain
from indexer.cli_extract import extract
from indexer.cli_keys import keys
from indexer.cli_legacy import legacy
from indexer.cli_migrate import compare_engines, migrate
from indexer.cli_names import authors, publishers, sections
from indexer.cli_queries import queries
from indexer.cli_reading import analyze, get, stats
from indexer.cli_search import search
from indexer.cli_sources import sources
from indexer.cli_stories import stories
from indexer.cli_sync import sync
from indexer.cli_synonyms import synonyms
from indexer.cli_withdrawals import versions, withdraw, withdrawals
from indexer.cli_writing import add, rebuild, remove, rollback
from indexer.lost_store import lost
from indexer.store import StoreDamaged, StoreLocked, StoreMissing


class _Edge(click.Group):
    """The group that turns our exceptions into messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (IndexLocked, StoreLocked) as error:
            say(f"Error: {error}")
            ctx.exit(TRY_AGAIN)
        except StoreMissing as error:
            settings: Settings = ctx.obj
            say(f"Error: {lost(settings.archive()) or error}")
            ctx.exit(WRONG_INDEX)
        except (SearchError, StoreDamaged, BackupUnusable) as error:
            say(f"Error: {error}")
            ctx.exit(WRONG_INDEX)
        except BrokenPipeError:
            raise
        except OSError as error:
            say(f"Error: {error}")
            ctx.exit(NOT_FOUND)
        except KeyboardInterrupt:
            say("Interrupted. What was stored is kept; the same command goes on where it stopped.")
            ctx.exit(INTERRUPTED)


@click.group(cls=_Edge, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    envvar="TIMTIN_HOME",
    show_default=True,
    show_envvar=True,
    help="Folder of the article store and the index.",
)
@click.version_option(package_name="timtin", prog_name="timtin")
@click.pass_context
def main(ctx: click.Context, home: Path) -> None:
    """Tìm Tin: full-text search for Vietnamese news.

    Articles are kept in a store, HOME/articles.db, and indexed in HOME/index.

    \b
    Examples:
      timtin add pages/                     index a folder of page dumps, JSON Lines, CSV
      timtin search "chuyển đổi số"         search
      timtin --home /srv/news check         is everything sound?
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that can't show Vietnamese gets escapes, not an exception.
            stream.reconfigure(errors="backslashreplace")
    ctx.obj = Settings(home)


_COMMANDS: tuple[click.Command, ...] = (
    *(add, remove, withdraw, withdrawals, rebuild, rollback, migrate),
    *(stats, check, get, versions, search, explain, analyze, compare_engines),
    *(synonyms, keys, queries),
    legacy,
    *(sources, sync, extract),
    stories,
    *(backup, restore, reconcile),
)
for _command in _COMMANDS:
    main.add_command(_command)
for _command in (authors, publishers, sections):
    main.add_command(_command)
