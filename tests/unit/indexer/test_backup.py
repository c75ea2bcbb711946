"""Backups: whole or not there, of one moment; restoring them touches nothing before they are verified."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.whoosh_engine import open_writer
from indexer.archive import Archive
from indexer.backup import back_up, drop_older
from indexer.backup_folder import BackupUnusable, backups_in, read_manifest, verify_bytes
from indexer.cli import main
from indexer.cli_context import Settings
from indexer.disk_space import RESERVE, NoRoom
from indexer.store import ArticleStore, StoreDamaged, StoreLocked, copy_store

NIGHT = datetime(2026, 11, 26, 3, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    def invoke(*args: str, at: Path = home, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(at), *args], input=stdin)

    return invoke


@pytest.fixture
def archive(home: Path, run: Run) -> Archive:
    """An archive of three articles, with lists beside it."""
    add(run, "ben", "cau", "doi")
    (home / "synonyms.txt").write_text("HTX = hợp tác xã\n", "utf-8")
    (home / "keys.txt").write_text("# none yet\n", "utf-8")
    (home / "keys.txt").chmod(0o640)
    (home / "portals").mkdir()
    (home / "portals" / "may-chieu.toml").write_text('title = "h1"\n', "utf-8")
    (home / "analytics.db").write_bytes(b"what people searched for")
    return Settings(home).archive()


def add(run: Run, *ids: str) -> None:
    rows = "".join(f'{{"id": "{each}", "title": "Chuyện ở {each}", "body": "khoai lang"}}\n' for each in ids)
    result = run("add", "-", "--format", "jsonl", stdin=rows)
    assert result.exit_code == 0, result.output


def made_in(folder: Path) -> Path:
    [backup] = backups_in(folder)
    return backup


def ids_in(home: Path) -> list[str]:
    with ArticleStore.open(home / "articles.db", read_only=True) as store:
        return list(store.ids())


def test_a_backup_holds_the_store_and_what_people_edit_and_nothing_of_what_they_searched_for(
    run: Run, archive: Archive, tmp_path: Path
) -> None:
    result = run("backup", str(tmp_path / "kept"), "--json")

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    backup = made_in(tmp_path / "kept")
    assert told["path"] == str(backup)
    assert told["articles"] == 3
    assert set(told["files"]) == {"articles.db", "keys.txt", "portals/may-chieu.toml", "synonyms.txt"}
    assert ids_in(backup) == ["ben", "cau", "doi"]
    assert (backup / "keys.txt").stat().st_mode & 0o777 == 0o640
    assert not [path for path in (tmp_path / "kept").iterdir() if path.name.endswith(".making")]
    assert verify_bytes(backup).articles == 3


def test_an_archive_comes_back_from_its_backup_with_index_and_lists(run: Run, archive: Archive, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "kept"))
    drill = tmp_path / "drill"

    result = run("restore", str(made_in(tmp_path / "kept")), at=drill)

    assert result.exit_code == 0
    assert "Restored 3 articles of" in result.stdout
    assert run("check", at=drill).stdout == "All is well.\n"
    assert "Tìm thấy 3 bài" in run("search", "khoai", at=drill).stdout
    for name in ("synonyms.txt", "keys.txt", "portals/may-chieu.toml"):
        assert (drill / name).read_bytes() == (archive.home / name).read_bytes()
    assert {path.name for path in drill.iterdir() if path.name.startswith(".")} == set()


def test_the_index_can_be_left_for_the_next_command(run: Run, archive: Archive, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "kept"))
    drill = tmp_path / "drill"

    assert "makes it anew" in run("restore", "--no-index", str(made_in(tmp_path / "kept")), at=drill).stdout
    assert run("check", at=drill).exit_code == 3
    assert run("rebuild", at=drill).exit_code == 0
    assert run("check", at=drill).exit_code == 0


def test_an_archive_that_is_there_is_replaced_only_when_asked_and_kept_beside(
    run: Run, archive: Archive, home: Path, tmp_path: Path
) -> None:
    run("backup", str(tmp_path / "kept"))
    backup = made_in(tmp_path / "kept")
    add(run, "ao")
    (home / "synonyms.txt").write_text("UBND = ủy ban nhân dân\n", "utf-8")

    refused = run("restore", str(backup))
    assert refused.exit_code == 2
    assert f"there is an archive in {home} already" in refused.stderr
    assert ids_in(home) == ["ao", "ben", "cau", "doi"]

    result = run("restore", "--replace", "--json", str(backup))
    assert result.exit_code == 0
    assert ids_in(home) == ["ben", "cau", "doi"]
    assert run("check").stdout == "All is well.\n"
    former = Path(json.loads(result.stdout)["replaced"])
    assert ids_in(former) == ["ao", "ben", "cau", "doi"]
    assert (former / "synonyms.txt").read_text("utf-8") == "UBND = ủy ban nhân dân\n"
    assert (home / "synonyms.txt").read_text("utf-8") == "HTX = hợp tác xã\n"
    assert not (former / "keys.txt").exists()


def test_a_list_in_an_empty_home_is_not_written_over(run: Run, archive: Archive, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "kept"))
    drill = tmp_path / "drill"
    drill.mkdir()
    (drill / "keys.txt").write_text("# other keys\n", "utf-8")

    result = run("restore", str(made_in(tmp_path / "kept")), at=drill)

    assert result.exit_code == 2
    assert "holds another keys.txt than the backup" in result.stderr
    assert not (drill / "articles.db").exists()


def test_a_damaged_store_is_replaced_too_with_what_lay_beside_it(
    run: Run, archive: Archive, home: Path, tmp_path: Path
) -> None:
    run("backup", str(tmp_path / "kept"))
    (home / "articles.db").write_bytes(b"no store at all" * 100)
    (home / "articles.db-wal").write_bytes(b"nor a log")

    result = run("restore", "--replace", "--json", str(made_in(tmp_path / "kept")))

    assert result.exit_code == 0, result.output
    former = Path(json.loads(result.stdout)["replaced"])
    assert (former / "articles.db").read_bytes().startswith(b"no store")
    assert run("check").stdout == "All is well.\n"


@pytest.mark.parametrize("name", ["articles.db", "synonyms.txt", "MANIFEST.json"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    run: Run, archive: Archive, home: Path, tmp_path: Path, name: str, harm: str
) -> None:
    run("backup", str(tmp_path / "kept"))
    path = made_in(tmp_path / "kept") / name
    content = path.read_bytes()
    middle = len(content) // 2
    if harm == "remove":
        path.unlink()
    else:
        rest = b"" if harm == "cut" else bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes(content[:middle] + rest)
    add(run, "ao")
    before = (home / "articles.db").read_bytes()

    result = run("restore", "--replace", str(path.parent))

    assert result.exit_code == 3
    assert name in result.stderr
    assert (home / "articles.db").read_bytes() == before
    assert ids_in(home) == ["ao", "ben", "cau", "doi"]


def test_a_manifest_that_names_files_elsewhere_is_refused(run: Run, archive: Archive, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "kept"))
    backup = made_in(tmp_path / "kept")
    manifest = backup / "MANIFEST.json"
    manifest.write_text(manifest.read_text().replace("synonyms.txt", "../elsewhere.txt"))
    with pytest.raises(BackupUnusable, match=r"checksum differs|names \.\./elsewhere\.txt"):
        read_manifest(backup)


def test_a_folder_that_is_no_backup_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    result = run("restore", str(tmp_path / "other"))
    assert result.exit_code == 3
    assert "is no backup (it has no MANIFEST.json) and holds none" in result.stderr


def test_a_folder_of_backups_stands_for_the_newest(run: Run, archive: Archive, tmp_path: Path) -> None:
    back_up(archive, tmp_path / "kept", NIGHT)
    add(run, "ao")
    back_up(archive, tmp_path / "kept", NIGHT + timedelta(days=1))
    assert run("restore", str(tmp_path / "kept"), at=tmp_path / "drill").exit_code == 0
    assert ids_in(tmp_path / "drill") == ["ao", "ben", "cau", "doi"]


def test_articles_written_meanwhile_are_not_waited_for_nor_half_in_the_copy(
    run: Run, archive: Archive, home: Path, tmp_path: Path
) -> None:
    """Another process commits between the steps of the copy: the copy is of the moment at which it was begun."""
    add(run, *(f"bai{number}" for number in range(3000)))
    stepped: list[int] = []

    def write_between(step: str, done: int, total: int | None) -> None:
        stepped.append(done)
        with closing(sqlite3.connect(home / "articles.db", timeout=0)) as other:
            other.execute("UPDATE articles SET deleted_at = '2026' WHERE id = ?", (f"bai{len(stepped)}",))
            other.commit()

    copy_store(archive.articles, tmp_path / "copy.db", write_between)

    assert stepped
    with ArticleStore.open(tmp_path / "copy.db", read_only=True) as copy:
        assert copy.count() == 3003
        assert copy.damages() == []
    assert len(ids_in(home)) == 3003 - len(stepped)
    assert not list(tmp_path.glob("copy.db-*"))


def test_only_the_newest_backups_are_kept_when_asked(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    made = [back_up(archive, folder, NIGHT + timedelta(days=day)) for day in range(4)]

    assert drop_older(made[-1], 2) == [made[0].path, made[1].path]

    assert backups_in(folder) == [made[2].path, made[3].path]
    assert [path.name for path in folder.iterdir() if path.name.startswith(".timtin-2")] == []


def test_backups_of_a_store_that_was_lost_are_not_pushed_out_by_those_of_its_successor(
    run: Run, archive: Archive, home: Path, tmp_path: Path
) -> None:
    lost = back_up(archive, tmp_path / "kept", NIGHT)
    for path in home.glob("articles.db*"):
        path.unlink()
    (home / "index").rename(tmp_path / "index-of-the-lost-store")
    add(run, "ao")

    newer = back_up(archive, tmp_path / "kept", NIGHT + timedelta(days=1))

    assert drop_older(newer, 1) == []
    assert backups_in(tmp_path / "kept") == [lost.path, newer.path]


def test_an_article_that_cannot_be_read_is_told_and_older_backups_stay(
    run: Run, archive: Archive, home: Path, tmp_path: Path
) -> None:
    back_up(archive, tmp_path / "kept", NIGHT)
    with closing(sqlite3.connect(home / "articles.db")) as database:
        database.execute("UPDATE articles SET fields = x'00' WHERE id = 'cau'")
        database.commit()

    result = run("backup", str(tmp_path / "kept"), "--keep", "1")

    assert result.exit_code == 3
    assert "1 article can't be read in the store (cau)" in result.stderr
    assert len(backups_in(tmp_path / "kept")) == 2
    assert run("restore", str(backups_in(tmp_path / "kept")[-1]), at=tmp_path / "drill").exit_code == 3
    assert run("restore", str(backups_in(tmp_path / "kept")[0]), at=tmp_path / "whole").exit_code == 0


def test_no_backup_is_made_of_a_damaged_store_and_nothing_is_left_behind(archive: Archive, tmp_path: Path) -> None:
    content = bytearray(archive.articles.read_bytes())
    content[5000:9000] = bytes(4000)
    for path in archive.home.glob("articles.db*"):
        path.unlink()
    archive.articles.write_bytes(bytes(content))
    with pytest.raises((StoreDamaged, BackupUnusable)):
        back_up(archive, tmp_path / "kept", NIGHT)
    assert not list(tmp_path.glob("kept/*timtin-2*"))


def test_nothing_is_begun_where_there_is_no_room(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match=r"the backup needs \d+ MB in .*, and 5 MB are free: make room"):
        back_up(archive, tmp_path / "kept", NIGHT, free=lambda folder: RESERVE + 10_000)
    assert not (tmp_path / "kept").exists()


def test_a_backup_is_never_written_over(archive: Archive, tmp_path: Path) -> None:
    first = back_up(archive, tmp_path / "kept", NIGHT)
    with pytest.raises(FileExistsError, match="already; try again in a second"):
        back_up(archive, tmp_path / "kept", NIGHT)
    assert backups_in(tmp_path / "kept") == [first.path]


def test_two_backups_at_once_into_one_folder_are_one_too_many(archive: Archive, tmp_path: Path) -> None:
    begun, ended = threading.Event(), threading.Event()

    def wait(step: str, done: int, total: int | None) -> None:
        begun.set()
        ended.wait(30)

    slow = threading.Thread(target=back_up, args=(archive, tmp_path / "kept", NIGHT, wait))
    slow.start()
    try:
        assert begun.wait(30)
        with pytest.raises(StoreLocked, match="another backup is being made"):
            back_up(archive, tmp_path / "kept", NIGHT + timedelta(days=1))
    finally:
        ended.set()
        slow.join()
    assert len(backups_in(tmp_path / "kept")) == 1


def test_what_a_killed_backup_has_left_is_removed_by_the_next(archive: Archive, tmp_path: Path) -> None:
    left = tmp_path / "kept" / ".timtin-20261125-030000.making"
    left.mkdir(parents=True)
    (left / "articles.db").write_bytes(b"half")

    back_up(archive, tmp_path / "kept", NIGHT)

    assert not left.exists()


def test_nothing_is_restored_while_another_writes(run: Run, archive: Archive, tmp_path: Path) -> None:
    backup = back_up(archive, tmp_path / "kept", NIGHT).path
    writer = open_writer(archive.index)
    try:
        assert run("restore", "--replace", str(backup)).exit_code == 75
    finally:
        writer.close()


def test_a_store_that_another_process_reads_is_not_replaced_under_it(
    run: Run, archive: Archive, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.store.copies.WAIT_SECONDS", 0.1)
    backup = back_up(archive, tmp_path / "kept", NIGHT).path
    with ArticleStore.open(archive.articles, read_only=True) as reader:
        assert reader.count() == 3
        result = run("restore", "--replace", str(backup))
        assert result.exit_code == 75
        assert reader.count() == 3
    assert run("check").stdout == "All is well.\n"


def test_a_backup_can_be_restored_from_where_nothing_may_be_written(run: Run, archive: Archive, tmp_path: Path) -> None:
    backup = back_up(archive, tmp_path / "kept", NIGHT).path
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(backup, copy)
    for path in (*copy.rglob("*"), copy):
        os.chmod(path, 0o555 if path.is_dir() else 0o444)
    assert run("restore", str(copy), at=tmp_path / "drill").exit_code == 0
    assert add_to(run, tmp_path / "drill").exit_code == 0


def add_to(run: Run, home: Path) -> Result:
    return run("add", "-", "--format", "jsonl", at=home, stdin='{"id": "ao", "title": "Ao làng", "body": "khoai"}\n')


def test_a_run_ends_without_waiting_for_whoever_reads_what_was_there_before(
    run: Run, archive: Archive, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a backup of a large store does. If it were waited for, this test would not end."""
    monkeypatch.setattr("indexer.store.schema.WAIT_SECONDS", 3600.0)
    with closing(sqlite3.connect(home / "articles.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        add(run, "ao")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        assert ids_in(home) == ["ao", "ben", "cau", "doi"]
    add(run, "hoa")
    assert sum(path.stat().st_size for path in home.glob("articles.db-wal")) == 0
    assert run("check").exit_code == 0
