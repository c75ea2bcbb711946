"""What doesn't fit is refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.engine import Engine
from index.whoosh_engine import open_searcher, open_writer, withhold
from indexer.archive import Archive
from indexer.cli import main
from indexer.disk_space import (
    BUILDING,
    RESERVE,
    NoRoom,
    free_bytes,
    index_bytes,
    indexed_bytes,
    must_have_room,
    must_have_room_to_add,
    must_have_room_to_rebuild,
)
from indexer.pipeline import add, rebuild
from indexer.raw_page import RawPage
from tests.faults.patient import fill, small_disk
from tests.unit.indexer.conftest import row


@pytest.fixture
def archive(tmp_path: Path, clock: Callable[[], datetime]) -> Archive:
    archive = Archive(tmp_path / "home", Engine(open_writer, open_searcher, withhold))
    add(archive, articles(50), clock)
    return archive


def articles(count: int) -> Iterable[RawPage]:
    return [row(f'{{"id": "a{n}", "title": "Bến sông {n}", "body": "{"khoai lang " * 200}"}}') for n in range(count)]


def test_what_is_free_is_asked_of_the_disk_also_for_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path / "not" / "yet") <= free_bytes(tmp_path) * 2


def test_both_figures_and_the_remedy_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoRoom) as refused:
        must_have_room(tmp_path, 50_000_000, "making tea", lambda folder: 3_000_000)
    assert str(refused.value) == (
        f"making tea needs 55 MB in {tmp_path}, and 3 MB are free: make room and run the command again; "
        "nothing was written"
    )
    must_have_room(tmp_path, 50_000_000, "making tea", lambda folder: 50_000_000 + RESERVE)


def test_a_rebuild_writes_no_more_than_was_estimated(archive: Archive, clock: Callable[[], datetime]) -> None:
    estimated = index_bytes(archive, archive.articles.stat().st_size)
    assert estimated >= BUILDING * indexed_bytes(archive) > 0
    before = indexed_bytes(archive)
    rebuild(archive, clock)
    assert indexed_bytes(archive) <= estimated
    assert indexed_bytes(archive) == pytest.approx(before, rel=0.2)


def test_without_an_index_the_store_tells_what_is_needed(tmp_path: Path) -> None:
    empty = Archive(tmp_path / "none", Engine(open_writer, open_searcher, withhold))
    assert indexed_bytes(empty) == 0
    assert index_bytes(empty, 1_000_000) == int(BUILDING * 1.5 * 1_000_000)


def test_adding_needs_room_to_merge_and_a_rebuild_for_a_second_index(archive: Archive) -> None:
    size = indexed_bytes(archive)
    must_have_room_to_add(archive, lambda folder: RESERVE + size)
    with pytest.raises(NoRoom, match="adding articles needs"):
        must_have_room_to_add(archive, lambda folder: RESERVE)
    with pytest.raises(NoRoom, match="making the index anew needs"):
        must_have_room_to_rebuild(archive, lambda folder: RESERVE + size)


def test_on_a_full_disk_commands_end_before_they_write_and_can_be_told_to_begin_all_the_same(tmp_path: Path) -> None:
    def run(*args: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(disk / "home"), *args])

    disk, rows = tmp_path / "disk", tmp_path / "rows.jsonl"
    rows.write_text('{"id": "a", "title": "Bến sông", "body": "khoai lang"}\n', "utf-8")
    with small_disk(disk, 24_000_000) as mounted:
        if not mounted:
            pytest.skip("no disk may be mounted here")
        assert run("add", str(rows)).exit_code == 0
        there = sorted((disk / "home").rglob("*"))
        fill(disk / "ballast", 2_000_000)
        for args in (("add", str(rows)), ("rebuild",)):
            refused = run(*args)
            assert refused.exit_code == 1
            assert "needs 5 MB in" in refused.stderr
            assert "and 2 MB are free: make room" in refused.stderr
            assert sorted((disk / "home").rglob("*")) == there
            assert run(*args, "--no-space-check").exit_code == 0
            there = sorted((disk / "home").rglob("*"))
        (disk / "ballast").unlink()
        assert run("rebuild").exit_code == 0
