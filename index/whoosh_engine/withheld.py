"""Articles that no generation shows from the moment they are named here: those that were withdrawn.

    <index>/WITHHELD           their ids, with a checksum

The list stands beside the generations, not in one: it holds at once, while another process builds, for the generation
before the current one too, and it needs no writer's lock. It is written anew as a whole, by an atomic rename. Every
index has one, though it be empty: where it is gone nothing is searched.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from index.disk import replace_durably
from index.errors import EngineUnavailable, IndexDamaged
from index.whoosh_engine.generations import POINTER, translated_os_errors

NAME = "WITHHELD"


@dataclass(frozen=True, slots=True)
class Withheld:
    """The ids of withheld articles, and which writing of the list it was: None when there is no list."""

    ids: frozenset[str]
    written: tuple[int, int] | None


NOTHING = Withheld(frozenset(), None)

_REMEDY = "any `timtin add` or `timtin rebuild` writes it anew from the article store"


def writing(index_dir: Path) -> tuple[int, int] | None:
    """Tell which writing of the list there is, without reading it; None when there is no list.

    Raises EngineUnavailable when the system doesn't let us look.
    """
    path = index_dir / NAME
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EngineUnavailable(f"{path} can't be read ({error.strerror}): check that it may be read") from error
    return status.st_ino, status.st_mtime_ns


def read(index_dir: Path) -> Withheld:
    """Read the list.

    Raises IndexDamaged when it is damaged or gone from an index: without it nobody knows what must not be shown.
    """
    path = index_dir / NAME
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            fields = orjson.loads(file.read())
        ids = fields["ids"]
        if fields["checksum"] != _checksum(ids):
            raise ValueError("its checksum differs")
    except FileNotFoundError:
        if (index_dir / POINTER).exists():
            raise IndexDamaged(f"{path}, the list of withdrawn articles, is gone: {_REMEDY}") from None
        return NOTHING
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"{path}, the list of withdrawn articles, can't be read ({error}): {_REMEDY}") from error
    return Withheld(frozenset(ids), (status.st_ino, status.st_mtime_ns))


def withhold(index_dir: Path, ids: Iterable[str]) -> None:
    """From now on show none of these articles, and every other again.

    Raises EngineUnavailable when the folder can't be written.
    """
    wanted = sorted(set(ids))
    try:
        known = read(index_dir)
    except IndexDamaged:
        known = None
    if known is not None and known.written is not None and sorted(known.ids) == wanted:
        return
    with translated_os_errors(index_dir):
        index_dir.mkdir(parents=True, exist_ok=True)
        replace_durably(index_dir / NAME, _content(wanted))


def require(index_dir: Path) -> None:
    """Have a list, of nothing, where there is no index yet and none was written. Raises OSError."""
    path = index_dir / NAME
    if (index_dir / POINTER).exists():
        return
    with suppress(FileExistsError), path.open("xb") as file:
        file.write(_content([]))
        file.flush()
        os.fsync(file.fileno())


def _content(ids: list[str]) -> bytes:
    return orjson.dumps({"ids": ids, "checksum": _checksum(ids)})


def _checksum(ids: list[str]) -> int:
    return zlib.crc32(orjson.dumps(ids))
