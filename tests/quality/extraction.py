"""How many fields of the sample HTML pages are right, ours and trafilatura's alone: the table of ADR 0019.

    python -m tests.quality.extraction

Of trafilatura's date only the day is compared. It gives no captions.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from trafilatura import bare_extraction

from index.as_json import article_fields
from indexer.clean_text import one_line
from indexer.extract import extract
from indexer.raw_page import MediaType, RawPage

SAMPLES = Path(__file__).parents[2] / "samples" / "html"
FIELDS = ("title", "published_at", "body", "authors", "section", "publisher", "captions", "lead")


def ours(content: bytes, expected: dict[str, Any]) -> dict[str, Any]:
    """Give the fields that the program finds."""
    page = RawPage(expected["page"], MediaType.HTML, content, expected["fetched_from"], expected["charset"])
    found = article_fields(extract(page).article)
    return {**found, "body": found["body"].split("\n")}


def theirs(content: bytes, expected: dict[str, Any]) -> dict[str, Any]:
    """Give the fields that trafilatura finds."""
    found = bare_extraction(content, url=expected["fetched_from"], with_metadata=True, include_comments=False)
    fields: dict[str, Any] = found.as_dict() if found is not None else {}
    return {
        "title": one_line(fields.get("title") or ""),
        "published_at": fields.get("date"),
        "body": [line for part in (fields.get("text") or "").split("\n") if (line := one_line(part))],
        "authors": [name.strip() for name in (fields.get("author") or "").split(";") if name.strip()],
        "section": next(iter(fields.get("categories") or []), None),
        "publisher": fields.get("sitename"),
        "lead": fields.get("description"),
    }


def main() -> None:
    """Print the table."""
    pages = [json.loads(line) for line in (SAMPLES / "expected.jsonl").read_text("utf-8").splitlines()]
    right: Counter[tuple[str, str]] = Counter()
    for expected in pages:
        content = (SAMPLES / "articles" / expected["page"]).read_bytes()
        day = {**expected, "published_at": (expected["published_at"] or "")[:10] or None}
        mine, other = ours(content, expected), theirs(content, expected)
        right.update((field, "ours") for field in FIELDS if mine[field] == expected[field])
        right.update((field, "theirs") for field in FIELDS if field in other and other[field] == day[field])
    print(f"| field, right on {len(pages)} pages | ours | trafilatura alone |\n|---|---|---|")
    for field in FIELDS:
        print(f"| {field} | {right[field, 'ours']} | {right[field, 'theirs']} |")


if __name__ == "__main__":
    main()
