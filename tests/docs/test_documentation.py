"""What the documents tell people to type can be typed, and what they list is all there is."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer import cli_context
from indexer.cli import main
from service.cursors import PlaceInOrder
from service.problems import PROBLEMS
from service.settings import Settings
from tests.docs.curl import SERVICE, curl
from tests.docs.markdown import blocks, code_spans, command_lines, documents, links, table

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.vi.md")
EXIT_CODES = {
    0,
    click.UsageError.exit_code,
    cli_context.REJECTED,
    cli_context.NOT_FOUND,
    cli_context.WRONG_INDEX,
    cli_context.TRY_AGAIN,
    cli_context.INTERRUPTED,
}
# Their files are the reader's own; what can't run here must still be a command that timtin knows.
OWN_FILES = (
    *("my-pages", "my-backup", "articles.jsonl", "articles.csv", "export.jsonl", "pages/"),
    *("--home next", "--home restored", "portal.example", "--watch"),
)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def parts_of_lines(program: str) -> list[tuple[str, str]]:
    """Give (document, command) for each call of a program in a shell block, pipelines taken apart."""
    found = []
    for path in documents(ROOT):
        for line in command_lines(path.read_text("utf-8")):
            for part in re.split(r"\s(?:\||&&)\s", line):
                if part.split()[0] == program:
                    found.append((path.relative_to(ROOT).as_posix(), part))
    return found


def test_both_readmes_give_the_same_commands() -> None:
    english, vietnamese = (read(name) for name in READMES)
    assert blocks(english, "sh") == blocks(vietnamese, "sh")
    assert blocks(english, "html") == blocks(vietnamese, "html")


def test_both_readmes_have_the_same_parts() -> None:
    english, vietnamese = (re.findall(r"^(#+) ", read(name), re.MULTILINE) for name in READMES)
    assert english == vietnamese


@pytest.mark.parametrize("path", documents(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not [target for target in links(text) if not (path.parent / target).exists()]


@pytest.mark.parametrize("path", documents(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_command_names_a_target(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):(?!=)", read("Makefile"), re.MULTILINE))
    text = path.read_text("utf-8")
    commands = [span for span in [*code_spans(text), *command_lines(text)] if span.startswith("make ")]
    named = {word for command in commands for word in command.split()[1:] if "=" not in word}
    assert named <= targets
    variables = {word.partition("=")[0] for command in commands for word in command.split() if "=" in word}
    assert variables <= set(re.findall(r"^(\w+)\s*\?=", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize(("document", "command"), parts_of_lines("timtin"))
def test_every_timtin_command_shown_can_be_typed(document: str, command: str) -> None:
    words = shlex.split(command)[1:]
    # click reads every option before it shows the help: an unknown command or option is an error all the same.
    told = CliRunner().invoke(main, [*words, "--help"])
    assert told.exit_code == 0, f"{document}: {told.output}"


@pytest.mark.parametrize("name", ["README.md", "docs/query-syntax.md"])
def test_the_commands_on_samples_run(name: str, samples_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(samples_home, tmp_path / "home")
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "TIMTIN_HOME": str(home), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    lines = [
        line
        for line in command_lines(read(name))
        if re.search(r"(^|\| )timtin ", line) and not any(own in line for own in OWN_FILES)
    ]
    assert lines
    for line in lines:
        done = subprocess.run(
            line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert "Không tìm thấy" not in done.stdout, line


@pytest.mark.parametrize(
    ("document", "command"), [found for found in parts_of_lines("curl") if found[0] != "docs/api.md"]
)
def test_every_curl_command_is_answered(document: str, command: str, client: FlaskClient) -> None:
    answer = curl(client, command)
    assert answer.status_code == 200
    if "/api/" in command:
        assert answer.get_json()["hits"]


def test_the_answer_shown_is_the_one_given(client: FlaskClient) -> None:
    document = read("docs/api.md")
    shown = json.loads(blocks(document, "json")[0])
    answer = curl(client, command_lines(document)[0]).get_json()
    for each in (shown, answer):
        # How long it took differs each time; a score is the ranking's own affair, and stands in the cursor too.
        assert PlaceInOrder.read(each["next_cursor"]).cursor.article_id == each["hits"][-1]["id"]
        each.update(took_ms=0, next_cursor="", hits=[{**hit, "score": 0} for hit in each["hits"]])
    assert shown == answer


def test_the_number_of_sample_pages_told_is_right() -> None:
    pages = len(list((ROOT / "samples" / "pages").glob("*.txt")))
    assert f" {pages} sample pages" in read("README.md")
    assert f" {pages} trang mẫu" in read("README.vi.md")


def test_the_first_hit_is_the_one_promised(client: FlaskClient) -> None:
    for name in READMES:
        below = read(name).split("\n```sh\ncurl ", 1)[1]
        promised = re.search(r"\*([^*]+)\*", below.split("```", 1)[1])
        first = command_lines(read(name))[4]
        assert promised is not None
        assert curl(client, first).get_json()["hits"][0]["title"] == promised.group(1)


def test_what_a_script_prints_of_an_answer_can_be_printed(client: FlaskClient) -> None:
    [line] = [line for line in command_lines(read("README.md")) if "| python3 -c" in line]
    command, _, script = line.partition(" | ")
    answer = curl(client, command)
    words = shlex.split(script)
    done = subprocess.run([sys.executable, *words[1:]], input=answer.data, capture_output=True, check=True)
    assert answer.get_json()["hits"][0]["title"] in done.stdout.decode()


def test_the_search_box_shown_asks_the_service(client: FlaskClient) -> None:
    [form] = blocks(read("README.md"), "html")
    action, name = re.findall(r'(?:action|name)="([^"]+)"', form)
    assert urlsplit(action).netloc == SERVICE
    assert "Chuyển đổi số ở xã" in re.sub(
        r"</?\w+>", "", client.get(urlsplit(action).path, query_string={name: "xã"}).text
    )


@pytest.mark.parametrize("name", READMES)
def test_the_settings_table_holds_every_setting_and_no_other(name: str) -> None:
    heading = "## Settings" if name == "README.md" else "## Thiết lập"
    told = {row[0].strip("`"): row[1].strip("`") for row in table(read(name), heading)}
    prefix = Settings.model_config["env_prefix"]
    there = {f"{prefix}{field.upper()}": str(info.default) for field, info in Settings.model_fields.items()}
    assert told == there


@pytest.mark.parametrize(
    ("name", "heading"), [("docs/operations.md", "### Exit codes"), ("docs/indexing.md", "## Exit codes")]
)
def test_the_exit_codes_told_are_those_there_are(name: str, heading: str) -> None:
    assert {int(row[0]) for row in table(read(name), heading)} == EXIT_CODES


def test_every_exit_code_named_anywhere_exists() -> None:
    for path in documents(ROOT):
        text = path.read_text("utf-8")
        named = re.findall(r"(?:exits? with|exit code) (\d+)", text)
        assert {int(code) for code in named} <= EXIT_CODES, path


def test_every_problem_code_named_in_operations_exists() -> None:
    told = {row[0].strip("`") for row in table(read("docs/operations.md"), "## Is it well?")}
    assert told == {"/healthz", "/readyz"}
    codes = re.findall(r"`(index_\w+)`", read("docs/operations.md").replace("`index_problem`", ""))
    assert set(codes) <= {problem.code for problem in PROBLEMS}


def test_the_unit_file_starts_the_service_as_make_does() -> None:
    unit, _ = blocks(read("docs/operations.md"), "ini")
    started = re.search(r"^ExecStart=\S+/gunicorn (.*)$", unit, re.MULTILINE)
    made = re.search(r"gunicorn (-c .*)$", read("Makefile"), re.MULTILINE)
    assert started is not None
    assert made is not None
    assert started.group(1) == made.group(1).replace("$(PORT)", "8000")


def test_a_copy_made_as_told_can_be_restored_as_told(samples_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(samples_home, tmp_path / "kho bài")
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "TIMTIN_HOME": str(home), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    with sqlite3.connect(home / "articles.db") as writing:
        writing.execute("BEGIN IMMEDIATE")
        for line in command_lines(backup_section()):
            subprocess.run(line, shell=True, cwd=tmp_path, env=environment, check=True, capture_output=True)
    writing.close()


def test_no_copy_is_made_as_told_of_a_store_that_is_not_there(tmp_path: Path) -> None:
    environment = {**os.environ, "TIMTIN_HOME": str(tmp_path / "elsewhere")}
    (tmp_path / "elsewhere").mkdir()
    copy = command_lines(backup_section())[0]
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    assert subprocess.run(copy, shell=True, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode
    assert not (tmp_path / "backup").exists()


def backup_section() -> str:
    return read("docs/operations.md").split("\n## Backup\n")[1].split("\n## ")[0]


def test_going_back_as_told_is_seen_and_undone_by_the_next_add(samples_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(samples_home, tmp_path / "var")
    add = ["--home", str(home), "add", str(ROOT / "samples" / "damaged")]
    assert CliRunner().invoke(main, add).exit_code == 0
    pages = len(list((ROOT / "samples" / "pages").glob("*.txt")))
    before, last = sorted(path.name for path in (home / "index").iterdir() if path.is_dir())
    [command] = command_lines(read("docs/operations.md").split("\n## Going back\n")[1].split("\n## ")[0])
    program, *words = shlex.split(command)
    assert program == "timtin"
    assert CliRunner().invoke(main, ["--home", str(home), *words]).exit_code == 0
    stats = ["--home", str(home), "stats", "--json"]
    assert f'"generation":"{before}","articles":{pages}' in CliRunner().invoke(main, stats).output
    assert CliRunner().invoke(main, add).exit_code == 0
    assert CliRunner().invoke(main, ["--home", str(home), "check"]).output == "All is well.\n"
    assert (home / "index" / "CURRENT").read_text().strip() > last


def test_ci_calls_the_one_command_of_the_readme() -> None:
    called = [line for line in read(".ci/run").splitlines() if line.startswith("make ")]
    assert called == ["make test"]
    assert "make test" in command_lines(read("README.md"))
