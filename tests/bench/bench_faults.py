"""What faults cost: kills, full disks, damaged files, each tried many times over an archive of invented articles.

    python -m tests.bench.bench_faults [--seed N] [--kills 50] [--flips 200] [--articles 400]

After each fault three things are asked. Does the service answer, wholly, from the last good generation? Does
`timtin check` say how things stand: nothing wrong, the index behind the store, or the damaged file and the command?
Is all well after the remedy: the same command again, with room if that was wanting, or the file put back? Leaves with 1
when an answer is no. Full disks are small ones mounted for it; where that isn't allowed, files may not grow instead.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults.patient import (
    CUTS,
    FLIPS,
    Killing,
    Outcome,
    Patient,
    damage_trial,
    files,
    fill,
    flip,
    full_disk_trial,
    limited,
    small_disk,
    two_generations,
)

KILLED = {
    "`kill -9` of `timtin add`": "add",
    "`kill -9` of `timtin rebuild`": "rebuild",
    "`kill -9` of `timtin add` while it merges segments": "merge",
}
DISK = 64_000_000
WORDS = 200
FULL = 10
"""Full disks a command."""

Rows = dict[str, list[Outcome]]


def kills(folder: Path, articles: int, count: int, chance: random.Random) -> Rows:
    """Kill each command at random moments, `count` times in all."""
    shares = [len(range(number, count, len(KILLED))) for number in range(len(KILLED))]
    rows: Rows = {}
    for (name, kind), share in zip(KILLED.items(), shares, strict=True):
        killing = Killing(Patient(folder / kind, articles, WORDS), kind)
        rows[name] = [killing.trial(chance) for _ in range(share)]
    return rows


def full_disks(folder: Path, articles: int, chance: random.Random) -> Rows:
    """Let the disk fill up at random moments of each command."""
    rows: Rows = {"disk full during `timtin add`": [], "disk full during `timtin rebuild`": []}
    with small_disk(folder / "disk", DISK) as mounted:
        patient = Patient(folder / "disk" / "archive" if mounted else folder / "archive", articles, WORDS)
        ballast = folder / "disk" / "ballast"
        most = 500 * articles
        for name, outcomes in rows.items():
            batch = 0
            while len(outcomes) < FULL:
                batch += 1
                args = ("add", str(patient.rows(batch))) if "add" in name else ("rebuild",)
                free = chance.randrange(most)
                if mounted:
                    fill(ballast, free)
                outcome = full_disk_trial(
                    patient, args, ballast.unlink if mounted else lambda: None, None if mounted else limited(free)
                )
                if outcome is not None:
                    outcomes.append(outcome)
                Path(args[-1]).unlink(missing_ok=True)
    return rows


def damages(folder: Path, articles: int, count: int, chance: random.Random) -> Rows:
    """Cut every file of a generation short, and flip bits in it: in known places, and in random ones."""
    patient = Patient(folder, articles, WORDS)
    two_generations(patient)
    expected = patient.answer()
    rows: Rows = {}

    def tried(name: str, path: Path, damage: Callable[[bytes], bytes]) -> None:
        rows.setdefault(name, []).append(damage_trial(patient, path, damage, expected))

    for path in files(patient):
        for left, damage in CUTS.items():
            tried(f"file cut short: {left}", path, damage)
        for place, damage in FLIPS.items():
            tried(f"bit flipped at {place} of a file", path, damage)
    found = files(patient)
    for path in chance.choices(found, [file.stat().st_size for file in found], k=count):
        at = chance.randrange(path.stat().st_size)
        tried("bit flipped in a random place", path, flip(lambda size, at=at: at))
    for path in chance.choices(found, k=count // 4):
        at = chance.randrange(path.stat().st_size)
        tried("bit flipped in a random place of a random file", path, flip(lambda size, at=at: at))
    return rows


def main() -> None:
    """Try everything and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--articles", type=int, default=400)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    logging.disable()  # each service tells what it finds damaged
    print(f"Seed {options.seed}, {options.articles:,} articles.\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        rows = {
            **kills(Path(folder) / "kills", options.articles, options.kills, chance),
            **full_disks(Path(folder), options.articles, chance),
            **damages(Path(folder) / "damages", options.articles, options.flips, chance),
        }
    print("| fault | times | answered from the last good generation | told by `timtin check` | well after the remedy |")
    print("|---|---:|---:|---:|---:|")
    for name, outcomes in rows.items():
        answered, told, mended = (
            sum(getattr(outcome, what) for outcome in outcomes) for what in ("answered", "told", "mended")
        )
        print(f"| {name} | {len(outcomes)} | {answered} | {told} | {mended} |")
    if not all(outcome for outcomes in rows.values() for outcome in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
