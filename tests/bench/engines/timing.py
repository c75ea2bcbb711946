"""Comparing what engines answer, then timing them in turns.

The clock is the thread's processor time: every engine works in the thread that asks and reads files that are in
memory, and a machine that is busy with other things would disturb a clock on the wall.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tests.bench.engines.asked import Answer, Asked, Contestant

OURS = "Tìm Tin"
TANTIVY = "tantivy"

Prepared = dict[str, list[Callable[[], object]]]
"""What is to be timed of one engine, by class."""
Times = dict[str, dict[str, float]]
"""Median milliseconds of the thread by class and engine."""
Question = TypeVar("Question")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the engines agree on for the queries of a class: the median total. And which share of the hits that
    tantivy shows ours shows too (scores may differ, so hits may); None where there is nothing to compare."""

    total: float
    shared: float | None


def compare(asked: Mapping[str, list[Asked]], contestants: Mapping[str, Contestant]) -> dict[str, Agreement]:
    """Compare the answers to every query, by class; ends the program when they differ."""
    return {name: _agreement(name, queries, contestants) for name, queries in asked.items()}


def _agreement(name: str, queries: list[Asked], contestants: Mapping[str, Contestant]) -> Agreement:
    totals: list[int] = []
    same = possible = 0
    for query in queries:
        ready = {engine: contestant.prepare(query) for engine, contestant in contestants.items()}
        answers = {engine: contestants[engine].answer(each()) for engine, each in ready.items() if each is not None}
        alike = {engine: _comparable(answer, newest=query.newest) for engine, answer in answers.items()}
        if len(set(alike.values())) > 1:
            sys.exit(f"{name}: the answers to {query} differ: {alike}")
        totals += [answer.total for answer in list(answers.values())[:1]]
        if OURS in answers and TANTIVY in answers:
            shown = set(answers[TANTIVY].numbers)
            possible += len(shown)
            same += len(shown.intersection(answers[OURS].numbers))
    return Agreement(statistics.median(totals), same / possible if possible else None)


def _comparable(answer: Answer, *, newest: bool) -> object:
    """Give what must be the same of every engine's answer: all but the hits that scores order."""
    if answer.authors is not None:
        return answer.total, tuple(sorted(answer.authors.values()))
    return answer.total, answer.numbers if newest else len(answer.numbers)


def prepared(
    questions: Mapping[str, list[Question]], prepare: Callable[[Question], Callable[[], object] | None]
) -> Prepared:
    """Have an engine prepare the questions of each class; classes that it can't answer are left out."""
    every = {name: [prepare(question) for question in asked] for name, asked in questions.items()}
    ready = {name: [each for each in queries if each is not None] for name, queries in every.items()}
    return {name: queries for name, queries in ready.items() if queries}


def timed(contestants: Mapping[str, Prepared], rounds: int) -> Times:
    """Time every query once in every round, class by class, one engine after another; the order changes from round
    to round, and a first round isn't counted."""
    samples: dict[str, dict[str, list[float]]] = {}
    engines = list(contestants)
    names = list(dict.fromkeys(name for queries in contestants.values() for name in queries))
    gc.disable()
    try:
        for number in range(rounds + 1):
            start = number % len(engines)
            order = (engines[start:] + engines[:start])[:: 1 if number % 2 else -1]
            for name in names:
                gc.collect()
                for engine in order:
                    took = [_milliseconds(query) for query in contestants[engine].get(name, [])]
                    if number:
                        samples.setdefault(name, {}).setdefault(engine, []).extend(took)
    finally:
        gc.enable()
    return {
        name: {engine: statistics.median(by_engine[engine]) for engine in engines if by_engine[engine]}
        for name, by_engine in samples.items()
    }


def _milliseconds(query: Callable[[], object]) -> float:
    start = time.thread_time()
    query()
    return (time.thread_time() - start) * 1000
