"""Generations on disk: a directory each, immutable once the pointer names it.

    <index>/CURRENT            the name of the current generation
    <index>/WRITER.lock        held by the one writer (flock: the system lets go of it when the process dies)
    <index>/<generation>/      a Whoosh index, and
        MANIFEST.json          stamp, time, counts, the last change applied and the size of every file

A generation is built in a directory whose name starts with a dot, made durable file by file, renamed, and only then
does the pointer move, by an atomic rename. So an interrupted build is never seen, and a reader always finds a whole
one. The previous generation stays for readers that still have it open and for going back.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from index.errors import EngineUnavailable, IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, SearchError

POINTER = "CURRENT"
LOCK = "WRITER.lock"
MANIFEST = "MANIFEST.json"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a generation: Whoosh's id for it, its number of documents, and which of them are deleted."""

    segid: str
    count: int
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a generation without opening it. `built_at` is ISO 8601 in UTC, `files` name to bytes."""

    stamp: str
    built_at: str
    articles: int
    dated: int
    with_author: int
    applied: int
    segments: tuple[SegmentEntry, ...]
    files: dict[str, int]


def current(index_dir: Path) -> str:
    """Name the current generation; raises IndexMissing when there is none."""
    try:
        name = (index_dir / POINTER).read_text().strip()
    except FileNotFoundError:
        raise IndexMissing(f"there is no index in {index_dir} yet: run `timtin add PATH`") from None
    except UnicodeDecodeError:
        name = ""
    except OSError as error:
        raise EngineUnavailable(
            f"{index_dir / POINTER} can't be read ({error.strerror}): check that the folder is one and may be read"
        ) from error
    if not name.isdigit():
        raise IndexDamaged(f"{index_dir / POINTER} names no generation: run `timtin rebuild`")
    return name


def read_manifest(index_dir: Path, generation: str, stamp: str) -> Manifest:
    """Read a generation's manifest; raises IndexOutdated when it is not of this version, IndexDamaged when it can't
    be read."""
    path = index_dir / generation / MANIFEST
    try:
        fields = orjson.loads(path.read_bytes())
        if fields["stamp"] != stamp:
            raise IndexOutdated(
                f"the index in {index_dir} was built by version {fields['stamp']}, this program needs {stamp}: "
                "run `timtin rebuild`"
            )
        if fields.pop("checksum") != _checksum(fields):
            raise ValueError("its checksum differs")
        segments = (SegmentEntry(each["segid"], each["count"], tuple(each["deleted"])) for each in fields["segments"])
        manifest = Manifest(**fields | {"segments": tuple(segments)})
        datetime.fromisoformat(manifest.built_at)
        numbers = (manifest.articles, manifest.dated, manifest.with_author, manifest.applied, *manifest.files.values())
        if not all(isinstance(number, int) for number in numbers):
            raise ValueError("counts and sizes must be whole numbers")
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
            index_dir.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((index_dir / LOCK).open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(
                f"another process is writing to {index_dir}: wait until it has ended and try again"
            ) from None
        yield


def start_build(index_dir: Path, linked: Iterable[Path]) -> Path:
    """Make a directory to build in, holding links to the files named. Left-overs of interrupted builds are removed:
    only the holder of the lock may call this."""
    for left_over in index_dir.glob(".building-*"):
        shutil.rmtree(left_over)
    number = max((_number(path.name) for path in index_dir.iterdir()), default=0) + 1
    building = index_dir / f".building-{number:08d}"
    building.mkdir()
    for path in linked:
        (building / path.name).hardlink_to(path)
    return building


def publish(index_dir: Path, building: Path, manifest: Manifest) -> str:
    """Make a built generation durable and current; give its name. Of the others the one that was current stays, for
    readers that have it open and for going back."""
    fields = orjson.loads(orjson.dumps(asdict(manifest)))
    (building / MANIFEST).write_bytes(
        orjson.dumps(fields | {"checksum": _checksum(fields)}, option=orjson.OPT_INDENT_2)
    )
    for path in building.iterdir():
        _sync(path)
    _sync(building)
    name = building.name.removeprefix(".building-")
    kept = {name}
    with suppress(SearchError):
        kept.add(current(index_dir))
    building.rename(index_dir / name)
    _sync(index_dir)
    pointer = index_dir / f".{POINTER}.new"
    pointer.write_text(f"{name}\n")
    _sync(pointer)
    pointer.rename(index_dir / POINTER)
    _sync(index_dir)
    for old in generation_names(index_dir):
        if old not in kept:
            shutil.rmtree(index_dir / old)
    return name


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


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
