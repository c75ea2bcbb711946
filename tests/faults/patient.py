"""An archive to be hurt: what its service answers, what `timtin check` says, and the ways to hurt it.

Its articles come in batches, and each says by its publisher of which batch it is. So one facet tells whether an answer
is that of one whole generation.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from index.whoosh_engine import generations
from indexer.cli import main
from service import create_app
from service.settings import Settings
from tests.faults.writing_process import ROOT, command, duration, killed

WORDS = "khoai lang ven sông bến đò cầu gỗ mưa sớm chợ quê lúa chín vườn rau ao làng đồi chè gió nồm"
FEW = 10
"""Articles that a change of an index of many segments touches."""
SEGMENTS = 7
"""Additions after which the next one has the engine merge."""
REMEDIES_OF_A_FULL_DISK = ("make room", "look at the disk's space")

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fault: were the answers those of the last good generation, did `timtin check` say how things
    stand, was all well after the remedy?"""

    answered: bool
    told: bool
    mended: bool

    def __bool__(self) -> bool:
        return self.answered and self.told and self.mended


class Patient:
    """An archive in a folder, with a service that stays open over it."""

    def __init__(self, folder: Path, articles: int, words: int = 60) -> None:
        self.home = folder / "home"
        self.index = self.home / "index"
        self._rows = folder / "rows"
        self._rows.mkdir(parents=True)
        self._words = words
        self.articles = articles
        self.batch = 0
        self.client = self.service()
        self.add(self.rows(0))

    def rows(self, batch: int, first: int = 0, count: int | None = None) -> Path:
        """Write the articles of a batch; give the file."""
        path = self._rows / f"{batch}-{first}.jsonl"
        chance = random.Random(batch * 1_000_003 + first)
        with path.open("w", encoding="utf-8") as lines:
            for number in range(first, first + (self.articles if count is None else count)):
                body = "khoai " + " ".join(chance.choices(WORDS.split(), k=self._words))
                row = {"id": f"{number:06}", "title": f"Bài số {number}", "body": body, "publisher": batch_name(batch)}
                lines.write(json.dumps(row) + "\n")
        return path

    def run(self, *args: str) -> Result:
        """Run a command of `timtin` in this process."""
        return CliRunner().invoke(main, ["--home", str(self.home), *args])

    def add(self, rows: Path) -> None:
        """Add articles; nothing may go wrong."""
        result = self.run("add", str(rows))
        assert result.exit_code == 0, result.output

    def service(self) -> FlaskClient:
        """Start the service anew."""
        return create_app(Settings(home=self.home)).test_client()

    def answer(self, client: FlaskClient | None = None) -> dict[str, Any]:
        """Search for what every article has."""
        query = "q=khoai&size=50&facets=publisher,date"
        told = (client or self.client).get(f"/api/v1/search?{query}").get_json()
        return {name: value for name, value in told.items() if name != "took_ms"}

    def counts(self, client: FlaskClient | None = None) -> Counts:
        """Give how many articles of each batch are found."""
        return {each["value"]: each["count"] for each in self.answer(client)["facets"]["publisher"]}

    def is_well(self) -> bool:
        """Say whether check finds nothing and nothing is left over."""
        names = {path.name for path in self.index.iterdir() if path.name.startswith(".")}
        return self.run("check").stdout == "All is well.\n" and not names


def batch_name(batch: int) -> str:
    """Name the publisher of a batch's articles."""
    return f"Báo Lứa {batch}"


# Killing


class Killing:
    """One way of changing the archive, killed at random moments of it."""

    def __init__(self, patient: Patient, kind: str) -> None:
        self._patient = patient
        self._kind = kind
        if kind == "merge":
            for number in range(SEGMENTS):
                patient.add(patient.rows(0, patient.articles + number * FEW, FEW))
        self._seconds = duration(patient.home, *self._command(1))
        self._next = 2

    def trial(self, chance: random.Random) -> Outcome:
        """Kill a command at a random moment, look, then run it again to its end."""
        patient = self._patient
        before = patient.counts()
        args = self._command(self._next)
        interrupted = killed(patient.home, *args, after=chance.uniform(0, self._seconds))
        counts, fresh = patient.counts(), patient.counts(patient.service())
        after = self._after(before, self._next)
        check = patient.run("check")
        behind = "is behind the store" in check.stdout
        well = check.stdout == "All is well.\n"
        told = (well and check.exit_code == 0) or (behind and check.exit_code == 3 and counts == before)
        again = patient.run(*args)
        self._next += 1
        return Outcome(
            answered=counts == fresh and counts in (before, after) and (interrupted or counts == after),
            told=told,
            mended=again.exit_code == 0 and patient.counts() == after and patient.is_well(),
        )

    def _command(self, batch: int) -> tuple[str, ...]:
        if self._kind == "rebuild":
            return ("rebuild",)
        count = FEW if self._kind == "merge" else self._patient.articles
        return "add", str(self._patient.rows(batch, 0, count))

    def _after(self, before: Counts, batch: int) -> Counts:
        if self._kind == "rebuild":
            return before
        if self._kind == "add":
            return {batch_name(batch): self._patient.articles}
        kept = {name: count for name, count in before.items() if name == batch_name(0)}
        return {**kept, batch_name(batch): FEW}


