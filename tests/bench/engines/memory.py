"""How much memory processes have, as the kernel counts it (PSS: shared pages divided among those that share them)."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

INTERVAL = 0.2


def rollup(pid: int | str = "self") -> dict[str, float]:
    """Give the megabytes of each line of a process's smaps_rollup: `Pss`, `Pss_Anon`, `Pss_File`, …"""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    return {name: int(value.split()[0]) / 1024 for name, value in (line.split(":") for line in lines)}


def family(pid: int) -> list[int]:
    """Give a process and all that descend from it."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
    return found


class Watch:
    """Watches a process and its descendants; `peak_mb` is the most that they had together."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.peak_mb = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL):
            together = 0.0
            for pid in family(self._pid):
                with suppress(OSError):  # it has just ended
                    together += rollup(pid)["Pss"]
            self.peak_mb = max(self.peak_mb, together)
