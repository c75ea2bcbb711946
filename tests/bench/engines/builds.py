"""Indexes are built once, each in a process of its own that is watched, and kept for the next run."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import resource
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.bench.engines.memory import Watch

LEFT = "built.json"


@dataclass(frozen=True, slots=True)
class Built:
    """How an index was built. `peak_mb` is the most memory its processes had together (PSS, mapped files included);
    `processor_seconds` those of all of them."""

    key: str
    date: str
    seconds: float
    processor_seconds: float
    size_mb: float
    peak_mb: float


def ensure_built(engine: str, index: str, rows: Path, folder: Path, key: str) -> Built:
    """Give how the index in a folder was built, from these rows with this key; builds it where there is none such."""
    left = folder.with_name(f"{folder.name}.{LEFT}")
    if left.is_file():
        built = Built(**json.loads(left.read_text("utf-8")))
        if built.key == key:
            return built
        left.unlink()
    print(f"{engine} builds {folder} ...", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_build, args=(engine, index, rows, folder, sender))
    process.start()
    sender.close()
    assert process.pid is not None
    with Watch(process.pid) as watch:
        try:
            seconds, processor_seconds = receiver.recv()
        except EOFError:
            sys.exit(f"{engine} did not finish {folder}")
    process.join()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    built = Built(key, time.strftime("%d/%m/%Y"), seconds, processor_seconds, size, watch.peak_mb)
    left.write_text(json.dumps(asdict(built)), "utf-8")
    return built


def _build(engine: str, index: str, rows: Path, folder: Path, sender: Connection) -> None:
    build = importlib.import_module(engine).INDEXES[index]
    start = time.perf_counter()
    build(rows, folder)
    seconds = time.perf_counter() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    sender.send((seconds, sum(usage.ru_utime + usage.ru_stime for usage in used)))
