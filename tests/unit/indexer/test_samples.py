"""Every sample page gives exactly what samples/expected.jsonl says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.capitals import one_tone_style
from indexer.extract import extract
from indexer.raw_page import MediaType, RawPage

SAMPLES = Path(__file__).parents[3] / "samples"
EXPECTED = [json.loads(line) for line in (SAMPLES / "expected.jsonl").read_text("utf-8").splitlines() if line]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: str(expected["page"]))
def test_sample_page_gives_the_fields_expected(expected: dict[str, Any]) -> None:
    name = expected["page"]
    content = (SAMPLES / "pages" / name).read_bytes()

    extracted = extract(RawPage(name, MediaType.DUMP, content))

    article = extracted.article
    assert article.title == expected["title"]
    assert (article.published_at.isoformat() if article.published_at else None) == expected["published_at"]
    assert article.authors == tuple(one_tone_style(author) for author in expected["authors"])
    assert article.byline == expected["byline"]
    assert article.publisher == expected["publisher"]
    assert article.captions == tuple(expected["captions"])
    assert article.body.startswith(expected["body_starts"])
    assert article.body.endswith(expected["body_ends"])
    assert not any(caption in article.body for caption in article.captions)
    assert "truy cập" not in article.body.splitlines()[-1]
