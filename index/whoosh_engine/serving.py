"""Which generation answers: the current one or, while that is damaged, the newest whole one before it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from index.dates import VIETNAM
from index.errors import IndexDamaged
from index.whoosh_engine import generations, schema, withheld
from index.whoosh_engine.generations import Pointer
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.withheld import Withheld

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""A generation can be removed between reading the pointer and opening it; then the pointer is read again."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Served:
    """An opened generation, under which pointer it is served and, when that names another one, why."""

    pointer: Pointer
    snapshot: Snapshot
    withheld: Withheld
    """What it doesn't show."""
    sizes: tuple[tuple[str, int], ...]
    """Path and bytes of each of its files."""
    damage: str | None = None
    """What is wrong with the current generation, with the mending command; None when it is the one served."""

    @property
    def stale(self) -> str | None:
        """Say what is wrong with the current generation and what is searched instead."""
        if self.damage is None:
            return None
        generation = self.snapshot.generation
        return f"{self.damage}; until then generation {generation} is searched, built {self.snapshot.manifest.built_at}"

    @property
    def notes(self) -> tuple[str, ...]:
        """Tell readers that the answer is an older one."""
        if self.damage is None:
            return ()
        built = datetime.fromisoformat(self.snapshot.manifest.built_at).astimezone(VIETNAM)
        return (f"Chỉ mục mới nhất bị hỏng; kết quả lấy từ bản trước, cập nhật lúc {built:%H:%M ngày %d/%m/%Y}.",)

    def check_sizes(self) -> None:
        """Raise IndexDamaged when a file has been cut short under its map: the system ends a process that reads past
        a file's end. A file that is gone can still be read."""
        for path, size in self.sizes:
            try:
                found = os.stat(path).st_size
            except OSError:
                continue
            if found < size:
                raise IndexDamaged(f"{path} has {found} bytes instead of {size}: run `timtin rebuild`")


class Serving:
    """Opens generations, and keeps the one that is served; safe to share between threads.

    A damaged generation is left for good: another is served until the pointer is written anew.
    """

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._no_way_back: Pointer | None = None

    def read(self, work: Callable[[Served], Answer]) -> Answer:
        """Do work on the served generation, or on an older one when a damaged file is met on the way.

        Raises IndexMissing, IndexOutdated, or IndexDamaged when no older one is whole.
        """
        for _ in range(ATTEMPTS):
            served = self._current()
            try:
                served.check_sizes()
                return work(served)
            except IndexDamaged as damage:
                with self._lock:
                    if served is self._served:
                        self._step_back(served.pointer, served.snapshot.generation, damage)
        raise self._restless()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._served = None

    def _current(self) -> Served:
        served = self._served
        if served is not None and self._is_of_now(served, generations.read_pointer(self._index_dir)):
            return served
        with self._lock:
            for _ in range(ATTEMPTS):
                pointer = generations.read_pointer(self._index_dir)
                if self._served is None or not self._is_of_now(self._served, pointer):
                    self._open(pointer)
                if self._served is not None and self._is_of_now(self._served, pointer):
                    return self._served
        raise self._restless()

    def _is_of_now(self, served: Served, pointer: Pointer) -> bool:
        return served.pointer == pointer and served.withheld.written == withheld.writing(self._index_dir)

    def withheld_now(self) -> Withheld:
        """Give what is withheld now; raises IndexDamaged when the list can't be read."""
        served = self._served
        if served is not None and served.withheld.written == withheld.writing(self._index_dir):
            return served.withheld
        return withheld.read(self._index_dir)

    def _open(self, pointer: Pointer) -> None:
        name: str | None = None
        hidden = withheld.read(self._index_dir)
        try:
            name = generations.named(self._index_dir, pointer)
            self._serve(pointer, Snapshot(self._index_dir, name, hidden.ids), hidden)
        except IndexDamaged as damage:
            self._step_back(pointer, name, damage)

    def _step_back(self, pointer: Pointer, damaged: str | None, damage: IndexDamaged) -> None:
        """Serve the newest whole generation before the damaged one; raises the damage when there is none. Nothing is
        done when the pointer has moved meanwhile: then the generation was not damaged but removed."""
        if generations.read_pointer(self._index_dir) != pointer:
            return
        hidden = withheld.read(self._index_dir)
        older = None if pointer == self._no_way_back else self._whole_before(damaged, hidden)
        if generations.read_pointer(self._index_dir) != pointer:
            return
        if older is None:
            self._no_way_back = pointer
            raise damage
        told = self._serve(pointer, older, hidden, str(damage)).stale or ""
        # A path may hold bytes that are no UTF-8, which not every log can hold.
        log.error("%s", told.encode("utf-8", "backslashreplace").decode())

    def _serve(self, pointer: Pointer, snapshot: Snapshot, hidden: Withheld, damage: str | None = None) -> Served:
        directory = self._index_dir / snapshot.generation
        sizes = tuple((str(directory / name), size) for name, size in snapshot.manifest.files.items())
        self._served = served = Served(pointer, snapshot, hidden, sizes, damage)
        return served

    def _whole_before(self, damaged: str | None, hidden: Withheld) -> Snapshot | None:
        name = generations.newest_whole(self._index_dir, damaged, schema.stamp())
        try:
            return None if name is None else Snapshot(self._index_dir, name, hidden.ids)
        except IndexDamaged:
            return None

    def _restless(self) -> IndexDamaged:
        return IndexDamaged(f"{self._index_dir} changes faster than it can be opened: try again")
