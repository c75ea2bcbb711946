"""A store that is gone while its index is there is not begun anew by mistake: each command says what helps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    def invoke(*args: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(home), *args])

    return invoke


@pytest.fixture
def rows(tmp_path: Path) -> str:
    titles = {"ben": "Bến sông mùa cạn", "cau": "Cầu gỗ qua suối"}
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps({"id": id_, "title": it, "body": "Mưa."}) for id_, it in titles.items()))
    return str(path)


def lose(home: Path) -> None:
    for path in home.glob("articles.db*"):
        path.unlink()


def files(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "command",
    [
        ("add", "ROWS"),
        ("remove", "ben"),
        ("sync",),
        ("sources", "add", "FOLDER", "--kind", "folder"),
        ("backup", "FOLDER"),
        ("rebuild",),
        ("withdraw", "ben", "--reason", "Rút"),
        ("stats",),
        ("get", "ben"),
        ("check",),
        ("check", "--deep"),
        ("reconcile",),
    ],
)
def test_no_command_goes_on_without_the_store_of_its_index(
    run: Run, home: Path, rows: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert run("add", rows).exit_code == 0
    lose(home)
    before = files(home)
    named = {"ROWS": rows, "FOLDER": str(tmp_path)}

    result = run(*(named.get(word, word) for word in command))

    assert result.exit_code == 3
    assert (
        f"{home}/articles.db is gone, but there is an index of 2 articles: restore a backup with `timtin restore "
        f"--replace FOLDER`; to begin anew all the same, move {home}/index away"
    ) in result.output
    assert files(home) == before


def test_an_index_that_cannot_be_read_is_one_too(run: Run, home: Path, rows: str) -> None:
    run("add", rows)
    lose(home)
    for manifest in home.glob("index/*/MANIFEST.json"):
        manifest.unlink()

    result = run("add", rows)

    assert result.exit_code == 3
    assert "is gone, but there is an index, though it can't be read: restore" in result.stderr


def test_a_folder_with_a_list_of_the_withheld_only_is_no_index(run: Run, home: Path, rows: str) -> None:
    (home / "index").mkdir(parents=True)
    (home / "index/WRITER.lock").touch()
    (home / "index/WITHHELD").write_text("?")

    assert "there is no article store" in run("stats").stderr
    assert run("add", rows).exit_code == 0


def test_what_was_withdrawn_after_the_backup_stays_away_when_the_lost_store_is_restored(
    run: Run, home: Path, rows: str, tmp_path: Path
) -> None:
    run("add", rows)
    run("backup", str(tmp_path / "kept"))
    run("withdraw", "ben", "--reason", "Rút")
    lose(home)
    run("add", rows)

    assert run("restore", "--replace", str(tmp_path / "kept")).exit_code == 0
    assert json.loads(run("search", "mưa", "--json").stdout)["total"] == 1


def test_with_the_index_moved_away_everything_begins_anew(run: Run, home: Path, rows: str, tmp_path: Path) -> None:
    run("add", rows)
    lose(home)
    (home / "index").rename(tmp_path / "away")

    assert run("add", rows).exit_code == 0
    assert run("check").exit_code == 0
