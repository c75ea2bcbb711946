"""What a power loss may leave: nothing is named before it is on the disk."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from index.whoosh_engine import generations
from tests.faults.writing_process import ROOT, command

Step = tuple[str, ...]


def write_rows(path: Path, first: int, count: int) -> Path:
    rows = (
        {"id": f"{n:04}", "title": f"Bài số {n}", "body": "khoai lang ven sông"} for n in range(first, first + count)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def traced(home: Path, trace: Path, *args: str) -> list[Step]:
    """Run a command and give its steps, in order."""
    trace.unlink(missing_ok=True)
    subprocess.run(command(home, *args, trace=trace), check=True, capture_output=True, cwd=ROOT)
    return [tuple(json.loads(line)) for line in trace.read_text("utf-8").splitlines()]


def last(steps: list[Step], *step: str) -> int:
    """Give the number of the last such step."""
    return max(number for number, each in enumerate(steps) if each == step)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return (tmp_path / "home").resolve()


def add_rows(home: Path, tmp_path: Path, first: int) -> list[Step]:
    return traced(home, tmp_path / "trace", "add", str(write_rows(tmp_path / "rows.jsonl", first, 40)))


def pointed_durably(steps: list[Step], index: Path) -> tuple[int, int]:
    """Check that the pointer is on the disk before it gets its name, and its name after; give the numbers of the
    steps that wrote and named it."""
    unnamed, pointer = str(index / f".{generations.POINTER}.new"), str(index / generations.POINTER)
    written, renamed = last(steps, "write", unnamed), last(steps, "rename", unnamed, pointer)
    assert written < last(steps, "sync", unnamed) < renamed < last(steps, "sync", str(index))
    assert ("write", pointer) not in steps
    return written, renamed


@pytest.mark.parametrize("commands", ["first add", "second add", "rebuild"])
def test_a_generation_is_on_the_disk_file_by_file_before_it_is_named(home: Path, tmp_path: Path, commands: str) -> None:
    steps = add_rows(home, tmp_path, 0)
    if commands == "second add":
        steps = add_rows(home, tmp_path, 40)
    elif commands == "rebuild":
        steps = traced(home, tmp_path / "trace", "rebuild")
    index = home / "index"
    name = generations.current(index)
    building = index / f".building-{name}"
    files = list((index / name).iterdir())
    assert len(files) > 1

    named = last(steps, "rename", str(building), str(index / name))
    complete = last(steps, "sync", str(building))
    for file in files:
        path = str(building / file.name)
        synced = last(steps, "sync", path)
        assert all(number < synced for number, step in enumerate(steps) if step[-1] == path and step[0] != "sync")
        assert synced < complete
    assert complete < named
    written, _ = pointed_durably(steps, index)
    assert any(named < number < written for number, step in enumerate(steps) if step == ("sync", str(index)))


def test_what_both_generations_share_is_linked_never_written_again(home: Path, tmp_path: Path) -> None:
    add_rows(home, tmp_path, 0)
    index = home / "index"
    before = generations.current(index)

    steps = add_rows(home, tmp_path, 40)

    linked = [step for step in steps if step[0] == "link"]
    assert linked
    assert {Path(source).parent for _, source, _ in linked} == {index / before}
    assert not {target for *_, target in linked} & {step[1] for step in steps if step[0] == "write"}
    assert not [step for step in steps if step[0] == "write" and Path(step[1]).parent == index / before]


def test_rolling_back_moves_the_pointer_durably(home: Path, tmp_path: Path) -> None:
    add_rows(home, tmp_path, 0)
    add_rows(home, tmp_path, 40)

    steps = traced(home, tmp_path / "trace", "rollback")

    pointed_durably(steps, home / "index")
    assert {Path(step[1]).name for step in steps if step[0] == "write"} >= {generations.LOCK}
