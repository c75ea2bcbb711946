"""Generations on disk: a directory each, immutable once the pointer names it.

    <index>/CURRENT            the name of the current generation
    <index>/WITHHELD           see `withheld`
    <index>/WRITER.lock        held by the one writer (flock: the system lets go of it when the process dies)
    <index>/<generation>/      a Whoosh index, and
        MANIFEST.json          stamp, time, counts, the last change applied, size and checksum of every file

A generation is built in a directory whose name starts with a dot, made durable file by file, renamed, and only then
does the pointer move, by an atomic rename. So an interrupted build is never seen, and a reader always finds a whole
one. The previous generation stays for readers that still have it open, for going back, and to be searched when the
current one turns out damaged.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import orjson

from index.disk import replace_durably, sync, turn
from index.errors import EngineUnavailable, IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, SearchError

POINTER = "CURRENT"
LOCK = "WRITER.lock"
MANIFEST = "MANIFEST.json"

SILENCE = 120
"""Seconds for which a build that goes on may write nothing: merging takes less between two pieces."""
_PIECE = 1 << 20
"""Bytes read at once for a checksum."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What the pointer holds and which writing of it that is: written anew it is another, though it say the same."""

    content: bytes
    inode: int
    written: int


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a generation: Whoosh's id for it, its number of documents, and which of them are deleted."""

    segid: str
    count: int
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a generation without opening it. `built_at` is ISO 8601 in UTC, `files` name to bytes,
    `checksums` name to the file's CRC-32 (filled in when it is published)."""

    stamp: str
    built_at: str
    articles: int
    dated: int
    with_author: int
    applied: int
    segments: tuple[SegmentEntry, ...]
    files: dict[str, int]
    checksums: dict[str, int] = field(default_factory=dict)


def current(index_dir: Path) -> str:
    """Name the current generation; raises IndexMissing when there is none, IndexDamaged when the pointer holds no
    name."""
    return named(index_dir, read_pointer(index_dir))


def read_pointer(index_dir: Path) -> Pointer:
    """Read the pointer; raises IndexMissing when there is none."""
    path = index_dir / POINTER
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            return Pointer(file.read(), status.st_ino, status.st_mtime_ns)
    except FileNotFoundError:
        raise IndexMissing(f"there is no index in {index_dir} yet: run `timtin add PATH`") from None
    except OSError as error:
        raise EngineUnavailable(
            f"{path} can't be read ({error.strerror}): check that the folder is one and may be read"
        ) from error


def named(index_dir: Path, pointer: Pointer) -> str:
    """Give the name that the pointer holds; raises IndexDamaged when it is none."""
    name = pointer.content.decode("ascii", "replace").strip()
    if not name.isdigit():
        raise IndexDamaged(f"{index_dir / POINTER} names no generation: run `timtin rebuild`")
    return name


def read_manifest(index_dir: Path, generation: str, stamp: str) -> Manifest:
    """Read a generation's manifest; raises IndexOutdated when it is not of this version, IndexDamaged when it can't
    be read."""
    path = index_dir / generation / MANIFEST
    try:
        fields = orjson.loads(path.read_bytes())
        checksum = fields.pop("checksum")
        right = checksum == _checksum(fields)
        # A stamp that is damaged is no other version's; one may have other checksums, though.
        if isinstance(checksum, int) and not right:
            raise ValueError("its checksum differs")
        if fields["stamp"] != stamp:
            raise IndexOutdated(
                f"the index in {index_dir} was built by version {fields['stamp']}, this program needs {stamp}: "
                "run `timtin rebuild`"
            )
        if not right:
            raise ValueError("its checksum differs")
        segments = (SegmentEntry(each["segid"], each["count"], tuple(each["deleted"])) for each in fields["segments"])
        manifest = Manifest(**fields | {"segments": tuple(segments)})
        datetime.fromisoformat(manifest.built_at)
        numbers = (manifest.articles, manifest.dated, manifest.with_author, manifest.applied, *manifest.files.values())
        if not all(isinstance(number, int) for number in numbers):
            raise ValueError("counts and sizes must be whole numbers")
        if manifest.checksums.keys() != manifest.files.keys():
            raise ValueError("there must be a checksum for every file")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexDamaged(f"{path} can't be read ({error}): run `timtin rebuild`") from error
    return manifest


def verify(index_dir: Path, generation: str, stamp: str) -> Manifest:
    """Check that a generation is of this version and its files are all there, in their sizes.

    Raises IndexOutdated or IndexDamaged.
    """
    manifest = read_manifest(index_dir, generation, stamp)
    for name, size in manifest.files.items():
        path = index_dir / generation / name
        try:
            found = path.stat().st_size
        except OSError:
            raise IndexDamaged(f"{path} is missing: run `timtin rebuild`") from None
        if found != size:
            raise IndexDamaged(f"{path} has {found} bytes instead of {size}: run `timtin rebuild`")
    return manifest


def verify_bytes(index_dir: Path, generation: str, stamp: str) -> Manifest:
    """Check every byte of a generation. Raises IndexOutdated or IndexDamaged."""
    manifest = verify(index_dir, generation, stamp)
    for name, expected in manifest.checksums.items():
        path = index_dir / generation / name
        try:
            found = _file_checksum(path)
        except OSError as error:
            raise IndexDamaged(f"{path} can't be read ({error.strerror}): run `timtin rebuild`") from error
        if found != expected:
            raise IndexDamaged(f"{path} is damaged: its checksum differs: run `timtin rebuild`")
    return manifest


