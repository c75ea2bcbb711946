"""The examples of docs/api.md run as they stand, print what is told, and ask for the same in every language.

So do those of the page `/api/docs`. Only the host is another: a service of the tests over the sample pages.
"""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from index.analysis.chain import Analyzer
from index.article import Article
from index.keys import KeyFile
from index.query import MatchAll, SearchRequest, Sort
from index.whoosh_engine import open_searcher
from service import create_app
from service.openapi_operations import OPERATIONS
from service.settings import Settings
from tests.docs import powershell
from tests.docs.asked import Listening
from tests.docs.curl import SERVICE
from tests.docs.markdown import blocks
from tests.serving import serving

ROOT = Path(__file__).parents[2]
LANGUAGES = ("sh", "python", "powershell")
NEEDED = {"sh": ("sh", "curl", "jq"), "python": (), "powershell": ("pwsh",)}
LIMIT = 60
"""Requests a minute: a second of the client's queue each."""


def tasks() -> dict[str, str]:
    section = (ROOT / "docs" / "api.md").read_text("utf-8").split("\n## Examples\n")[1]
    assert "\n## " not in section
    parts = re.split(r"^### (.*)\n", section, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


TASKS = tasks()


def example(task: str, language: str) -> str:
    [code] = blocks(TASKS[task], language)
    return code


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture(scope="module")
def key(samples_home: Path) -> str:
    return KeyFile(Settings(home=samples_home).keys_file, tell=print).add("examples", datetime.now(UTC))


@pytest.fixture(scope="module")
def articles(samples_home: Path) -> list[Article]:
    searcher = open_searcher(samples_home / "index")
    hits = searcher.search(SearchRequest(MatchAll(), sort=Sort.ID, limit=200)).hits
    searcher.close()
    return [hit.article for hit in hits]


@pytest.fixture
def listening(samples_home: Path, analyzer: Analyzer) -> Listening:
    """The service as it is set up by default but for the limit, with nobody waiting."""
    return Listening(create_app(Settings(home=samples_home, rate_limit=LIMIT), analyzer=analyzer))


@contextmanager
def keep_waiting(listening: Listening) -> Iterator[None]:
    """Have this machine ask so often that the next seconds' requests are refused."""
    listening._application.extensions["rate_limit"].count("127.0.0.1", 18)  # type: ignore[attr-defined]
    yield
    assert listening.statuses[0] == 429
    assert listening.statuses[-1] == 200


def run(code: str, language: str, folder: Path, key: str) -> str:
    missing = [program for program in NEEDED[language] if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not here: examples in {language} can't be run")
    commands = {"sh": ["sh", "-ec"], "python": [sys.executable, "-c"], "powershell": ["pwsh", "-NoProfile", "-Command"]}
    direct = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = {**direct, "TIMTIN_KEY": key, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [*commands[language], code], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_an_example_prints_what_is_told(
    task: str, language: str, listening: Listening, tmp_path: Path, key: str, articles: list[Article]
) -> None:
    code = example(task, language)
    [told] = blocks(TASKS[task], "text")
    with serving(listening) as address:
        code = code.replace(f"http://{SERVICE}", address)
        if "too often" in task:
            with keep_waiting(listening):
                printed = run(code, language, tmp_path, key)
        else:
            printed = run(code, language, tmp_path, key)
    assert printed.splitlines() == told.splitlines()
    check_files(tmp_path, articles)
    if language != "powershell":
        assert listening.asked == powershell.asked(example(task, "powershell"))
        assert bool(listening.cursors) == ("['cursor'] = " in example(task, "powershell"))


def check_files(folder: Path, articles: list[Article]) -> None:
    """Look at what an example wrote, if anything."""
    harvest, table = folder / "articles.ndjson", folder / "rung.csv"
    if harvest.exists():
        hits = [json.loads(line) for line in harvest.read_text("utf-8").splitlines()]
        assert [(hit["id"], hit["body"]) for hit in hits] == [(each.id, each.body) for each in articles]
    if table.exists():
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert {row["id"] for row in rows} < {each.id for each in articles}
        assert len(rows) >= 2


@pytest.mark.parametrize("task", TASKS)
def test_every_task_is_told_in_every_language(task: str) -> None:
    assert [len(blocks(TASKS[task], language)) for language in (*LANGUAGES, "text")] == [1, 1, 1, 1]
    asked = powershell.asked(example(task, "powershell"))
    assert asked
    for each in asked:
        assert f"http://{SERVICE}{each.path}" in example(task, "sh")


def test_every_address_of_the_api_has_an_example() -> None:
    asked = {each.path for task in TASKS for each in powershell.asked(example(task, "powershell"))}
    for operation in OPERATIONS:
        if operation.name != "meant":
            assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.path), path) for path in asked)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_examples_of_the_page_run_and_ask_for_the_same(
    operation, samples_home: Path, analyzer: Analyzer, tmp_path: Path, key: str
) -> None:
    listening = Listening(create_app(Settings(home=samples_home, rate_limit=0), analyzer=analyzer))
    asked = {}
    with serving(listening) as address:
        page = urlopen(f"{address}/api/docs").read().decode()
        for language, label in (("sh", "curl"), ("python", "python"), ("powershell", "powershell")):
            shown = re.search(rf'aria-labelledby="{operation.name}-{label}"><code>(.*?)</code>', page, re.DOTALL)
            assert shown is not None
            code = html.unescape(shown[1])
            if language == "powershell":
                asked[language] = powershell.asked(code)
            elif language == "python" or shutil.which("curl"):
                listening.asked.clear()
                listening.statuses.clear()
                assert run(code, "python" if language == "python" else "sh", tmp_path, key)
                assert listening.statuses == [200]
                asked[language] = set(listening.asked)
    assert len({frozenset(each) for each in asked.values()}) == 1
