"""Where settings come from, and that the application waits for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from service import create_app
from service.settings import Settings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTIN_HOME", "/du-lieu")
    monkeypatch.setenv("TIMTIN_PORTAL_NAME", "Kho bài Bến Cảng")
    monkeypatch.setenv("TIMTIN_PAGE_SIZE", "20")
    monkeypatch.setenv("TIMTIN_TRUSTED_PROXIES", "1")
    settings = Settings()
    assert settings.index_dir == Path("/du-lieu/index")
    assert (settings.portal_name, settings.page_size, settings.trusted_proxies) == ("Kho bài Bến Cảng", 20, 1)


def test_without_an_environment_data_is_in_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIMTIN_HOME", raising=False)
    assert Settings().index_dir == Path("var/index")


@pytest.mark.parametrize(
    ("name", "value"), [("PAGE_SIZE", "0"), ("PAGE_SIZE", "101"), ("TRUSTED_PROXIES", "-1"), ("PORTAL_NAME", "")]
)
def test_a_bad_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TIMTIN_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PAGE_SIZE", "1000", "TIMTIN_PAGE_SIZE must be a whole number from 1 to 100, got '1000'"),
        ("TRUSTED_PROXIES", "ja", "TIMTIN_TRUSTED_PROXIES must be a whole number from 0 to 5, got 'ja'"),
        ("QUERY_LOG_DAYS", "4000", "TIMTIN_QUERY_LOG_DAYS must be a whole number from 0 to 3650, got '4000'"),
        (
            "OPENSEARCH_URL",
            "https://ai:bi-mat@nut1:9200 " * 100,
            "TIMTIN_OPENSEARCH_URL must be 1 to 2000 characters: addresses without a password",
        ),
        ("PORTAL_NAME", "", "TIMTIN_PORTAL_NAME must be text of 1 to 80 characters, got ''"),
    ],
)
def test_a_bad_setting_is_told_in_one_line_and_gunicorn_gives_up(
    repo_root: Path, tmp_path: Path, name: str, value: str, told: str
) -> None:
    environment = {**os.environ, "TIMTIN_HOME": str(tmp_path), f"TIMTIN_{name}": value}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=repo_root, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.decode().splitlines()) == (3, [told])


def test_the_application_starts_before_there_is_an_index(tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path / "nothing")).test_client()
    assert client.get("/healthz").status_code == 200
    for address, code in (("/readyz", "index_missing"), ("/api/v1/search", "index_missing")):
        answer = client.get(address)
        assert (answer.status_code, answer.get_json()["code"]) == (503, code)
        assert str(tmp_path) not in answer.text
    assert "Kho chưa sẵn sàng" in client.get("/").text


def test_importing_the_service_reads_no_environment_and_loads_no_model(repo_root: Path) -> None:
    code = (
        "import os, sys; os.environ['TIMTIN_PAGE_SIZE'] = 'bad';"
        "import service, service.settings;"
        "assert not {'pyvi', 'sklearn', 'sklearn_crfsuite', 'indexer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=repo_root)


def test_wsgi_makes_the_application(repo_root: Path, tmp_path: Path) -> None:
    code = "from wsgi import application; assert application.test_client().get('/healthz').status_code == 200"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=repo_root, env={"TIMTIN_HOME": str(tmp_path)})