# Damaging files


def two_generations(patient: Patient) -> None:
    """Leave a generation of batch 0 and, current, one of batch 1 that shares no file with it."""
    patient.add(patient.rows(1))
    current = patient.index / generations.current(patient.index)
    assert all(path.stat().st_nlink == 1 for path in current.iterdir())


def restamp(manifest: Path, stamp: str) -> None:
    """Make a manifest that of another version."""
    fields = orjson.loads(manifest.read_bytes()) | {"stamp": stamp}
    del fields["checksum"]
    checksum = zlib.crc32(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS))
    manifest.write_bytes(orjson.dumps(fields | {"checksum": checksum}))


def files(patient: Patient) -> list[Path]:
    """Give the files of the current generation."""
    return sorted((patient.index / generations.current(patient.index)).iterdir())


def damage_trial(patient: Patient, path: Path, damage: Callable[[bytes], bytes], expected: dict[str, Any]) -> Outcome:
    """Damage a file, look with a service that has just been started, then put the file back."""
    content = path.read_bytes()
    path.write_bytes(damage(content))
    client = patient.service()
    answer, ready = patient.answer(client), client.get("/readyz")
    publishers = [(each["value"], each["count"]) for each in answer["facets"]["publisher"]]
    if answer["notes"]:
        answered = publishers == [(batch_name(0), patient.articles)] and client.get("/readyz").json["status"] == "stale"
    else:
        answered = answer == expected
    check = patient.run("check")
    told = check.exit_code == 3 and path.name in check.stdout and "timtin rebuild" in check.stdout
    path.write_bytes(content)
    return Outcome(answered=answered and ready.status_code == 200, told=told, mended=patient.is_well())


def cut(length: Callable[[int], int]) -> Callable[[bytes], bytes]:
    """Cut a file short."""
    return lambda content: content[: length(len(content))]


def flip(position: Callable[[int], int]) -> Callable[[bytes], bytes]:
    """Flip one bit of the byte at a place."""

    def damage(content: bytes) -> bytes:
        at = position(len(content))
        return content[:at] + bytes((content[at] ^ 0x10,)) + content[at + 1 :]

    return damage


CUTS = {"nothing left": cut(lambda size: 0), "half": cut(lambda size: size // 2), "a byte": cut(lambda size: size - 1)}
FLIPS = {
    "the beginning": flip(lambda size: 0),
    "the middle": flip(lambda size: size // 2),
    "the end": flip(lambda size: size - 1),
}


# Filling the disk


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Mount a disk of so many bytes there; gives False where one may not."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            # Lazily: a service may still have files there mapped.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path, free: int) -> None:
    """Write a file that leaves so many bytes free on its disk."""
    status = os.statvfs(path.parent)
    with path.open("wb") as file:
        file.write(bytes(max(0, status.f_bavail * status.f_bsize - free)))


def limited(size: int) -> Callable[[], None]:
    """Let a process write no file longer than so many bytes: what a full disk is to it, where none can be mounted."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def full_disk_trial(
    patient: Patient,
    args: tuple[str, ...],
    make_room: Callable[[], None],
    before_writing: Callable[[], None] | None = None,
) -> Outcome | None:
    """Run a command where there may be no room for it and nobody asks beforehand, look, then make room and run it
    again; None when there was room enough."""
    before = patient.counts()
    done = subprocess.run(
        command(patient.home, *args, "--no-space-check"),
        capture_output=True,
        text=True,
        cwd=ROOT,
        preexec_fn=before_writing,
        check=False,
    )
    counts, check = patient.counts(), patient.run("check")
    make_room()
    if done.returncode == 0:
        return None
    told = done.returncode in (1, 3) and asks_for_room(done.stderr) and "Traceback" not in done.stderr
    well = check.stdout == "All is well.\n" or "is behind the store" in check.stdout or asks_for_room(check.stderr)
    again = patient.run(*args)
    return Outcome(answered=counts == before, told=told and well, mended=again.exit_code == 0 and patient.is_well())


def asks_for_room(message: str) -> bool:
    """Say whether a message names the remedy of a full disk."""
    return any(remedy in message for remedy in REMEDIES_OF_A_FULL_DISK)
