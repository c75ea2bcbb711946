"""Reading the documents: their blocks of code, tables and links."""

from __future__ import annotations

import re
from pathlib import Path

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(text: str, language: str) -> list[str]:
    """Give the fenced blocks of a language."""
    return [body for found, body in _BLOCK.findall(text) if found == language]


def command_lines(text: str) -> list[str]:
    """Give every line of every shell block."""
    return [line for block in blocks(text, "sh") for line in block.splitlines() if line.strip()]


def table(text: str, heading: str) -> list[list[str]]:
    """Give the cells of the first table below a heading, without its own head."""
    _, found, below = text.partition(f"\n{heading}\n")
    assert found, f"there is no heading {heading}"
    lines = below.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return rows


def code_spans(text: str) -> list[str]:
    """Give what stands between backticks, outside fenced blocks."""
    return re.findall(r"`([^`\n]+)`", _BLOCK.sub("", text))


def links(text: str) -> list[str]:
    """Give the targets of links that lead to other files."""
    return [
        target.partition("#")[0]
        for target in re.findall(r"\]\(([^)\s]+)\)", _BLOCK.sub("", text))
        if "://" not in target and not target.startswith("#")
    ]


def documents(root: Path) -> list[Path]:
    """Give every document of the project."""
    return sorted([*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("samples/*.md")])
