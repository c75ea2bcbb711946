"""A backup is made: copied while others write, read back, and only then given its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.disk import sync, turn
from indexer.archive import Archive
from indexer.backup_folder import (
    LARGEST_LIST,
    STORE,
    TIME,
    BackupUnusable,
    Manifest,
    backups_in,
    contents,
    entry_of,
    lists_of,
    read_manifest,
    verify_bytes,
    write_manifest,
)
from indexer.disk_space import FreeBytes, free_bytes, must_have_room
from indexer.lost_store import must_not_be_lost
from indexer.report import Progress, no_progress
from indexer.store import ArticleStore, StoreLocked, copy_store, history

_LOCK = ".timtin-backup.lock"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: where, what it holds, which lists were too large for it."""

    path: Path
    manifest: Manifest
    left_out: tuple[str, ...] = ()


def back_up(
    archive: Archive, folder: Path, now: datetime, progress: Progress = no_progress, free: FreeBytes = free_bytes
) -> Backup:
    """Make a backup in a folder; it stands there under its name only when all of it has been read back.

    Raises StoreMissing, StoreDamaged, StoreLocked (while another backup is made in the folder), BackupUnusable when
    what was read back is damaged, and OSError (NoRoom before anything is written).
    """
    must_not_be_lost(archive)
    with ArticleStore.open(archive.articles, read_only=True) as store:
        size = store.stats().size_bytes
    must_have_room(folder, size + size // 20, "the backup", free)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        target = folder / now.astimezone(UTC).strftime(TIME)
        if target.exists():
            raise FileExistsError(f"there is a backup {target} already; try again in a second")
        building = folder / f".{target.name}.making"
        for left_over in folder.glob(".timtin-*"):
            if left_over.is_dir():
                shutil.rmtree(left_over)
        building.mkdir()
        try:
            manifest, left_out = _written(archive, building, now, progress)
            building.rename(target)
            sync(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    return Backup(target, manifest, left_out)


def drop_older(backup: Backup, keep: int) -> list[Path]:
    """Keep the newest backups of this store in the folder, so many with the new one, and remove those before; give
    what was removed. Nothing is when the new one lacks an article that an older one may have."""
    if backup.manifest.unreadable:
        return []
    folder = backup.path.parent
    with _alone(folder):
        own = [path for path in backups_in(folder) if path.name < backup.path.name and _is_of(path, backup.manifest)]
        dropped = own[: max(0, len(own) - (keep - 1))]
        for path in dropped:
            # Hidden first: half a backup never stands under a backup's name.
            hidden = path.with_name(f".{path.name}.dropping")
            path.rename(hidden)
            shutil.rmtree(hidden)
    return dropped


def _is_of(path: Path, newest: Manifest) -> bool:
    """Say whether a backup is of the same store: one that was lost and begun anew has another history, and never
    pushes out the backups of what was lost."""
    with suppress(BackupUnusable):
        return read_manifest(path).history == newest.history
    return False


def _written(archive: Archive, building: Path, now: datetime, progress: Progress) -> tuple[Manifest, tuple[str, ...]]:
    copy_store(archive.articles, building / STORE, progress)
    left_out = _copy_lists(archive.home, building)
    sync_all(building)
    held = contents(building / STORE, progress)
    names = sorted(path.relative_to(building).as_posix() for path in building.rglob("*") if path.is_file())
    manifest = Manifest(
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        history=history(building / STORE),
        articles=held.articles,
        removed=held.removed,
        last_change=held.last_change,
        unreadable=held.unreadable,
        files={name: entry_of(building / name) for name in names},
    )
    write_manifest(building, manifest)
    sync_all(building)
    verify_bytes(building, progress)
    return manifest, left_out


def _copy_lists(home: Path, building: Path) -> tuple[str, ...]:
    left_out = []
    for name, path in lists_of(home):
        if path.stat().st_size > LARGEST_LIST:
            left_out.append(name)
            continue
        target = building / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
        shutil.copymode(path, target)
    return tuple(left_out)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who makes or removes backups in a folder; raises StoreLocked when somebody else is."""
    with ExitStack() as held:
        try:
            held.enter_context(turn(folder / _LOCK, wait=False))
        except BlockingIOError:
            raise StoreLocked(f"another backup is being made in {folder}; try again when it has ended") from None
        yield


def sync_all(folder: Path) -> None:
    """Have a folder and everything in it on the disk, and out of memory: what is read next is what the disk has."""
    for path in (*folder.rglob("*"), folder):
        sync(path)
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
