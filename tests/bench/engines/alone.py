"""What is measured in a process of its own: the first query after opening, and the memory of a worker."""

from __future__ import annotations

import importlib
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.whoosh_engine import open_searcher
from service import create_app
from service.settings import Settings
from tests.bench.engines.asked import Asked, Contestant, Typed
from tests.bench.engines.memory import rollup


@dataclass(frozen=True, slots=True)
class Cold:
    """Milliseconds to open the indexes, to answer a first query and, elsewhere, a first one as served."""

    opening: float
    first: float
    first_served: float | None


def cold(engine: str, folder: Path, asked: Asked, typed: Typed, times: int) -> Cold:
    """Give medians over so many processes each; the files are in the page cache."""
    first = [_apart(_first_asked, engine, folder, asked) for _ in range(times)]
    served = [_apart(_first_served, engine, folder, typed) for _ in range(times)]
    return Cold(
        statistics.median(opening for opening, _ in first),
        statistics.median(took for _, took in first),
        None if served[0] is None else statistics.median(served),
    )


def worker_memory(folder: Path, searches: list[Typed]) -> dict[str, float]:
    """Give the memory (see `memory.rollup`) of a process that serves our index, after these searches over HTTP."""
    found: dict[str, float] = _apart(_serve, folder, searches)
    return found


def _apart(work: Callable[..., None], *arguments: Any) -> Any:
    """Run work in a fresh process and give what it sends."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(*arguments, sender))
    process.start()
    sender.close()
    given = receiver.recv()
    process.join()
    return given


def _opened(engine: str, folder: Path) -> tuple[Contestant, float]:
    module = importlib.import_module(engine)
    start = time.perf_counter()
    return module.contestant(folder), (time.perf_counter() - start) * 1000


def _first_asked(engine: str, folder: Path, asked: Asked, sender: Connection) -> None:
    contestant, opening = _opened(engine, folder)
    sender.send((opening, _took(contestant.prepare(asked))))


def _first_served(engine: str, folder: Path, typed: Typed, sender: Connection) -> None:
    contestant, _ = _opened(engine, folder)
    prepared = contestant.serve(typed)
    sender.send(None if prepared is None else _took(prepared))


def _took(prepared: Callable[[], object] | None) -> float:
    assert prepared is not None
    start = time.perf_counter()
    prepared()
    return (time.perf_counter() - start) * 1000


def _serve(folder: Path, searches: list[Typed], sender: Connection) -> None:
    client = create_app(Settings(rate_limit=0), searcher=open_searcher(folder / "served")).test_client()
    for typed in searches:
        words = " ".join(typed.words)
        query = {"q": f'"{words}"' if typed.phrase else words, "sort": "newest" if typed.newest else "relevance"}
        assert client.get("/", query_string=query).status_code == 200
    sender.send(rollup())
