"""Every page of samples/html gives exactly the fields written down for it, or the reason why it gives none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.as_json import article_fields
from index.errors import BadArticle
from indexer.extract import extract
from indexer.raw_page import MediaType, RawPage

SAMPLES = Path(__file__).parents[4] / "samples" / "html"
FIELDS = ("title", "lead", "captions", "url", "authors", "byline", "section", "publisher", "published_at", "updated_at")


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / name).read_text("utf-8").splitlines()]


def _page(folder: str, line: dict[str, Any]) -> RawPage:
    content = (SAMPLES / folder / line["page"]).read_bytes()
    return RawPage(line["page"], MediaType.HTML, content, line["fetched_from"], line["charset"])


@pytest.mark.parametrize("expected", _lines("expected.jsonl"), ids=lambda line: line["page"])
def test_page_gives_every_field_as_written_down(expected: dict[str, Any]) -> None:
    extracted = extract(_page("articles", expected))

    found = article_fields(extracted.article)
    assert found["body"].split("\n") == expected["body"]
    assert {name: found[name] for name in FIELDS} == {name: expected[name] for name in FIELDS}
    assert len(extracted.warnings) == expected["warnings"]


@pytest.mark.parametrize("expected", _lines("expected.jsonl"), ids=lambda line: line["page"])
def test_every_field_that_was_found_names_its_rule(expected: dict[str, Any]) -> None:
    rules = extract(_page("articles", expected)).rules

    wanted = {"title", "body", *(name for name in FIELDS if expected[name])}
    assert wanted == set(rules)


@pytest.mark.parametrize("expected", _lines("refused.jsonl"), ids=lambda line: line["page"])
def test_page_without_an_article_is_refused_with_the_reason(expected: dict[str, Any]) -> None:
    with pytest.raises(BadArticle) as refused:
        extract(_page("refused", expected))

    assert expected["reason"] in refused.value.reason
    assert ";" in refused.value.reason
