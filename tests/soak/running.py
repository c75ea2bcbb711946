"""A soak from beginning to end: who takes part, how often there is quiet, what counts as well."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.commands import Gate
from tests.soak.events import WRONG, Events, Slope, slope
from tests.soak.keepers import (
    hold_against_the_model,
    keep_backing_up,
    keep_checking,
    keep_measuring,
    kept_on_purpose_mb,
    size_mb,
)
from tests.soak.model import Model
from tests.soak.readers import keep_reading
from tests.soak.service import Service, served
from tests.soak.writers import WRITERS, Archive, add_some, keep_writing

WARM_UP = 0.25
"""The share of a soak after which memory and disk must be flat."""
GROWTH = ((120.0, 0.35), (600.0, 0.20), (1800.0, 0.10))
"""How much of their mean memory and disk may grow from end to end, in a soak of at least so many seconds: a shorter one
tells only how the service's workers warm up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    seconds: float
    articles: int
    readers: int
    seed: int

    @property
    def quiet_every(self) -> float:
        """Seconds between two moments of quiet."""
        return min(60.0, self.seconds / 4)

    @property
    def measured_every(self) -> float:
        """Seconds between two looks at the memory."""
        return min(10.0, self.seconds / 12)


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    events: Events
    memory: Slope | None = None
    disk: Slope | None = None
    complaints: list[str] = field(default_factory=list)
    kinds: tuple[str, ...] = WRONG

    @property
    def is_well(self) -> bool:
        """Say whether nothing was wrong."""
        return not self.complaints and not sum(self.events.wrong.values())


def soak(folder: Path, plan: Plan) -> Outcome:
    """Run it."""
    chance = random.Random(plan.seed)
    archive = Archive(folder / "home", folder, Model(plan.articles), Gate(), Events())
    outcome = Outcome(archive.events)
    add_some(archive, chance, folder / "first.jsonl", plan.articles * 3 // 4, may_die=False)
    memory: list[tuple[float, float]] = []
    disk: list[tuple[float, float]] = []
    with served(archive.home, folder / "service.log") as service:
        tasks: list[tuple[Callable[..., None], tuple[object, ...]]] = [
            (keep_reading, (service, archive.model, archive.gate, archive.events, f"{plan.seed} reader {number}"))
            for number in range(plan.readers)
        ]
        tasks += [(keep_writing, (archive, name, f"{plan.seed} {name}")) for name in WRITERS]
        tasks += [(keep_backing_up, (archive, f"{plan.seed} backup")), (keep_checking, (archive, f"{plan.seed} check"))]
        tasks += [(keep_measuring, (service, archive, memory, plan.measured_every))]
        threads = [threading.Thread(target=_guarded, args=(archive, task, args)) for task, args in tasks]
        for thread in threads:
            thread.start()
        try:
            _quiet_moments(archive, service, plan, chance, disk)
        finally:
            archive.gate.end()
            for thread in threads:
                thread.join()
        archive.gate.ended.clear()
        hold_against_the_model(archive, service, chance)
        disk.append((time.monotonic(), size_mb(archive.home) - kept_on_purpose_mb(archive.home / "articles.db")))
    if "Traceback" in (told := (folder / "service.log").read_text("utf-8", "replace")):
        archive.events.tell("error", f"the service's log: {told[told.index('Traceback') :][:1000]}")
    outcome.memory, outcome.disk = slope(memory, WARM_UP), slope(disk, WARM_UP)
    for least, most in GROWTH[::-1]:
        if plan.seconds >= least:
            _judge_growth(outcome, most)
            break
    return outcome


def _quiet_moments(
    archive: Archive, service: Service, plan: Plan, chance: random.Random, disk: list[tuple[float, float]]
) -> None:
    end = time.monotonic() + plan.seconds
    while (left := end - time.monotonic()) > 0:
        archive.gate.ended.wait(min(plan.quiet_every, left))
        hold_against_the_model(archive, service, chance)
        disk.append((time.monotonic(), size_mb(archive.home) - kept_on_purpose_mb(archive.home / "articles.db")))


def _guarded(archive: Archive, task: Callable[..., None], args: tuple[object, ...]) -> None:
    """Have a thread that fails be an error of the soak, not a line on a screen nobody reads."""
    try:
        task(*args)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it must be told and must not end the soak
        archive.events.tell("error", f"{task.__name__} failed: {error!r}")


def _judge_growth(outcome: Outcome, most: float) -> None:
    for name, found in (("the memory of the workers", outcome.memory), ("the archive on disk", outcome.disk)):
        if found is not None and found.share > most:
            outcome.complaints.append(
                f"{name} grew by {found.growth:.1f} MB ({found.share:.0%}) from end to end, at most {most:.0%} may be"
            )