def newest_whole(index_dir: Path, before: str | None, stamp: str) -> str | None:
    """Name the newest generation older than `before` (or of all, for None) that is of this version and of which every
    byte checks; None when there is none."""
    for name in reversed(generation_names(index_dir)):
        if before is None or int(name) < int(before):
            with suppress(IndexDamaged, IndexOutdated):
                verify_bytes(index_dir, name, stamp)
                return name
    return None


@contextmanager
def translated_os_errors(index_dir: Path) -> Iterator[None]:
    """Raise EngineUnavailable, with the remedy, for what the system refuses while the index is written."""
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(
            f"the index in {index_dir} can't be written ({error.strerror}): make room or mend the folder's permissions "
            "and run the command again"
        ) from error


@contextmanager
def writer_lock(index_dir: Path) -> Iterator[None]:
    """Be the one writer; raises IndexLocked at once when there is another, EngineUnavailable when the folder can't
    be written."""
    with ExitStack() as held:
        with translated_os_errors(index_dir):
            try:
                held.enter_context(turn(index_dir / LOCK, wait=False))
            except BlockingIOError:
                raise IndexLocked(
                    f"another process is writing to {index_dir}: wait until it has ended and try again"
                ) from None
        yield


def start_build(index_dir: Path, linked: Iterable[Path]) -> Path:
    """Make a directory to build in, holding links to the files named. Only the holder of the lock may call this."""
    remove_left_overs(index_dir)
    number = max((_number(path.name) for path in index_dir.iterdir()), default=0) + 1
    building = index_dir / f".building-{number:08d}"
    building.mkdir()
    for path in linked:
        (building / path.name).hardlink_to(path)
    return building


def remove_left_overs(index_dir: Path) -> None:
    """Remove what interrupted builds have left, as far as the system lets us. Only the holder of the lock may call
    this."""
    for left_over in index_dir.glob(".building-*"):
        shutil.rmtree(left_over, ignore_errors=True)


def being_built(index_dir: Path, now: float) -> bool:
    """Say whether a generation is being built: something has been written to it lately, which what an interrupted run
    has left behind hasn't. `now` is in seconds since 1970."""
    for building in index_dir.glob(".building-*"):
        with suppress(OSError):
            written = max(path.stat().st_mtime for path in (building, *building.iterdir()))
            if now - written < SILENCE:
                return True
    return False


def publish(index_dir: Path, building: Path, manifest: Manifest) -> str:
    """Make a built generation durable and current; give its name. Of the others one stays, to go back to: the one that
    was current or, when that is damaged, the newest whole one before it."""
    manifest = replace(manifest, checksums=_checksums(index_dir, building, manifest))
    fields = orjson.loads(orjson.dumps(asdict(manifest)))
    (building / MANIFEST).write_bytes(
        orjson.dumps(fields | {"checksum": _checksum(fields)}, option=orjson.OPT_INDENT_2)
    )
    for path in building.iterdir():
        sync(path)
    sync(building)
    name = building.name.removeprefix(".building-")
    kept = {name, _way_back(index_dir, manifest.stamp)}
    building.rename(index_dir / name)
    sync(index_dir)
    _point_to(index_dir, name)
    for old in generation_names(index_dir):
        if old not in kept:
            shutil.rmtree(index_dir / old)
    return name


def _way_back(index_dir: Path, stamp: str) -> str | None:
    base: str | None = None
    try:
        base = current(index_dir)
        verify_bytes(index_dir, base, stamp)
    except IndexDamaged:
        return newest_whole(index_dir, base, stamp) or base
    except SearchError:
        return base
    return base


def roll_back(index_dir: Path, stamp: str) -> str:
    """Make the newest whole generation before the current one current; give its name. Only the holder of the lock may
    call this. Raises IndexMissing when there is none."""
    pointer = read_pointer(index_dir)
    left: str | None = None
    with suppress(IndexDamaged):
        left = named(index_dir, pointer)
    name = newest_whole(index_dir, left, stamp)
    if name is None:
        raise IndexMissing(f"{index_dir} holds no whole generation before the current one: run `timtin rebuild`")
    with translated_os_errors(index_dir):
        _point_to(index_dir, name)
    return name


def _point_to(index_dir: Path, name: str) -> None:
    """Have the pointer name a generation, at once and durably."""
    replace_durably(index_dir / POINTER, f"{name}\n".encode())


def _checksums(index_dir: Path, building: Path, manifest: Manifest) -> dict[str, int]:
    """Give the checksum of each file; that of one linked from the current generation is known there already, so that
    damage done to it since is never declared right."""
    known: dict[str, int] = {}
    base = building
    with suppress(SearchError):
        base = index_dir / current(index_dir)
        known = read_manifest(index_dir, base.name, manifest.stamp).checksums
    return {
        name: known[name]
        if name in known and (base / name).exists() and (base / name).samefile(building / name)
        else _file_checksum(building / name)
        for name in manifest.files
    }


def _file_checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            checksum = zlib.crc32(piece, checksum)
    return checksum


def _checksum(fields: dict[str, object]) -> int:
    return zlib.crc32(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS))


def file_sizes(directory: Path) -> dict[str, int]:
    """Give the size in bytes of each file in a generation's directory."""
    return {path.name: path.stat().st_size for path in sorted(directory.iterdir()) if path.name != MANIFEST}


def generation_names(index_dir: Path) -> list[str]:
    """Name the generations on disk, oldest first."""
    return sorted(path.name for path in index_dir.iterdir() if path.is_dir() and path.name.isdigit())


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0
