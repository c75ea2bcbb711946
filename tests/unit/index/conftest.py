"""What the tests of the index share: the analyzer, for loading it takes longer than they do, and a false cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.analysis.chain import Analyzer
from index.opensearch_engine import Place, patience
from tests.cluster.answering import Answers, answering


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def place(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A server in a cluster's place, which is asked again without a pause."""
    monkeypatch.setattr(patience, "_wait", lambda _: None)
    with answering(answers) as url:
        yield Place((url,), "thu")
