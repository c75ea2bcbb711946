"""ARCHITECTURE.md names every module, and only modules there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
HEADINGS = "\n".join(line for line in DOCUMENT.splitlines() if line.startswith("### "))


def modules() -> set[str]:
    found = [path for package in ("index", "indexer", "service") for path in (ROOT / package).rglob("*.py")]
    return {"wsgi.py", *(path.relative_to(ROOT).as_posix() for path in found)}


def named(text: str) -> list[str]:
    return re.findall(r"`((?:[\w]+/)*\w+\.py)`", text)


def test_every_module_has_a_heading_and_only_one() -> None:
    assert sorted(named(HEADINGS)) == sorted(modules())


def test_every_module_named_exists() -> None:
    paths = {name for name in named(DOCUMENT) if "/" in name}
    assert paths <= modules()


def test_every_module_says_what_it_is_for() -> None:
    parts = re.split(r"^### (.*)\n", DOCUMENT, flags=re.MULTILINE)[1:]
    assert not [heading for heading, below in zip(parts[::2], parts[1::2], strict=True) if len(below.strip()) < 20]
