"""The sample pages, indexed as the documents say."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer.cli import main
from service import create_app
from service.settings import Settings


@pytest.fixture(scope="module")
def samples_home(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `timtin add samples/pages` leaves it."""
    home = tmp_path_factory.mktemp("samples")
    done = CliRunner().invoke(main, ["--home", str(home), "add", str(repo_root / "samples" / "pages")])
    assert done.exit_code == 0, done.output
    return home


@pytest.fixture(scope="module")
def client(samples_home: Path) -> FlaskClient:
    """The service over the sample pages."""
    return create_app(Settings(home=samples_home)).test_client()
