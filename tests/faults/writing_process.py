"""The command line in a process of its own, to be killed or watched: it says when everything is loaded, then begins.

    python -m tests.faults.writing_process [--trace FILE] HOME COMMAND...

With --trace it writes down, one JSON list a line, which files it opened for writing, synced, linked and renamed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from index.whoosh_engine import open_searcher, open_writer  # noqa: F401 -- loaded before the process says it is ready
from indexer.cli import main

READY = "ready\n"
ROOT = Path(__file__).parents[2]


def command(home: Path, *args: str, trace: Path | None = None) -> list[str]:
    """Give the command that runs `timtin` in a process of its own."""
    traced = ["--trace", str(trace)] if trace else []
    return [sys.executable, "-m", "tests.faults.writing_process", *traced, str(home), *args]


def started(home: Path, *args: str) -> subprocess.Popen[str]:
    """Start `timtin` and wait until it is about to begin."""
    process = subprocess.Popen(
        command(home, *args), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == READY
    return process


def duration(home: Path, *args: str) -> float:
    """Run `timtin` to its end; give the seconds from its beginning."""
    process = started(home, *args)
    begun = time.perf_counter()
    process.communicate()
    assert process.returncode == 0
    return time.perf_counter() - begun


def killed(home: Path, *args: str, after: float) -> bool:
    """Run `timtin` and kill it so many seconds after its beginning; say whether that came before its end."""
    process = started(home, *args)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def _traced(path: Path) -> None:
    """Write down every step of this process that matters for what a power loss leaves."""
    trace = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(*step: str) -> None:
        os.write(trace, json.dumps(step).encode() + b"\n")

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str) and args[2] & (os.O_WRONLY | os.O_RDWR):
            note("write", args[0])
        elif event in ("os.rename", "os.link"):
            note(event.removeprefix("os."), str(args[0]), str(args[1]))
        elif event == "os.mkdir":
            note("mkdir", str(args[0]))

    sync = os.fsync

    def noted_sync(descriptor: int) -> None:
        sync(descriptor)
        note("sync", os.readlink(f"/proc/self/fd/{descriptor}"))

    os.fsync = noted_sync
    sys.addaudithook(hear)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[0] == "--trace":
        _traced(Path(arguments[1]))
        arguments = arguments[2:]
    print(READY, end="", flush=True)
    main(["--home", *arguments])
