"""The analyzer that the tests of the index share: loading it takes longer than they do."""

from __future__ import annotations

import pytest

from index.analysis.chain import Analyzer


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load()
