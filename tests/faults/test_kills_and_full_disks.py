"""Commands killed at any moment, disks that fill up: answers come from the last good generation, the same command mends
it. `tests/bench/bench_faults.py` tries the same more often."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.patient import Killing, Patient, fill, full_disk_trial, limited, small_disk

KILLS = 4


@pytest.mark.parametrize("kind", ["add", "rebuild", "merge"])
def test_a_command_killed_at_any_moment_leaves_the_last_good_generation(tmp_path: Path, kind: str) -> None:
    killing = Killing(Patient(tmp_path, articles=120), kind)
    chance = random.Random(kind)

    for _ in range(KILLS):
        assert killing.trial(chance)


def test_a_disk_that_fills_up_costs_no_answer_and_the_same_command_ends_well_once_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 32_000_000) as mounted:
        if not mounted:
            pytest.skip("no disk may be mounted here")
        patient = Patient(disk / "archive", articles=400, words=200)
        adds = [("add", str(patient.rows(batch))) for batch in (1, 2)]
        ballast = disk / "ballast"
        for args, free in ((adds[0], 0), (adds[1], 300_000), (("rebuild",), 0), (("rebuild",), 300_000)):
            fill(ballast, free)
            assert full_disk_trial(patient, args, ballast.unlink)


@pytest.mark.parametrize(("args", "size"), [("add", 300_000), ("rebuild", 300_000)])
def test_files_that_may_not_grow_cost_no_answer_and_the_same_command_ends_well_once_they_may(
    tmp_path: Path, args: str, size: int
) -> None:
    patient = Patient(tmp_path, articles=400, words=200)
    words = ("add", str(patient.rows(1))) if args == "add" else ("rebuild",)
    assert full_disk_trial(patient, words, lambda: None, limited(size))
