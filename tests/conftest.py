"""What every test may ask for: the checkout, the shared corpus, and how hypothesis searches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# `ci` tries the same examples each time, so that a green commit stays green; `explore` looks for new ones.
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The checkout: where pyproject.toml, samples/ and docs/ are."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus(repo_root: Path) -> Path:
    """The folder of articles to measure with; CORPUS names it, relative to the checkout."""
    folder = (repo_root / os.environ.get("CORPUS", "../shared/corpus")).resolve()
    if not folder.is_dir():
        pytest.skip("the shared corpus is not here: set CORPUS to its folder")
    return folder
