"""What a backup is: a folder with a copy of the store, the lists beside it, and a manifest that says what they hold.

    timtin-20261126-030000/      named by the time it was begun, in UTC
        MANIFEST.json            size and SHA-256 of every file, counts, the number of the last change
        articles.db              the store, one file
        synonyms.txt, …          lists that people edit, keys (hashes), portals/*.toml

A folder rather than an archive file: it is verified where it stands, any tool copies it, `timtin --home` reads it, and
the articles in the store are compressed already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from indexer.report import Progress, counted, no_progress
from indexer.store import ArticleStore, StoreDamaged, Unsound

STORE = "articles.db"
MANIFEST = "MANIFEST.json"
TIME = "timtin-%Y%m%d-%H%M%S"
"""How a backup is named, for strftime."""
LARGEST_LIST = 16 << 20
"""Bytes of a list that is taken along: what people edit is far smaller."""

_FORMAT = 1
_NAME = re.compile(r"timtin-\d{8}-\d{6}")
_LISTED = re.compile(r"(?:portals/)?[\w][\w.-]*\.(?:txt|csv|toml)")
"""Lists of a home. Not `analytics.db`: what people searched for is to be forgotten, and a backup would keep it."""
_PIECE = 1 << 20
_MOST_NAMED = 10
_TELL_EVERY = 500


class BackupUnusable(Exception):
    """A folder is no backup, or not what was written; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a backup without opening its store. `made_at` is ISO 8601 in UTC."""

    made_at: str
    history: int
    """What the store has in common with its other copies (see `store.history`)."""
    articles: int
    removed: int
    last_change: int
    unreadable: tuple[str, ...]
    """Ids of articles that could not be read in the store either."""
    files: dict[str, FileEntry]
    format: int = _FORMAT

    @property
    def size(self) -> int:
        """How many bytes the files have together."""
        return sum(entry.bytes for entry in self.files.values())


def lists_of(home: Path) -> Iterator[tuple[str, Path]]:
    """Give the files beside a store that people edit, by their names in the home, in order."""
    for folder in (home, home / "portals"):
        with suppress(FileNotFoundError, NotADirectoryError):
            for path in sorted(folder.iterdir()):
                name = path.relative_to(home).as_posix()
                if _LISTED.fullmatch(name) and path.is_file():
                    yield name, path


def backups_in(folder: Path) -> list[Path]:
    """Give the backups of a folder, oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir())


def newest_in(folder: Path) -> Path:
    """Give the newest backup of a folder, or the folder itself when it is a backup. Raises BackupUnusable."""
    if (folder / MANIFEST).exists():
        return folder
    if there := backups_in(folder):
        return there[-1]
    raise BackupUnusable(f"{folder} is no backup (it has no {MANIFEST}) and holds none; name a folder timtin-…")


def entry_of(path: Path) -> FileEntry:
    """Read a file through."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return FileEntry(size, digest.hexdigest())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write down what a backup holds."""
    fields = asdict(manifest)
    (folder / MANIFEST).write_bytes(orjson.dumps(fields | {"sha256": _digest(fields)}, option=orjson.OPT_INDENT_2))


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup should hold. Raises BackupUnusable."""
    path = folder / MANIFEST
    try:
        fields = orjson.loads(path.read_bytes())
        if fields.get("format") != _FORMAT:
            raise BackupUnusable(
                f"{path} has format {fields.get('format')}, this program knows {_FORMAT}: use the program that wrote it"
            )
        if fields.pop("sha256") != _digest(fields):
            raise ValueError("its checksum differs")
        files = {name: FileEntry(**entry) for name, entry in fields["files"].items()}
        if strange := [name for name in files if name != STORE and not _LISTED.fullmatch(name)]:
            raise ValueError(f"it names {strange[0]}, which no backup holds")
        if STORE not in files:
            raise ValueError(f"it names no {STORE}")
        return Manifest(**fields | {"files": files, "unreadable": tuple(fields["unreadable"])})
    except FileNotFoundError:
        raise BackupUnusable(f"{folder} is no backup: it has no {MANIFEST}; name a folder timtin-…") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupUnusable(f"{path} can't be read ({error}); take another backup") from error


def verify_bytes(folder: Path, progress: Progress = no_progress) -> Manifest:
    """Read every byte of a backup and compare it with what was written. Raises BackupUnusable."""
    manifest = read_manifest(folder)
    for done, (name, entry) in enumerate(manifest.files.items(), 1):
        path = folder / name
        try:
            found = entry_of(path)
        except OSError as error:
            raise BackupUnusable(f"{path} can't be read ({error.strerror}); take another backup") from error
        if found.bytes != entry.bytes:
            raise BackupUnusable(f"{path} has {found.bytes} bytes instead of {entry.bytes}; take another backup")
        if found != entry:
            raise BackupUnusable(f"{path} is damaged: its SHA-256 differs; take another backup")
        progress("verified files", done, len(manifest.files))
    return manifest


def verify_store(path: Path, manifest: Manifest, progress: Progress = no_progress) -> None:
    """Read every article of a backup's store, and count. Raises BackupUnusable."""
    found = contents(path, progress)
    if found.articles != manifest.articles or found.last_change != manifest.last_change:
        raise BackupUnusable(
            f"{path} holds {counted(found.articles, 'article')} up to change {found.last_change} instead of "
            f"{manifest.articles:,} up to {manifest.last_change}; take another backup"
        )
    if lost := sorted(set(found.unreadable) - set(manifest.unreadable)):
        raise BackupUnusable(f"{path} has articles that can't be read ({named(lost)}); take another backup")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds, as reading all of it tells."""

    articles: int
    removed: int
    last_change: int
    unreadable: tuple[str, ...]


def contents(path: Path, progress: Progress = no_progress) -> Contents:
    """Read a whole store. Raises BackupUnusable when its file is damaged."""
    unreadable = []
    try:
        with ArticleStore.open(path, read_only=True) as store:
            if damages := store.damages():
                raise BackupUnusable(f"{damages[0]}; take another backup, or restore one over a damaged store")
            stats = store.stats()
            read = 0
            for read, found in enumerate(store.verified(), 1):
                if isinstance(found, Unsound):
                    unreadable.append(found.id)
                if read % _TELL_EVERY == 0 or read == stats.articles:
                    progress("verified articles", read, stats.articles)
    except StoreDamaged as damaged:
        raise BackupUnusable(str(damaged)) from damaged
    return Contents(read, stats.removed, stats.last_seq, tuple(unreadable))


def named(ids: list[str]) -> str:
    """Name ids, the first few of many."""
    return ", ".join(ids[:_MOST_NAMED]) + (" …" if len(ids) > _MOST_NAMED else "")


def _digest(fields: dict[str, object]) -> str:
    return sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()
