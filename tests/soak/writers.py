"""Those who change the archive, through the real command line; some of their commands are killed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.soak.commands import BUSY, Gate, pause, run
from tests.soak.events import Events
from tests.soak.model import Intent, Model, Shown
from tests.soak.readers import lot_word

WORDS = "khoai lang ven sông bến đò cầu gỗ mưa sớm chợ quê lúa chín vườn rau ao làng đồi chè gió nồm"
KILLED = 0.1
"""The share of commands that are killed."""
MOST_ADDED = 40
MOST_REMOVED = 12
_TRIES = 200


@dataclass(frozen=True, slots=True)
class Archive:
    """What the writers of a soak share."""

    home: Path
    folder: Path
    """For their own files."""
    model: Model
    gate: Gate
    events: Events

    def change(self, intent: Intent, chance: random.Random, *args: str, may_die: bool = True) -> bool:
        """Run a command that does what is intended, again while another one writes; say whether it was done."""
        kind = args[0]
        for _ in range(_TRIES):
            kill_after = chance.uniform(0.2, 2.5) if may_die and chance.random() < KILLED else None
            before = self.model.begin(intent)
            ended = run(self.home, *args, kill_after=kill_after)
            if ended.code == 0:
                if "the index follows with its next change" in ended.output:
                    # Said of an undoing while another one writes; a withdrawal holds at once all the same.
                    self.model.will_follow([name for name, away in intent.withdrawing.items() if not away])
                self.model.done(intent)
                self.events.count(kind)
                return True
            if ended.code == BUSY:
                self.model.undone(before)
                self.events.count("told to wait")
                if self.gate.ended.wait(chance.uniform(0.1, 0.6)):
                    return False
                continue
            if ended.code is None:
                self.events.count(f"{kind}, killed")
            else:
                self.events.tell("error", f"{' '.join(args)[:80]} exited with {ended.code}: {ended.output[:500]}")
            return False
        self.events.tell("error", f"{kind} was told to wait {_TRIES} times")
        return False


def rows(path: Path, versions: dict[str, int], model: Model, chance: random.Random) -> Path:
    """Write articles as JSON Lines: each says its version and has its own word and that of its lot."""
    with path.open("w", encoding="utf-8") as lines:
        for name, version in versions.items():
            fact = model.fact(name)
            text = " ".join(chance.choices(WORDS.split(), k=chance.randint(40, 160)))
            row = {
                "id": name,
                "title": f"Bản tin bến sông {fact.word} lần {version}",
                "body": f"{text}.\n{lot_word(fact.lot)} {fact.word} ở lần đăng {version}.",
                "publisher": f"Báo Bến {fact.lot}",
                "published_at": "2021-03-05",
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def add_some(archive: Archive, chance: random.Random, path: Path, count: int, *, may_die: bool = True) -> bool:
    """Add new articles and newer versions of others."""
    with archive.model.taking(count, chance) as names:
        versions = {name: archive.model.next_version(name) for name in names}
        rows(path, versions, archive.model, chance)
        intent = Intent(versions=dict[str, Shown](versions))
        return archive.change(intent, chance, "add", str(path), may_die=may_die)


def _adder(archive: Archive, chance: random.Random, name: str) -> float:
    add_some(archive, chance, archive.folder / f"{name}.jsonl", chance.randint(1, MOST_ADDED))
    return 1.0


def _remover(archive: Archive, chance: random.Random, name: str) -> float:
    with archive.model.taking(chance.randint(1, MOST_REMOVED), chance, there=True) as names:
        if names:
            archive.change(Intent(versions=dict.fromkeys(names)), chance, "remove", *names)
    return 3.0


def _rebuilder(archive: Archive, chance: random.Random, name: str) -> float:
    archive.change(Intent(), chance, "rebuild")
    return 12.0


def _withdrawer(archive: Archive, chance: random.Random, name: str) -> float:
    gone = archive.model.withdrawn()
    if len(gone) > 20 or (gone and chance.random() < 0.4):
        with archive.model.held(chance.sample(gone, min(3, len(gone)))) as names:
            for each in names:
                intent = Intent(withdrawing={each: False})
                archive.change(intent, chance, "withdrawals", "undo", each, "--reason", "rút nhầm")
        return 3.0
    with archive.model.taking(chance.randint(1, 4), chance, there=True) as names:
        for each in names:
            intent = Intent(withdrawing={each: True})
            archive.change(intent, chance, "withdraw", each, "--reason", "thử nghiệm")
    return 3.0


Step = Callable[[Archive, random.Random, str], float]
WRITERS: dict[str, Step] = {
    "adder 1": _adder,
    "adder 2": _adder,
    "remover": _remover,
    "rebuilder": _rebuilder,
    "withdrawer": _withdrawer,
}


def keep_writing(archive: Archive, name: str, seed: str) -> None:
    """Take one step after the other until the soak ends."""
    chance, step = random.Random(seed), WRITERS[name]
    while not archive.gate.ended.is_set():
        with archive.gate.writing() as going:
            if not going:
                return
            most = step(archive, chance, name.replace(" ", "-"))
        pause(archive.gate, chance, most)
