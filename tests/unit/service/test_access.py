"""What isn't for the public wants a key; keys are shown once and stored as hashes."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index.keys import NAME, BadKey, KeyFile
from service import create_app
from service.settings import Access, Settings
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

NOW = datetime(2020, 1, 1, tzinfo=UTC)
GUARDED = {"export": "/api/v1/export", "explain": "/api/v1/search?explain=true"}


def client(home: Path, searcher: WatchedSearcher, **settings: Access) -> FlaskClient:
    return create_app(Settings(home=home, **settings), searcher, analyzer()).test_client()


@pytest.mark.parametrize("path", GUARDED.values())
def test_by_default_a_key_is_wanted(tmp_path: Path, searcher: WatchedSearcher, path: str) -> None:
    asking = client(tmp_path, searcher)
    answer = asking.get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "key_required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    made = KeyFile(tmp_path / NAME).add("harvest", NOW)
    assert asking.get(path, headers={"Authorization": f"Bearer {made}"}).status_code == 200
    refused = asking.get(path, headers={"Authorization": f"Bearer {made}x"})
    assert (refused.status_code, refused.get_json()["code"]) == (401, "key_refused")
    KeyFile(tmp_path / NAME).revoke("harvest")
    assert asking.get(path, headers={"Authorization": f"Bearer {made}"}).status_code == 401


@pytest.mark.parametrize(("setting", "path"), GUARDED.items())
def test_each_can_be_public_or_off(tmp_path: Path, searcher: WatchedSearcher, setting: str, path: str) -> None:
    assert client(tmp_path, searcher, **{setting: Access.PUBLIC}).get(path).status_code == 200
    off = client(tmp_path, searcher, **{setting: Access.OFF})
    made = KeyFile(tmp_path / NAME).add("harvest", NOW)
    answer = off.get(path, headers={"Authorization": f"Bearer {made}"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_offered")


def test_several_searches_want_a_key_too(tmp_path: Path, searcher: WatchedSearcher) -> None:
    assert client(tmp_path, searcher).post("/api/v1/searches", json={"searches": [{}]}).status_code == 401


def test_searching_and_articles_are_public(tmp_path: Path, searcher: WatchedSearcher) -> None:
    asking = client(tmp_path, searcher)
    for path in ("/api/v1/search", "/api/v1/articles/cau-cang", "/api/v1/similar?id=cau-cang", "/api/v1/values/author"):
        assert asking.get(path).status_code == 200


def test_the_file_holds_no_key_and_the_public_may_not_read_it(tmp_path: Path) -> None:
    path = tmp_path / NAME
    made = KeyFile(path).add("one", NOW)
    assert made.startswith("tt_")
    assert made not in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [(key.name, key.made) for key in KeyFile(path).known()] == [("one", "2020-01-01")]


@pytest.mark.parametrize("name", ["", "a b", "é", "x" * 61, "-x"])
def test_a_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadKey, match="no name for a key"):
        KeyFile(tmp_path / NAME).add(name, NOW)


def test_a_name_is_used_once_and_must_exist_to_be_revoked(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / NAME)
    keys.add("one", NOW)
    with pytest.raises(BadKey, match="already"):
        keys.add("one", NOW)
    with pytest.raises(BadKey, match="no key two"):
        keys.revoke("two")


def test_a_spoiled_file_admits_nobody_and_says_where_it_is_spoiled(tmp_path: Path) -> None:
    path = tmp_path / NAME
    made = KeyFile(path).add("one", NOW)
    path.write_text(path.read_text("utf-8") + "spoiled\n", "utf-8")
    keys = KeyFile(path)
    assert not keys.admits(made)
    with pytest.raises(ValueError, match="line 3"):
        keys.known()
