"""The real command line in processes of its own, which may be killed on the way; and who may write when."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUSY = 75
_LONGEST = 240.0
"""Seconds after which a command counts as one that hangs."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `code` is None when it was killed."""

    code: int | None
    output: str
    started: float
    ended: float


def run(home: Path, *args: str, kill_after: float | None = None) -> Ended:
    """Run `timtin` to its end, or kill it with all its processes so many seconds after its start."""
    command = [sys.executable, "-c", "from indexer.cli import main; main()", "--home", str(home), *args]
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    killed = False
    try:
        output, _ = process.communicate(timeout=_LONGEST if kill_after is None else kill_after)
    except subprocess.TimeoutExpired:
        killed = True
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    if killed and kill_after is None:
        output = f"it did not end within {_LONGEST:.0f} s; {output}"
    code = None if killed and kill_after is not None else process.returncode
    return Ended(code, output, started, time.monotonic())


class Gate:
    """Lets writers in, any number at once, until somebody wants quiet."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False
        self.ended = threading.Event()

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """Write; gives False when the soak has ended meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: not self._closed or self.ended.is_set())
            self._inside += 1
        try:
            yield not self.ended.is_set()
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Wait until nobody writes, and let nobody in until the block ends."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()

    def end(self) -> None:
        """Let nobody in any more."""
        self.ended.set()
        with self._changed:
            self._changed.notify_all()


def pause(gate: Gate, chance: random.Random, most: float) -> None:
    """Wait a while, unless the soak ends."""
    gate.ended.wait(chance.uniform(most / 5, most))
