"""A backup becomes the archive: verified first, then switched in by one rename, the former store kept beside."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.disk import sync
from indexer.archive import Archive, withhold
from indexer.backup import sync_all
from indexer.backup_folder import STORE, Manifest, entry_of, read_manifest, verify_bytes, verify_store
from indexer.disk_space import FreeBytes, free_bytes, index_bytes, must_have_room
from indexer.indexing import rebuild_index, update_index
from indexer.report import IndexReport, Progress, no_progress
from indexer.store import (
    BESIDE,
    ArticleStore,
    Decision,
    StoreDamaged,
    settle,
    standing_still,
    take_over_withdrawals,
)

STAGING = ".restoring"
"""Where a backup lies in the home until it is the archive; what a killed run left there is removed by the next."""
REPLACED = "replaced-%Y%m%d-%H%M%S"
"""Where what stood there before is kept, for strftime."""


class ArchiveInTheWay(Exception):
    """There is something that a restored backup would replace; the message names it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a backup is to be restored."""

    replace: bool = False
    """Whether an archive that is there may be replaced."""
    forget_withdrawals: bool = False
    """Whether articles that were withdrawn since the backup come back."""
    with_index: bool = True
    """Whether the index is made anew at once."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it."""

    manifest: Manifest
    replaced: Path | None
    """Where the former store and lists are kept, None when there were none."""
    withdrawals: int
    """How many articles were withdrawn, or that undone, since the backup; that holds in the restored store, too."""
    index: IndexReport | None
    """What the index took in, None when it is left for the next command."""


def restore(
    archive: Archive, backup: Path, now: datetime, wanted: Wanted, progress: Progress = no_progress
) -> Restored:
    """Make a backup the archive.

    Nothing that is there is touched before the backup has been verified, a second time where it is to stand. The
    store switches in one rename: a run that is killed leaves the old one or the new one. Raises BackupUnusable,
    ArchiveInTheWay, IndexLocked or StoreLocked (another process writes, or has the store open), SearchError, and
    OSError (NoRoom before anything is written).
    """
    manifest = read_manifest(backup)
    _must_be_free(archive.home, manifest, backup, wanted)
    _must_fit(archive, manifest, wanted, free_bytes)
    verify_bytes(backup, progress)
    with closing(archive.engine.open_writer(archive.index)) as writer:
        staging = archive.home / STAGING
        if staging.exists():
            shutil.rmtree(staging)
        try:
            _stage(backup, staging, manifest, progress)
            with standing_still(archive.articles):
                taken_over = 0 if wanted.forget_withdrawals else _take_over(archive, staging / STORE, now)
                replaced = _switch(archive, staging, manifest, now)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        with ArticleStore.open(archive.articles, create=False) as store:
            withhold(archive, store)
            report = IndexReport() if wanted.with_index else None
            if report is not None:
                last = store.last_seq()
                rebuild_index(store, writer, report, progress)
                update_index(store, writer, last, report, progress)
    return Restored(manifest, replaced, taken_over, report)


def _take_over(archive: Archive, staged: Path, now: datetime) -> int:
    """Have the staged store know what was withdrawn since the backup. Where the former store can't be read, that is
    what the index withholds."""
    try:
        if not archive.articles.exists():
            raise StoreDamaged(f"{archive.articles} is gone")
        return take_over_withdrawals(staged, archive.articles, now)
    except StoreDamaged:
        return _take_over_from_index(archive, staged, now)


def _take_over_from_index(archive: Archive, staged: Path, now: datetime) -> int:
    decision = Decision("withheld when a backup was restored and the former store could not be read", "timtin restore")
    with (
        closing(archive.engine.open_searcher(archive.index)) as searcher,
        ArticleStore.open(staged, create=False) as store,
    ):
        hidden = [each for each in store.ids() if searcher.is_withheld(each)]
        return sum([store.withdraw(each, decision, now) for each in hidden])


def _must_be_free(home: Path, manifest: Manifest, backup: Path, wanted: Wanted) -> None:
    if wanted.replace:
        return
    if (home / STORE).exists():
        raise ArchiveInTheWay(
            f"there is an archive in {home} already: name an empty folder with --home, or say --replace (the archive "
            "that is there will be kept beside)"
        )
    if changed := _other_lists(home, manifest):
        raise ArchiveInTheWay(
            f"{home} holds another {changed[0]} than the backup {backup}: name an empty folder with --home, or say "
            "--replace (the file that is there will be kept beside)"
        )


def _must_fit(archive: Archive, manifest: Manifest, wanted: Wanted, free: FreeBytes) -> None:
    needed = manifest.size
    if wanted.with_index:
        needed += index_bytes(archive, manifest.files[STORE].bytes)
    must_have_room(archive.home, needed, "restoring the backup", free)


def _other_lists(home: Path, manifest: Manifest) -> list[str]:
    """Name the lists that the home has otherwise than the backup."""
    names = [name for name in manifest.files if name != STORE and (home / name).exists()]
    return [name for name in names if entry_of(home / name) != manifest.files[name]]


def _stage(backup: Path, staging: Path, manifest: Manifest, progress: Progress) -> None:
    """Copy a backup into the home, bring its store to the layout of this program, and read it through."""
    for name in manifest.files:
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup / name, target)
        shutil.copymode(backup / name, target)
    sync_all(staging)
    verify_bytes_of(staging, manifest)
    store = staging / STORE
    store.chmod(0o644)
    ArticleStore.open(store, create=False).close()
    settle(store)
    verify_store(store, manifest, progress)


def verify_bytes_of(folder: Path, manifest: Manifest) -> None:
    """Compare the files of a folder with those a manifest names. Raises OSError."""
    for name, entry in manifest.files.items():
        if entry_of(folder / name) != entry:
            raise OSError(f"{folder / name} is not what was copied there: look at the disk; nothing was replaced")


def _switch(archive: Archive, staging: Path, manifest: Manifest, now: datetime) -> Path | None:
    """Put the staged files in their places, keeping those that were there; the store first."""
    kept = archive.home / now.astimezone(UTC).strftime(REPLACED)
    if archive.articles.exists():
        is_whole = settle(archive.articles)
        _keep(archive.home, STORE, kept)
        if not is_whole:
            for ending in BESIDE:
                _keep(archive.home, f"{STORE}{ending}", kept)
    for ending in BESIDE:
        # What SQLite left beside the former store would be taken for a part of the new one.
        archive.articles.with_name(f"{STORE}{ending}").unlink(missing_ok=True)
    settle(staging / STORE)
    sync_all(staging)
    changed = _other_lists(archive.home, manifest)
    for name in changed:
        _keep(archive.home, name, kept)
    if kept.exists():
        sync_all(kept)
    for name in (STORE, *(name for name in manifest.files if name != STORE)):
        target = archive.home / name
        target.parent.mkdir(exist_ok=True)
        (staging / name).replace(target)
        sync(target.parent)
    return kept if kept.exists() else None


def _keep(home: Path, name: str, kept: Path) -> None:
    """Have a file of the home stand in another folder, too."""
    if (home / name).exists():
        target = kept / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(home / name, target)
