"""Those who look after the archive: backups that are restored and read while others write, and moments of quiet in
which the whole archive is held against the model."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from indexer.store import ArticleStore, Unsound
from tests.soak.commands import BUSY, pause, run
from tests.soak.readers import judged
from tests.soak.service import VERSION, Client, Service
from tests.soak.writers import Archive, add_some

BACKUP_PAUSE = 15.0
KEPT = 2
_UNDER_WAY = ("is behind the store by", "withdrawn but not withheld")


def keep_backing_up(archive: Archive, seed: str) -> None:
    """Back up while others write; restore each backup elsewhere and hold it against the model."""
    chance, kept, drill = random.Random(seed), archive.folder / "backups", archive.folder / "drill"
    while not archive.gate.ended.wait(2.0):
        ended = run(archive.home, "backup", str(kept), "--keep", str(KEPT))
        if ended.code != 0:
            archive.events.tell("error", f"backup exited with {ended.code}: {ended.output[:500]}")
        else:
            archive.events.count("backup")
            _try_out(archive, kept, drill, (ended.started, ended.ended))
        pause(archive.gate, chance, BACKUP_PAUSE)


def _try_out(archive: Archive, kept: Path, drill: Path, span: tuple[float, float]) -> None:
    for args in (("restore", str(kept)), ("check", "--deep")):
        ended = run(drill, *args)
        if ended.code != 0:
            archive.events.tell("error", f"{args[0]} of a backup exited with {ended.code}: {ended.output[:500]}")
            return
        archive.events.count(f"{args[0]} elsewhere")
    with ArticleStore.open(drill / "articles.db", read_only=True) as store:
        held = {each.id: int(found[1]) for each in store.articles()
                if not isinstance(each, Unsound) and (found := VERSION.search(each.title))}  # fmt: skip
    for name in archive.model.names():
        allowed = archive.model.stored_between(name, *span)
        if held.get(name) not in allowed:
            kind = "lost" if name not in held else "outdated"
            archive.events.tell(kind, f"{name} is {held.get(name)} in a backup, should be one of {set(allowed)}")
    shutil.rmtree(drill)


def hold_against_the_model(archive: Archive, service: Service, chance: random.Random) -> None:
    """Have nobody write, bring the index up to date, check it, look at every article; now and then roll back first."""
    model, events = archive.model, archive.events
    with archive.gate.quiet(), closing(Client(service)) as client:
        path = archive.folder / "quiet.jsonl"
        if chance.random() < 0.5:
            with model.rolled_back():
                _roll_back(archive)
                for name in model.withdrawn():
                    judged(model, events, name, client.search(model.fact(name).word))
                followed = add_some(archive, chance, path, 1, may_die=False)
        else:
            followed = add_some(archive, chance, path, 1, may_die=False)
        if followed:
            model.has_followed()
        for name in model.unsettled():
            answer = client.search(model.fact(name).word)
            model.settle(name, judged(model, events, name, answer))
        for name in model.names():
            judged(model, events, name, client.search(model.fact(name).word))
        events.count("articles looked at in quiet", len(model.names()))
        ended = run(archive.home, "check", "--deep")
        if ended.code == 0:
            events.count("check")
        else:
            events.tell("error", f"check in quiet exited with {ended.code}: {ended.output[:1000]}")


def _roll_back(archive: Archive) -> None:
    ended = run(archive.home, "rollback")
    if ended.code == 0:
        archive.events.count("rollback")
    elif ended.code != 3 or "no whole generation before" not in ended.output:
        archive.events.tell("error", f"rollback exited with {ended.code}: {ended.output[:500]}")


def keep_checking(archive: Archive, seed: str) -> None:
    """Check while others write: nothing may be found but what is being written, or what a killed withdrawal left to the
    next command."""
    chance = random.Random(seed)
    while not archive.gate.ended.wait(5.0):
        ended = run(archive.home, "check")
        wrong = [line for line in ended.output.splitlines() if line.startswith("Wrong: ")]
        under_way = all(any(part in line for part in _UNDER_WAY) for line in wrong)
        if ended.code == 0 or (ended.code == 3 and wrong and under_way):
            archive.events.count("check while others write")
        elif ended.code == BUSY:
            archive.events.count("told to wait")
        else:
            archive.events.tell("error", f"check exited with {ended.code}: {ended.output[:1000]}")
        pause(archive.gate, chance, 20.0)


def size_mb(folder: Path) -> float:
    """Give what a folder takes on its disk; a file with several names counts once."""
    blocks: dict[int, int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                status = os.lstat(os.path.join(place, name))
            except FileNotFoundError:
                continue
            blocks[status.st_ino] = status.st_blocks
    return sum(blocks.values()) * 512 / 1e6


def kept_on_purpose_mb(store: Path) -> float:
    """Give what earlier versions of articles, the audit trail and the numbers of changes take of a store: they are
    kept, so they grow. 0 where SQLite was built without telling what its tables take."""
    kept = ("versions", "withdrawal_log", "numbers")
    tables = f"SELECT name FROM sqlite_master WHERE tbl_name IN ({', '.join('?' * len(kept))})"
    with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as database:
        try:
            taken = database.execute(f"SELECT total(pgsize) FROM dbstat WHERE name IN ({tables})", kept).fetchone()[0]
        except sqlite3.OperationalError:
            return 0.0
    return float(taken) / 1e6


def keep_measuring(service: Service, archive: Archive, samples: list[tuple[float, float]], every: float) -> None:
    """Measure the memory of the service until the soak ends."""
    while not archive.gate.ended.wait(every):
        samples.append((time.monotonic(), service.memory_mb()))
