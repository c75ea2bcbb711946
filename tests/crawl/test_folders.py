"""Folders: each version of a file once, when it stands still."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.crawl.folders import STANDS_STILL, Folder
from indexer.crawl.source import Source, SourceKind
from indexer.crawl.tally import Tally
from indexer.store.crawl_state import CrawlState
from tests.crawl.following import Follower

ROW = '{{"title": "Bài số {n}", "body": "Nội dung có mốc{n}x{v} để nhận ra."}}\n'


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "Hộp thư"
    folder.mkdir()
    return folder


def write(path: Path, *rows: tuple[int, int]) -> None:
    path.write_text("".join(ROW.format(n=number, v=version) for number, version in rows), "utf-8")


def test_files_are_read_once_each_version(follower: Follower, inbox: Path) -> None:
    write(inbox / "a.jsonl", (1, 1), (2, 1))
    (inbox / ".nhap.jsonl").write_text("{", "utf-8")
    (inbox / "ghi chu.pdf").write_bytes(b"%PDF")
    follower.run("sources", "add", str(inbox), "--name", "hộp thư")
    assert told(follower) == counts(found=1, new=2, asked=1)
    assert told(follower) == counts()
    write(inbox / "a.jsonl", (1, 1), (2, 1), (3, 1))
    assert told(follower) == counts(new=1, unchanged=2, asked=1)
    assert follower.indexed() == {1: 1, 2: 1, 3: 1}


def counts(**told: int) -> dict[str, object]:
    names = ("found", "new", "changed", "unchanged", "gone", "failed", "refused", "rejected", "asked")
    return {**dict.fromkeys(names, 0), **told}


def told(follower: Follower) -> dict[str, object]:
    fields = follower.sync()["hộp thư"]
    return {name: value for name, value in fields.items() if name not in ("name", "notices", "next_run")}


def test_web_pages_and_bad_rows_of_a_folder_cost_only_themselves(follower: Follower, inbox: Path) -> None:
    write(inbox / "a.jsonl", (1, 1))
    with (inbox / "a.jsonl").open("a") as rows:
        rows.write("{gãy\n")
    follower.run("sources", "add", str(inbox), "--name", "hộp thư")
    told = follower.sync()["hộp thư"]
    assert (told["new"], told["rejected"]) == (1, 1)
    assert "a.jsonl:2: this is not JSON" in told["notices"][0]


def test_a_file_that_is_being_written_is_waited_for(inbox: Path, tmp_path: Path) -> None:
    folder = Folder(Source("hộp thư", SourceKind.FOLDER, str(inbox)))
    tally = Tally()
    with CrawlState.open(tmp_path / "articles.db") as state:
        write(inbox / "a.jsonl", (1, 1))
        assert folder.ready(state, 100.0, tally) == ([], True)
        write(inbox / "a.jsonl", (1, 1), (2, 1))
        assert folder.ready(state, 100.0 + STANDS_STILL, tally) == ([], True)
        [page], waiting = folder.ready(state, 100.0 + 2 * STANDS_STILL, tally)
        assert (page.address, waiting) == (f"file:{inbox / 'a.jsonl'}", False)
        os.unlink(inbox / "a.jsonl")
        assert folder.ready(state, 200.0, tally) == ([], False)
        assert not folder.seen


def test_a_folder_that_is_not_there_is_a_mistake(follower: Follower, tmp_path: Path) -> None:
    told = follower.run("sources", "add", str(tmp_path / "nowhere"), code=2)
    assert "there is no folder" in told.stderr


def test_a_name_that_is_no_text_and_one_that_moves_the_cursor_are_read_and_told(
    follower: Follower, inbox: Path
) -> None:
    write(inbox / os.fsdecode(b"b\xff.jsonl"), (1, 1))
    (inbox / "x\nRejected \x1b[2J.txt").write_text("Không có thân bài", "utf-8")
    follower.run("sources", "add", str(inbox), "--name", "hộp thư")

    told = follower.sync()["hộp thư"]

    assert (told["new"], told["rejected"]) == (1, 1)
    assert told["notices"][0].startswith(f"{inbox}/x\\x0aRejected \\x1b[2J.txt: ")
    assert follower.indexed() == {1: 1}


def test_a_pipe_and_a_file_that_vanishes_keep_nobody_waiting(follower: Follower, inbox: Path) -> None:
    write(inbox / "a.jsonl", (1, 1))
    os.mkfifo(inbox / "ong.jsonl")
    os.symlink(inbox / "đã mất.txt", inbox / "lien.txt")
    follower.run("sources", "add", str(inbox), "--name", "hộp thư")

    told = follower.sync()["hộp thư"]

    assert (told["new"], told["rejected"]) == (1, 1)
    assert told["notices"] == [f"{inbox}/ong.jsonl: this is no regular file"]
