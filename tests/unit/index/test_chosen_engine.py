"""Which engine an installation has chosen, read from its environment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from index.chosen_engine import Choice, EngineName
from index.errors import EngineUnavailable

OPENSEARCH = {"TIMTIN_ENGINE": "opensearch", "TIMTIN_OPENSEARCH_URL": "http://127.0.0.1:9"}


def test_without_a_word_it_is_the_embedded_one(tmp_path: Path) -> None:
    choice = Choice.read({})
    assert choice == Choice()
    assert choice.engine is EngineName.WHOOSH
    assert not list(tmp_path.iterdir())


def test_everything_about_a_cluster_can_be_set() -> None:
    choice = Choice.read(
        {
            "TIMTIN_ENGINE": "opensearch",
            "TIMTIN_OPENSEARCH_URL": "https://nut1:9200 https://nut2:9200/",
            "TIMTIN_OPENSEARCH_USER": "timtin",
            "TIMTIN_OPENSEARCH_PASSWORD_FILE": "/bi-mat/mat-khau",
            "TIMTIN_OPENSEARCH_CA_FILE": "/bi-mat/ca.pem",
            "TIMTIN_OPENSEARCH_PREFIX": "bao-ben-go",
            "TIMTIN_OPENSEARCH_SHARDS": "3",
            "TIMTIN_OPENSEARCH_REPLICAS": "0",
        }
    )
    assert choice == Choice(
        EngineName.OPENSEARCH,
        "https://nut1:9200 https://nut2:9200/",
        "timtin",
        Path("/bi-mat/mat-khau"),
        Path("/bi-mat/ca.pem"),
        "bao-ben-go",
        3,
        0,
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TIMTIN_ENGINE", "lucene", "must be one of whoosh, opensearch, got 'lucene'"),
        ("TIMTIN_OPENSEARCH_URL", "nut1:9200", "addresses such as https://node1:9200"),
        ("TIMTIN_OPENSEARCH_URL", "http://nut1:99999", "addresses such as https://node1:9200"),
        ("TIMTIN_OPENSEARCH_URL", "http://nut1:9200 http://nut2:cong", "addresses such as https://node1:9200"),
        ("TIMTIN_OPENSEARCH_PREFIX", "Tìm Tin", "must be small letters, digits"),
        ("TIMTIN_OPENSEARCH_SHARDS", "0", "from 1 to 1024, got 0"),
        ("TIMTIN_OPENSEARCH_SHARDS", "ba", "a whole number, got 'ba'"),
        ("TIMTIN_OPENSEARCH_REPLICAS", "101", "from 0 to 100, got 101"),
        ("TIMTIN_OPENSEARCH_PASSWORD_FILE", "/khong/co", "PASSWORD_FILE: /khong/co can't be read"),
        ("TIMTIN_OPENSEARCH_CA_FILE", "/khong/co", "CA_FILE: /khong/co can't be read"),
        ("TIMTIN_OPENSEARCH_CA_FILE", __file__, "holds no certificate in PEM form"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_right(name: str, value: str, told: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        Choice.read(OPENSEARCH | {name: value}).open()
    assert told in str(caught.value)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="without a password") as caught:
        Choice.read(OPENSEARCH | {"TIMTIN_OPENSEARCH_URL": "https://ai:bimat@nut1:9200"})
    assert "bimat" not in str(caught.value)


def test_the_password_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "mat-khau"
    file.write_text("bí mật\n", encoding="utf-8")
    choice = Choice.read(OPENSEARCH | {"TIMTIN_OPENSEARCH_USER": "a", "TIMTIN_OPENSEARCH_PASSWORD_FILE": str(file)})
    searcher = choice.open().open_searcher(tmp_path)
    with pytest.raises(EngineUnavailable) as caught:
        searcher.stats()
    searcher.close()
    assert "bí mật" not in str(caught.value)


def test_both_engines_are_opened_the_same_way(tmp_path: Path) -> None:
    for environ in ({}, OPENSEARCH):
        searcher = Choice.read(environ).open().open_searcher(tmp_path / "index")
        searcher.close()


def test_a_client_that_is_not_installed_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(ValueError, match="not installed") as caught:
        Choice.read(OPENSEARCH).open()
    command = str(caught.value).split("installed: ", 1)[1].split(",")[0]
    assert command == f"{sys.executable} -m pip install --require-hashes -r requirements-opensearch.txt"
    assert (Path(__file__).parents[3] / "requirements-opensearch.txt").is_file()
