"""Requests in turns: what each takes on the wall, and of whose processor."""

from __future__ import annotations

import http.client
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.bench.bench_load import Load, loaded
from tests.bench.cluster.contestants import Served
from tests.bench.cluster.requests import Paths

PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds of the service's processes, and of the node."""

    service: float
    node: float

    def since(self, before: Spent) -> Spent:
        """Give what was spent since then."""
        return Spent(self.service - before.service, self.node - before.node)


@dataclass(slots=True)
class Asked:
    """What the requests of a class took: milliseconds each, processor seconds together."""

    milliseconds: list[float] = field(default_factory=list)
    service_seconds: float = 0.0
    node_seconds: float = 0.0

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """What 95 % of the requests stay below, in milliseconds."""
        return statistics.quantiles(self.milliseconds, n=20)[-1]

    @property
    def processor_ms(self) -> tuple[float, float]:
        """Milliseconds of processor time a request: of the service, of the node."""
        count = len(self.milliseconds)
        return self.service_seconds / count * 1000, self.node_seconds / count * 1000


Times = dict[str, dict[str, Asked]]
"""By class and contestant."""


@dataclass(slots=True)
class Alike:
    """How far both answered alike."""

    asked: int = 0
    errors: int = 0
    other_totals: int = 0
    shown: int = 0
    shown_by_both: int = 0


def spent(of: Served) -> Spent:
    """Give what has been spent so far."""
    return Spent(_live_seconds(of.service_processes()), _live_seconds(of.node_processes()))


def _live_seconds(processes: Iterable[int]) -> float:
    """Give the processor seconds of all threads, to the nanosecond; that of threads which have ended is lost."""
    nanoseconds = 0
    for pid in processes:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):  # it has just ended
                nanoseconds += int((task / "schedstat").read_text("ascii").split()[0])
    return nanoseconds / 1e9


def ask(port: int, path: str) -> tuple[float, dict[str, Any] | None]:
    """Ask on a connection of its own; gives milliseconds on the wall and the answer, None when it is an error."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Connection": "close"})
    answer = connection.getresponse()
    body = answer.read()
    milliseconds = (time.perf_counter() - start) * 1000
    connection.close()
    return milliseconds, orjson.loads(body) if answer.status == 200 else None


def ask_in_turn(all_served: Sequence[Served], rounds: Sequence[Mapping[str, Paths]]) -> tuple[Times, Alike]:
    """Ask the requests of each class of one contestant after another, beginning with another one each time."""
    times: Times = {name: {each.contestant.name: Asked() for each in all_served} for name in rounds[0]}
    alike = Alike()
    for number, classes in enumerate(rounds):
        for place, (name, paths) in enumerate(classes.items()):
            order = all_served if (number + place) % 2 else all_served[::-1]
            answers = []
            for each in order:
                before = spent(each)
                told = [ask(each.port, path) for path in paths]
                used = spent(each).since(before)
                answers.append([answer for _, answer in told])
                asked = times[name][each.contestant.name]
                asked.milliseconds += (milliseconds for milliseconds, _ in told)
                asked.service_seconds += used.service
                asked.node_seconds += used.node
            _compare(answers, alike)
    return times, alike


def _compare(answers: list[list[dict[str, Any] | None]], alike: Alike) -> None:
    for one, other in zip(*answers, strict=True):
        if one is None or other is None:
            alike.errors += 1
            continue
        if "total" not in one:
            continue
        alike.asked += 1
        alike.other_totals += one["total"] != other["total"]
        shown, shown_by_other = ({hit["id"] for hit in each["hits"]} for each in (one, other))
        alike.shown += len(shown)
        alike.shown_by_both += len(shown & shown_by_other)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a contestant answered under load: what wrk says of each time, and the processor time of all."""

    loads: list[Load]
    spent: Spent

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(load.requests for load in self.loads)

    @property
    def rate(self) -> float:
        """Requests a second, median."""
        return statistics.median(load.requests / load.seconds for load in self.loads)

    def median(self, of: str) -> float:
        """Give the median of a percentile, in milliseconds."""
        found: float = statistics.median(getattr(load, of) for load in self.loads)
        return found


def load_in_turn(all_served: Sequence[Served], paths: Path, seconds: float, times: int) -> dict[str, Loaded]:
    """Ask with eight connections at once, as fast as answers come, so many times of each in turn; a first time isn't
    counted."""
    loads: dict[str, list[Load]] = defaultdict(list)
    used: dict[str, Spent] = {each.contestant.name: Spent(0, 0) for each in all_served}
    for number in range(times + 1):
        for each in all_served:
            name = each.contestant.name
            before = spent(each)
            load = loaded(each.port, paths, seconds)
            more = spent(each).since(before)
            if number:
                loads[name].append(load)
                used[name] = Spent(used[name].service + more.service, used[name].node + more.node)
    return {name: Loaded(each, used[name]) for name, each in loads.items()}
