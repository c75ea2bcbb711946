"""What tests of crawling share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawl.following import Follower


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    """An archive that follows nothing yet."""
    return Follower(tmp_path / "home")
