"""What is in deploy/ is what the documents say and the program needs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from indexer.cli import main
from tests.docs.markdown import blocks

ROOT = Path(__file__).parents[2]
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def instructions(name: str) -> list[str]:
    """Give the arguments of each instruction of a name."""
    return re.findall(rf"^{name} (.*)$", CONTAINER.replace("\\\n", " "), re.MULTILINE)


def copied() -> set[str]:
    """Name what comes from the project."""
    return {name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]}


def test_the_unit_file_is_the_one_shown() -> None:
    unit, nightly = blocks(OPERATIONS, "ini")
    assert (ROOT / "deploy" / "timtin.service").read_text("utf-8") == unit
    assert (ROOT / "deploy" / "timtin-reconcile.service").read_text("utf-8") == nightly


def test_what_the_container_copies_is_there_and_is_all_that_it_is_given() -> None:
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied() == given
    assert all((ROOT / name).exists() for name in given)


def test_the_container_holds_all_that_the_package_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]) <= copied()


def test_the_container_starts_the_service_as_the_unit_does() -> None:
    unit, _ = blocks(OPERATIONS, "ini")
    started = re.search(r"^ExecStart=\S+/(gunicorn .*)$", unit, re.MULTILINE)
    assert started is not None
    [command] = instructions("CMD")
    assert " ".join(json.loads(command)).replace("0.0.0.0", "127.0.0.1") == started[1]


def test_the_container_does_not_run_as_root_and_its_python_is_one_that_the_locks_are_for() -> None:
    assert instructions("USER") == ["timtin"]
    assert all(re.search(r"python:3\.1[123]-slim|^built$", line.partition(" AS ")[0]) for line in instructions("FROM"))


def test_the_unit_file_of_the_sync_is_the_one_shown() -> None:
    [unit] = blocks((ROOT / "docs" / "crawling.md").read_text("utf-8"), "ini")
    assert (ROOT / "deploy" / "timtin-sync.service").read_text("utf-8") == unit


@pytest.mark.parametrize("name", ["reconcile", "backup"])
def test_what_happens_every_night_is_a_command_that_can_be_typed(name: str) -> None:
    service = (ROOT / "deploy" / f"timtin-{name}.service").read_text("utf-8")
    started = re.search(r"^ExecStart=\S+/timtin (.*)$", service, re.MULTILINE)
    assert started is not None
    assert started[1] in OPERATIONS
    name_of_command, *words = shlex.split(started[1])
    main.commands[name_of_command].make_context(name_of_command, words)
    written = re.search(r"^ReadWritePaths=(.*)$", service, re.MULTILINE)
    assert written is not None
    home = re.search(r"^Environment=TIMTIN_HOME=(\S+)$", service, re.MULTILINE)
    assert home is not None
    assert home[1] in written[1].split()
    assert f"timtin-{name}.timer" in OPERATIONS


def test_the_units_run_as_the_two_users_that_the_document_makes() -> None:
    users = {
        path.stem: re.findall(r"^User=(.*)$", path.read_text("utf-8"), re.MULTILINE)
        for path in (ROOT / "deploy").glob("*.service")
    }
    assert users.pop("timtin") == ["timtin"], "the one that serves"
    assert {user for named in users.values() for user in named} == {"timtin-writer"}
    made = re.findall(r"^useradd .* (\S+)$", OPERATIONS, re.MULTILINE)
    assert made == ["timtin", "timtin-writer"]


def test_make_serve_puts_no_samples_into_an_archive_that_is_there(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    (tmp_path / "articles.db").touch()
    # -o: the environment is as it is, nothing is to be installed.
    command = ["make", "-s", "-o", ".venv/.runtime", f"TIMTIN_HOME={tmp_path}", f"{tmp_path}/index/CURRENT"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "Nothing is indexed yet: timtin sync\n"
    assert (tmp_path / "articles.db").stat().st_size == 0


def test_make_serve_puts_no_samples_into_a_cluster(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    command = ["make", "-s", "-o", ".venv/.runtime", f"TIMTIN_HOME={tmp_path}", f"{tmp_path}/index/CURRENT"]
    environ = {**os.environ, "TIMTIN_ENGINE": "opensearch", "TIMTIN_OPENSEARCH_URL": "http://127.0.0.1:9"}
    told = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert told.stdout == "TIMTIN_ENGINE names no embedded engine: no sample pages are added\n"
    assert not list(tmp_path.iterdir())


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    # What a unit starts and who it runs as are of the machine that it is made for.
    for unit in (*(ROOT / "deploy").glob("*.service"), *(ROOT / "deploy").glob("*.timer")):
        text = unit.read_text("utf-8")
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        text = re.sub(r"^(User|WorkingDirectory)=.*\n", "", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text, "utf-8")
    units = sorted(str(path) for path in tmp_path.iterdir())
    told = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    wrong = [line for line in told.stderr.splitlines() if str(tmp_path) in line or "timtin" in line]
    assert wrong == []
