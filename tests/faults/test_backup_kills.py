"""Backups and restores killed at any moment: a backup that has its name is whole, an archive is the old or the new
one."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from indexer.backup_folder import backups_in, verify_bytes
from indexer.store import ArticleStore
from tests.faults.patient import Patient
from tests.faults.writing_process import duration, killed

KILLS = 4


def publishers(home: Path) -> set[str | None]:
    """Give what the articles of a store say by their publishers; every one must be readable."""
    with ArticleStore.open(home / "articles.db", read_only=True) as store:
        assert store.damages() == []
        return {getattr(found, "publisher", "unreadable") for found in store.verified()}


def test_a_backup_killed_at_any_moment_is_whole_or_not_there(tmp_path: Path) -> None:
    patient, folder = Patient(tmp_path, articles=150), tmp_path / "kept"
    seconds = duration(patient.home, "backup", str(tmp_path / "timed"))
    chance = random.Random(5)
    for _ in range(KILLS):
        killed(patient.home, "backup", str(folder), after=chance.uniform(0, seconds))
        for backup in backups_in(folder) if folder.exists() else ():
            assert verify_bytes(backup).articles == 150
            shutil.rmtree(backup)  # the next one may begin in the same second
    assert patient.run("backup", str(folder)).exit_code == 0
    assert not [path for path in folder.iterdir() if path.name.startswith(".timtin-2")]
    assert patient.is_well()


def test_a_restore_killed_at_any_moment_leaves_the_old_archive_or_the_new_one(tmp_path: Path) -> None:
    patient = Patient(tmp_path, articles=150)
    assert patient.run("backup", str(tmp_path / "kept")).exit_code == 0
    [backup] = backups_in(tmp_path / "kept")
    command = ("restore", "--replace", "--no-index", str(backup))
    patient.add(patient.rows(1))
    seconds = duration(patient.home, *command)
    assert publishers(patient.home) == {"Báo Lứa 0"}
    chance = random.Random(1)
    for _ in range(KILLS):
        patient.add(patient.rows(1))
        killed(patient.home, *command, after=chance.uniform(0, seconds))
        assert publishers(patient.home) in ({"Báo Lứa 0"}, {"Báo Lứa 1"})
        for kept in patient.home.glob("replaced-*"):
            shutil.rmtree(kept)  # the next one may begin in the same second
        assert patient.run("add", str(patient.rows(2, 150, 5))).exit_code == 0
        assert patient.run("check").stdout == "All is well.\n"
        assert patient.run("remove", *(f"{number:06}" for number in range(150, 155))).exit_code == 0
    result = patient.run("restore", "--replace", str(backup))
    assert result.exit_code == 0
    assert publishers(patient.home) == {"Báo Lứa 0"}
    assert patient.is_well()
    assert not (patient.home / ".restoring").exists()
