"""What breaks while indexing: kills, full disks, damaged files. Nothing of it loses what was stored."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.ingest import BATCH
from indexer.store import ArticleStore, Unsound

TIMTIN = [sys.executable, "-c", "from indexer.cli import main; main()"]


def write_rows(path: Path, count: int, words: int = 60) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            body = " ".join(f"dòng {number} chữ {word}" for word in range(words))
            stream.write(json.dumps({"id": f"{number:06}", "title": f"Bài số {number}", "body": body}) + "\n")
    return path


def timtin(home: Path, *args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TIMTIN, "--home", str(home), *args], capture_output=True, text=True, timeout=250, check=False, **options
    )


def killed_while_storing(home: Path, rows: Path) -> None:
    """Start to add, and kill the process when some batches are in the store."""
    process = subprocess.Popen(
        [*TIMTIN, "--home", str(home), "add", str(rows)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            if _stored(home) >= 2 * BATCH:
                break
            time.sleep(0.02)
        assert process.poll() is None, "the process ended before it could be killed"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _stored(home: Path) -> int:
    if not (home / "articles.db").exists():
        return 0
    try:
        with ArticleStore.open(home / "articles.db", read_only=True) as store:
            return store.count()
    except Exception:  # noqa: BLE001 -- the file may just be being laid out
        return 0


def unsound(store: ArticleStore) -> list[str]:
    """Give what is wrong with a store."""
    return [*store.damages(), *(found.problem for found in store.verified() if isinstance(found, Unsound))]


def test_killed_add_leaves_whole_batches_and_the_next_command_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    rows = write_rows(tmp_path / "rows.jsonl", 12 * BATCH, words=20)

    killed_while_storing(home, rows)

    with ArticleStore.open(home / "articles.db", read_only=True) as store:
        stored = store.count()
        assert unsound(store) == []
    assert stored >= 2 * BATCH
    assert stored % BATCH == 0
    few = write_rows(tmp_path / "few.jsonl", 10)
    report = json.loads(timtin(home, "add", "--json", str(few)).stdout)
    assert (report["unchanged"] + report["changed"], report["new"]) == (10, 0)
    assert report["indexed"] >= stored
    check = timtin(home, "check")
    assert (check.returncode, check.stdout) == (0, "All is well.\n")


@pytest.fixture
def _heeded() -> Iterator[None]:
    """Let programs started here heed an interrupt: what runs in the background of a shell ignores it, and so would
    they."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heeded")
def test_interrupted_add_says_so_and_keeps_what_was_stored(tmp_path: Path) -> None:
    home = tmp_path / "home"
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*TIMTIN, "--home", str(home), "add", "-", "--format", "jsonl"],
        stdin=reader,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(reader)
    with os.fdopen(writer, "wb") as stream:
        for number in range(BATCH + 5):
            stream.write(b'{"id": "%d", "title": "T", "body": "B"}\n' % number)
        stream.flush()
        deadline = time.monotonic() + 60
        while _stored(home) < BATCH and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told.endswith("Interrupted. What was stored is kept; the same command goes on where it stopped.\n")
    assert "Traceback" not in told
    assert _stored(home) == BATCH


def test_second_add_at_the_same_time_exits_with_75(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = subprocess.Popen(
        [*TIMTIN, "--home", str(home), "add", "-", "--format", "jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not (home / "articles.db").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        second = timtin(home, "add", str(write_rows(tmp_path / "rows.jsonl", 1)))
    finally:
        first.communicate(b"")

    assert second.returncode == 75
    assert "another process is writing" in second.stderr
    assert "Traceback" not in second.stderr
    assert first.returncode == 0


def test_full_disk_is_a_message_and_whole_batches_stay(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert timtin(home, "add", str(write_rows(tmp_path / "few.jsonl", 10))).returncode == 0
    before = (home / "articles.db").stat().st_size
    rows = write_rows(tmp_path / "rows.jsonl", 3 * BATCH, words=200)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (before + 400_000, before + 400_000))

    result = timtin(home, "add", str(rows), preexec_fn=limited)

    assert result.returncode == 1
    assert "articles.db can't be used" in result.stderr
    assert "Traceback" not in result.stderr
    with ArticleStore.open(home / "articles.db") as store:
        assert unsound(store) == []
        assert store.count() % BATCH == 10


def test_disk_that_fills_while_the_index_is_made_keeps_articles_and_report(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert timtin(home, "add", str(write_rows(tmp_path / "rows.jsonl", 150, words=1200))).returncode == 0
    shutil.rmtree(home / "index")
    stored = (home / "articles.db").stat().st_size

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (stored + 100_000, stored + 100_000))

    few = tmp_path / "few.jsonl"
    few.write_text('{"id": "few", "title": "T", "body": "B"}\n[]\n', "utf-8")
    result = timtin(home, "add", "--json", str(few), preexec_fn=limited)

    assert result.returncode == 3
    report = json.loads(result.stdout)
    assert (report["new"], len(report["rejected"])) == (1, 1)
    assert str(home / "index") in report["index_problem"]
    assert "make room" in report["index_problem"]
    assert "Traceback" not in result.stderr
    assert timtin(home, "add", str(few)).returncode == 0
    assert timtin(home, "check").stdout == "All is well.\n"


@pytest.mark.parametrize("damage", ["empty", "cut", "noise"])
def test_damaged_store_is_a_message(tmp_path: Path, damage: str) -> None:
    home = tmp_path / "home"
    timtin(home, "add", str(write_rows(tmp_path / "rows.jsonl", 300)))
    path = home / "articles.db"
    content = path.read_bytes()
    middle = len(content) // 2
    broken = {
        "empty": b"",
        "cut": content[:middle],
        "noise": content[:8192] + bytes(byte ^ 0x5A for byte in content[8192:middle]) + content[middle:],
    }
    path.write_bytes(broken[damage])

    result = timtin(home, "check")

    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    assert "articles.db" in result.stdout + result.stderr


def test_home_that_cannot_be_made_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = timtin(tmp_path / "file" / "home", "add", str(write_rows(tmp_path / "rows.jsonl", 1)))

    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


def test_line_of_50_megabytes_is_rejected_without_being_held(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    with rows.open("wb") as stream:
        stream.write(b'{"title": "T", "body": "')
        for _ in range(50):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n{"id": "good", "title": "T", "body": "B"}\n')
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom indexer.sources import read_sources\n"
        "items = list(read_sources([sys.argv[1]]))\n"
        # the peak of this program alone: getrusage counts that of the process it was forked from, too
        "print(len(items), re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )

    shown = subprocess.run(
        [sys.executable, "-c", code, str(rows)], capture_output=True, text=True, check=True
    ).stdout.split()

    assert shown[0] == "2"
    assert int(shown[1]) < 100_000
