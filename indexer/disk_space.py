"""Is there room for what is about to be written? Asked before anything is, so that a disk doesn't fill up half-way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from index.errors import SearchError
from indexer.archive import Archive

FreeBytes = Callable[[Path], int]
"""Says how many bytes may still be written to the disk of a folder, which need not exist yet."""

RESERVE = 4 << 20
"""Bytes that stay free in any case: manifests, logs, what others write meanwhile."""

BUILDING = 2.2
"""How much of an index's size is written at most while it is made anew: its segments, and the one they become. 1.97
was measured over 8,000 articles; while they are few there is one segment only, and half of that."""
MERGING = 0.35
"""How much of an index's size an update writes besides its own articles: the smallest of seven segments are merged,
two of seven at most."""
PER_STORE = 1.5
"""How large an index is beside its store: 1.47 times over 8,000 articles. For where there is no index to look at."""


class NoRoom(OSError):
    """The disk has too little room for a command; the message names both figures, nothing was written."""


def free_bytes(folder: Path) -> int:
    """Ask the system."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def must_have_room(folder: Path, needed: int, what: str, free: FreeBytes = free_bytes) -> None:
    """Raise NoRoom unless so many bytes and the reserve fit on the folder's disk. `what` needs them."""
    there, all_needed = free(folder), needed + RESERVE
    if there < all_needed:
        raise NoRoom(
            f"{what} needs {megabytes(all_needed)} in {folder}, and {megabytes(there)} are free: make room and run the "
            "command again; nothing was written"
        )


def megabytes(size: int) -> str:
    """Write a size, rounded up.

    >>> megabytes(4_000_001), megabytes(12_345_678_901)
    ('5 MB', '12,346 MB')
    """
    return f"{-(-size // 1_000_000):,} MB"


def must_have_room_to_add(archive: Archive, free: FreeBytes = free_bytes) -> None:
    """Raise NoRoom when the index could not even be merged. How much the articles themselves take isn't known before
    they are read: what doesn't fit then is told by the system, and leaves whole batches."""
    must_have_room(archive.home, int(MERGING * indexed_bytes(archive)), "adding articles", free)


def must_have_room_to_rebuild(archive: Archive, free: FreeBytes = free_bytes) -> None:
    """Raise NoRoom when a whole second index doesn't fit."""
    store = archive.articles.stat().st_size if archive.articles.exists() else 0
    must_have_room(archive.index, index_bytes(archive, store), "making the index anew", free)


def index_bytes(archive: Archive, store_bytes: int) -> int:
    """Give how many bytes making the index anew may take, from what there is: the index, or else the store."""
    return int(BUILDING * max(indexed_bytes(archive), PER_STORE * store_bytes))


def indexed_bytes(archive: Archive) -> int:
    """Give the size of the generation that is searched, 0 when there is none that can be read."""
    searcher = archive.engine.open_searcher(archive.index)
    try:
        return searcher.stats().size_bytes
    except SearchError:
        return 0
    finally:
        searcher.close()
