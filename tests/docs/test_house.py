"""What holds the house together: requirement files, Makefile, top level, and no trace of one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

REQUIREMENT_FILES = ("requirements.txt", "requirements-dev.txt", "requirements-opensearch.txt")
TARGETS = {
    *("setup", "serve", "demo", "test", "check", "conformance", "golden", "properties", "browser"),
    *("bench", "quality", "format", "lock", "clean", "help"),
}
TOP_LEVEL_PYTHON = {"index", "indexer", "service", "tests", "wsgi.py"}
# A path that exists on one machine only. Links in the sample pages look the same: samples aren't searched.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:(?:home|root|work|farm|Users)/\w|tmp/[a-z])")


@pytest.fixture(scope="module")
def project(repo_root: Path) -> dict[str, Any]:
    return tomllib.loads((repo_root / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def tracked(repo_root: Path) -> list[Path]:
    """The files of the repository, as paths in it."""
    if not (repo_root / ".git").exists():
        pytest.skip("this is no git checkout: which files belong to it is not known")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repo_root, check=True, capture_output=True).stdout
    return [Path(name) for name in listed.decode().split("\0") if name and (repo_root / name).is_file()]


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


def _reasons(changelog: str) -> dict[str, str]:
    """`- `name`: reason` of the changelog's dependency sections."""
    return {name.lower(): reason for name, reason in re.findall(r"^- `([\w.-]+)`: (\w.+)$", changelog, re.MULTILINE)}


@pytest.mark.parametrize("file", REQUIREMENT_FILES)
def test_requirement_files_name_no_host_and_no_option(repo_root: Path, file: str) -> None:
    text = (repo_root / file).read_text("utf-8")
    assert "://" not in text
    assert not re.findall(r"^\s*-(?!-hash=)", text, re.MULTILINE)


@pytest.mark.parametrize("file", REQUIREMENT_FILES)
def test_every_locked_package_is_pinned_and_hashed(repo_root: Path, file: str) -> None:
    entries = re.split(r"\n(?=\S)", (repo_root / file).read_text("utf-8").strip())
    loose = [entry for entry in entries if not re.match(r"[\w.-]+==\S+[^\n]*\\\n\s+--hash=sha256:", entry)]
    assert not loose


def test_what_runs_is_locked_alike_for_running_and_testing(repo_root: Path) -> None:
    running, testing, on_a_cluster = (
        set(re.findall(r"^\w[^ ]*==[^ ]+", (repo_root / file).read_text("utf-8"), re.MULTILINE))
        for file in REQUIREMENT_FILES
    )
    assert running < on_a_cluster < testing


def test_every_dependency_is_locked(repo_root: Path, project: dict[str, Any]) -> None:
    wanted = {
        "requirements.txt": [*project["project"]["dependencies"], *project["dependency-groups"]["build"]],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
        "requirements-opensearch.txt": project["project"]["optional-dependencies"]["opensearch"],
    }
    for file, requirements in wanted.items():
        locked = set(re.findall(r"^([\w.-]+)==", (repo_root / file).read_text("utf-8"), re.MULTILINE))
        assert {_name(requirement).replace(".", "-") for requirement in requirements} <= locked


def test_every_dependency_has_a_reason_in_the_changelog(repo_root: Path, project: dict[str, Any]) -> None:
    reasons = _reasons((repo_root / "CHANGELOG.md").read_text("utf-8"))
    groups = project["dependency-groups"]
    requirements = [*project["project"]["dependencies"], *groups["build"], *groups["dev"]]
    assert not {_name(requirement) for requirement in requirements} - reasons.keys()


def test_no_reason_outlives_its_dependency(repo_root: Path, project: dict[str, Any]) -> None:
    groups = project["dependency-groups"]
    requirements = [*project["project"]["dependencies"], *groups["build"], *groups["dev"]]
    reasons = _reasons((repo_root / "CHANGELOG.md").read_text("utf-8"))
    assert not reasons.keys() - {_name(requirement) for requirement in requirements}


def test_make_help_lists_the_targets_people_are_told_of(repo_root: Path) -> None:
    told = subprocess.run(["make", "help"], cwd=repo_root, check=True, capture_output=True, text=True).stdout
    listed = {line.split()[0] for line in told.splitlines()}
    assert listed >= TARGETS


def test_every_target_is_phony(repo_root: Path) -> None:
    makefile = (repo_root / "Makefile").read_text("utf-8")
    [phony] = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    assert set(phony.replace("\\", " ").split()) == set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE))


def test_the_top_level_holds_three_packages_the_tests_and_wsgi(tracked: list[Path]) -> None:
    assert {path.parts[0] for path in tracked if path.suffix == ".py"} <= TOP_LEVEL_PYTHON


def test_no_file_names_a_path_of_one_machine(repo_root: Path, tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        if path.parts[0] == "samples" or path.name in REQUIREMENT_FILES:
            continue
        try:
            text = (repo_root / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        found += [f"{path}:{i}" for i, line in enumerate(text.splitlines(), 1) if MACHINE_PATH.search(line)]
    assert not found
