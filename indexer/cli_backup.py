"""The commands against disaster: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indexer.backup import Backup, back_up, drop_older
from indexer.backup_folder import named, newest_in
from indexer.cli_context import WRONG_INDEX, Settings, json_option, now, print_json, say
from indexer.cli_progress import told_progress
from indexer.disk_space import megabytes
from indexer.report import counted, report_fields
from indexer.restore import ArchiveInTheWay, Restored, Wanted
from indexer.restore import restore as restore_backup


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Remove older backups of this archive in FOLDER afterwards, but for the newest N with the new one.",
)
@json_option
@click.pass_context
def backup(ctx: click.Context, folder: Path, keep: int | None, as_json: bool) -> None:
    """Back the archive up into FOLDER, also while others write to it.

    A new folder timtin-YYYYMMDD-HHMMSS (UTC) holds the article store, the lists that people edit and the hashes of
    keys; not the index, which is made from the store, nor what was searched for. It gets its name when every byte and
    every article has been read back. Exits with 3 when an article could not be read in the store either.

    \b
    Example:
      timtin backup /mnt/backup --keep 14
    """
    settings: Settings = ctx.obj
    with told_progress() as progress:
        made = back_up(settings.archive(), folder, now(), progress)
    dropped = drop_older(made, keep) if keep else []
    if as_json:
        print_json(_backup_fields(made, dropped))
    else:
        held = f"{counted(made.manifest.articles, 'article')}, {megabytes(made.manifest.size)}"
        click.echo(f"Backed up to {made.path}: {held}, read back and right.")
        if dropped:
            click.echo(f"Removed {counted(len(dropped), 'older backup')}.")
    for name in made.left_out:
        say(f"Left out {name}: it is larger than any list that people edit; copy it yourself")
    if made.manifest.unreadable:
        unreadable = made.manifest.unreadable
        are = counted(len(unreadable), "article", "articles")
        say(f"Error: {are} can't be read in the store ({named(list(unreadable))}): an older backup may hold them")
        if keep:
            say("So no older backup was removed; timtin check tells where these articles came from")
        ctx.exit(WRONG_INDEX)


def _backup_fields(made: Backup, dropped: list[Path]) -> dict[str, Any]:
    manifest = made.manifest
    return {
        "path": str(made.path),
        "made_at": manifest.made_at,
        "articles": manifest.articles,
        "removed": manifest.removed,
        "last_change": manifest.last_change,
        "unreadable": list(manifest.unreadable),
        "files": {name: entry.bytes for name, entry in manifest.files.items()},
        "size_bytes": manifest.size,
        "left_out": list(made.left_out),
        "dropped": [str(path) for path in dropped],
    }


@click.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the archive that is there; it is kept beside.")
@click.option("--forget-withdrawals", is_flag=True, help="Have articles withdrawn since the backup come back.")
@click.option("--no-index", is_flag=True, help="Leave the index for the next add or rebuild.")
@json_option
@click.pass_context
def restore(ctx: click.Context, /, backup: Path, as_json: bool, **options: bool) -> None:
    """Make BACKUP the archive, and make the index from it. A folder of backups stands for the newest.

    The backup is verified before anything is touched. Without --replace nothing that is there is replaced; with it the
    store that was there, and lists that differ, are kept in HOME/replaced-…, which you delete when you are sure.
    Articles that were withdrawn since the backup stay withdrawn.

    \b
    Examples:
      timtin --home /srv/drill restore /mnt/backup
      timtin restore --replace /mnt/backup/timtin-20261126-030000
    """
    settings: Settings = ctx.obj
    archive = settings.archive()
    wanted = Wanted(options["replace"], options["forget_withdrawals"], with_index=not options["no_index"])
    try:
        with told_progress() as progress:
            done = restore_backup(archive, newest_in(backup), now(), wanted, progress)
    except ArchiveInTheWay as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        print_json(_restored_fields(done))
    else:
        _tell_restored(done, archive.home)
    if done.index is not None and done.index.unreadable:
        ctx.exit(WRONG_INDEX)


def _restored_fields(done: Restored) -> dict[str, Any]:
    return {
        "articles": done.manifest.articles,
        "made_at": done.manifest.made_at,
        "files": sorted(done.manifest.files),
        "withdrawals": done.withdrawals,
        "replaced": None if done.replaced is None else str(done.replaced),
        "index": None if done.index is None else report_fields(done.index),
    }


def _tell_restored(done: Restored, home: Path) -> None:
    click.echo(f"Restored {counted(done.manifest.articles, 'article')} of {done.manifest.made_at} in {home}.")
    if done.replaced is not None:
        click.echo(f"What was there before is kept in {done.replaced}; delete it when you are sure.")
    if done.withdrawals:
        were = counted(done.withdrawals, "article was", "articles were")
        click.echo(f"{were} withdrawn, or that undone, since the backup; that still holds.")
    if done.index is None:
        click.echo("The index is as it was: the next timtin add, or timtin rebuild, makes it anew.")
    else:
        click.echo(f"Indexed {done.index.indexed:,}.")
        for problem in done.index.unreadable:
            click.echo(f"Not in the index: {problem}")
        for rejected in done.index.rejected:
            click.echo(f"Rejected {rejected.origin}: {rejected.reason}")
