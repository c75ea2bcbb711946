"""A watch finds what is new while others write, and ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.whoosh_engine import open_writer
from indexer.cli import main
from tests.crawl.following import Follower, expected
from tests.crawl.misbehaving_portal import portal


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


@contextmanager
def watching(follower: Follower) -> Iterator[subprocess.Popen[bytes]]:
    process = follower.start("sync", "--watch")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finds(follower: Follower, word: str) -> bool:
    found = CliRunner().invoke(main, ["--home", str(follower.home), "search", "--json", word])
    return found.exit_code == 0 and json.loads(found.stdout)["total"] == 1


def finds_of_publisher(follower: Follower, name: str) -> int:
    found = CliRunner().invoke(main, ["--home", str(follower.home), "search", "--json", "--publisher", name, "mốc*"])
    return int(json.loads(found.stdout)["total"]) if found.exit_code == 0 else 0


def test_what_is_new_is_found_beside_other_writers_and_sources_come_and_go(follower: Follower, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with portal(10) as shown:
        follower.follow(f"{shown.address}/rss.xml")
        with watching(follower) as process:
            wait_for(lambda: finds(follower, "mốc3x1"))
            with closing(open_writer(follower.home / "index")):
                shown.add(10)
                wait_for(lambda: 10 in follower.stored())
                time.sleep(1)
                assert not finds(follower, "mốc10x1"), "somebody else holds the index"
            wait_for(lambda: finds(follower, "mốc10x1"))
            follower.run("sources", "add", str(inbox), "--every", "0.2s")
            (inbox / "bai.jsonl").write_text('{"title": "Bài bỏ vào", "body": "Chữ riêng mốc77x1 ở đây."}\n', "utf-8")
            wait_for(lambda: finds(follower, "mốc77x1"))
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        assert follower.indexed() == {**expected(shown), 77: 1}


def test_rules_file_that_is_put_there_meanwhile_reads_the_stored_pages_anew(follower: Follower) -> None:
    folder = follower.home / "portals"
    folder.mkdir(parents=True)
    with portal(3) as shown:
        follower.follow(f"{shown.address}/rss.xml")
        with watching(follower) as process:
            wait_for(lambda: finds(follower, "mốc2x1"))
            assert not finds_of_publisher(follower, "Báo Mây Núi")
            (folder / "sai.toml").write_text('titel = "h1"\n', "utf-8")
            (folder / "may-nui.toml").write_text('hosts = ["127.0.0.1"]\npublisher = "Báo Mây Núi"\n', "utf-8")
            wait_for(lambda: finds_of_publisher(follower, "Báo Mây Núi") == 3)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
    assert "sai.toml: titel: there is no such key" in str(said), "a watch tells it as it comes"


def test_one_sync_runs_at_a_time(follower: Follower) -> None:
    with portal(5) as shown:
        follower.follow(f"{shown.address}/rss.xml")
        with watching(follower):
            wait_for((follower.home / "sync.lock").exists)
            wait_for(lambda: finds(follower, "mốc3x1"))
            refused = follower.run("sync", code=75)
        assert "another timtin sync is at work" in refused.stderr
        follower.run("sync")


def test_a_watch_is_without_limit(follower: Follower) -> None:
    assert "--limit is for one round" in follower.run("sync", "--watch", "--limit", "3", code=2).stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_round_that_is_told_to_end_indexes_what_it_has(follower: Follower, number: int) -> None:
    with portal(100) as shown:
        follower.follow(f"{shown.address}/rss.xml", "--delay", "0.05s")
        process = follower.start("sync")
        wait_for(lambda: len(shown.sent) >= 5)
        process.send_signal(number)
        assert process.wait(30) == 0
        process.communicate()
        stored = follower.stored()
        assert 3 <= len(stored) < 100
        assert follower.indexed() == stored
