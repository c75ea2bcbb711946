"""What deploy/opensearch holds, asked of nodes with OpenSearch's own security plugin: TLS, users, the role, templates,
snapshots."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from index.analysis.chain import Analyzer
from index.errors import EngineUnavailable, IndexLocked
from index.opensearch_engine import OpenSearchSearcher, OpenSearchWriter, Place, withhold
from index.query import Begun, Collapse, Facet, MatchAll, SearchRequest, Term
from index.query_parser import parse_query
from indexer.cli import main
from tests.cluster.secured import DEPLOYED, Secured, secured
from tests.conformance.invented_articles import ARCHIVE, article

pytestmark = pytest.mark.cluster

ROLE = yaml.safe_load((DEPLOYED / "security" / "roles.yml").read_text("utf-8"))["timtin"]
[ON_INDEXES] = ROLE["index_permissions"]
NOW = datetime(2024, 5, 20, tzinfo=UTC)


def described(name: str) -> Any:
    """Read a JSON file of deploy/opensearch."""
    return json.loads((DEPLOYED / name).read_text("utf-8"))


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture
def cluster() -> Secured:
    return secured()


@pytest.fixture
def prefix(cluster: Secured) -> Iterator[str]:
    """The beginning of names that nobody else's indexes have."""
    prefix = f"s{uuid.uuid4().hex[:8]}"
    yield prefix
    _, found = cluster.administer("GET", f"/{prefix}-*/_alias?expand_wildcards=all")
    for name in found:
        cluster.administer("DELETE", f"/{name}")


def somebody(cluster: Secured, prefix: str, lacking: str | None = None) -> Place:
    """Make a user with the role of deploy/opensearch, for the indexes of a prefix, without one of its permissions."""
    password = secrets.token_urlsafe(20)
    role = {
        "cluster_permissions": [each for each in ROLE["cluster_permissions"] if each != lacking],
        "index_permissions": [
            {
                "index_patterns": [each.replace("timtin", prefix) for each in ON_INDEXES["index_patterns"]],
                "allowed_actions": [each for each in ON_INDEXES["allowed_actions"] if each != lacking],
            }
        ],
    }
    user = {"password": password, "opendistro_security_roles": [prefix]}
    for path, body in ((f"roles/{prefix}", role), (f"internalusers/{prefix}", user)):
        # All users are one document, which other tests write as well.
        while (answer := cluster.administer("PUT", f"/_plugins/_security/api/{path}", body))[0] == 409:
            continue
        assert answer[0] == 201, answer
    return cluster.place(prefix, prefix, password)


def everything(place: Place, analyzer: Analyzer) -> None:
    """Do with an index all that the engine can do."""

    def change(*changes: Any, rebuild: bool = False, fail: bool = False) -> None:
        with closing(OpenSearchWriter(place)) as writer, suppress(ZeroDivisionError):
            with writer.rebuild(1) if rebuild else writer.update(2) as batch:
                for each in changes:
                    assert batch.delete([each]) if isinstance(each, str) else batch.upsert([each])
                if fail:
                    batch.finish()
                    raise ZeroDivisionError
            assert not batch.refused

    withhold(place, ["a3"])
    change(*ARCHIVE, rebuild=True)
    change(article("a1", body="Nước lên."), "a2")
    change(article("x"), fail=True)
    change(article("y"))
    with closing(OpenSearchSearcher(place)) as searcher:
        query = parse_query("lũ -bão", analyzer, NOW).query
        searcher.search(SearchRequest(query, facets=frozenset(Facet)))
        searcher.search(SearchRequest(MatchAll(), collapse=Collapse.STORY))
        searcher.explain(SearchRequest(query), "a1")
        searcher.complete(Begun((Term("nuoc"), Term("l"))), 5)
        assert searcher.get("a1")
        assert searcher.is_withheld("a3")
        assert searcher.stats().articles == len(ARCHIVE) - 1
        searcher.verify()
    with closing(OpenSearchWriter(place)) as writer:
        writer.roll_back()
    change(*ARCHIVE, rebuild=True)
    change(*ARCHIVE, rebuild=True)
    with closing(OpenSearchWriter(place)) as writer:
        writer.roll_back()
    withhold(place, [])


def test_with_the_role_all_can_be_done(cluster: Secured, prefix: str, analyzer: Analyzer) -> None:
    everything(somebody(cluster, prefix), analyzer)


@pytest.mark.parametrize("permission", [*ROLE["cluster_permissions"], *ON_INDEXES["allowed_actions"]])
def test_without_any_one_of_its_permissions_something_fails(
    cluster: Secured, prefix: str, analyzer: Analyzer, permission: str
) -> None:
    place = somebody(cluster, prefix, lacking=permission)
    if permission == "indices:data/write/delete":
        # The first to notice is the next writer: the lock was not given back.
        with pytest.raises(IndexLocked):
            everything(place, analyzer)
    else:
        with pytest.raises(EngineUnavailable, match="the user may not do that") as refused:
            everything(place, analyzer)
        assert permission in str(refused.value)


def test_what_is_not_the_archive_s_own_is_refused(cluster: Secured, prefix: str) -> None:
    place = somebody(cluster, prefix)
    other = f"{prefix}x-1"
    assert cluster.administer("PUT", f"/{other}")[0] == 200
    asked: tuple[tuple[str, str, Any], ...] = (
        ("GET", f"/{other}/_search", None),
        ("GET", f"/{prefix}*,{other}/_search", None),
        ("PUT", f"/{other}/_doc/1", {}),
        ("DELETE", f"/{other}", None),
        ("PUT", f"/{other}-2", {}),
        ("POST", f"/{prefix}-1/_close", None),
        ("PUT", f"/{prefix}-1/_settings", {"index.priority": 1}),
        ("PUT", f"/{prefix}-1/_mapping", {"properties": {}}),
        ("GET", "/_cat/indices", None),
        ("GET", "/_cluster/health", None),
        ("GET", "/_cluster/settings", None),
        ("PUT", "/_cluster/settings", {"transient": {"indices.recovery.max_bytes_per_sec": "1mb"}}),
        ("GET", "/_nodes/stats", None),
        ("PUT", "/_index_template/x", {"index_patterns": ["x-*"]}),
        ("PUT", "/_snapshot/x", {"type": "fs", "settings": {"location": "x"}}),
        ("GET", "/_plugins/_security/api/internalusers", None),
        ("GET", "/.opendistro_security/_search", None),
    )
    for method, path, body in asked:
        status, told = cluster.ask(place.user, place.password, method, path, body)
        assert status == 403, (method, path, told)
    assert cluster.ask(place.user, "sai", "GET", f"/{prefix}-records")[0] == 401


def test_the_template_goes_with_what_the_engine_makes(cluster: Secured, prefix: str, analyzer: Analyzer) -> None:
    template = described("index-template.json")
    template["index_patterns"] = [f"{prefix}-*"]
    status, told = cluster.administer("PUT", f"/_index_template/{prefix}", template)
    assert status == 200, told

    everything(somebody(cluster, prefix), analyzer)

    _, found = cluster.administer("GET", f"/{prefix}-*/_settings?flat_settings=true")
    assert len(found) == 3
    for made in found.values():
        assert template["template"]["settings"].items() <= made["settings"].items()
    assert cluster.administer("DELETE", f"/_index_template/{prefix}")[0] == 200


@pytest.fixture
def home(cluster: Secured, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive whose index is in the cluster, by settings as compose.yaml makes them."""
    place = somebody(cluster, prefix)
    (tmp_path / "password").write_text(place.password + "\n", "utf-8")
    for name, value in {
        "TIMTIN_ENGINE": "opensearch",
        "TIMTIN_OPENSEARCH_URL": " ".join(cluster.urls),
        "TIMTIN_OPENSEARCH_USER": prefix,
        "TIMTIN_OPENSEARCH_PASSWORD_FILE": str(tmp_path / "password"),
        "TIMTIN_OPENSEARCH_CA_FILE": str(cluster.ca_file),
        "TIMTIN_OPENSEARCH_PREFIX": prefix,
    }.items():
        monkeypatch.setenv(name, value)
    rows = [{"id": f"bai-{n}", "title": f"Bản tin số {n}", "body": f"Nước lên ở bến đò {n}."} for n in range(9)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home / "home"), *arguments])


def hits(home: Path) -> int:
    total: int = json.loads(run(home, "search", "bến đò", "--json").stdout)["total"]
    return total


def test_an_archive_is_kept_in_it_by_the_command_line(home: Path) -> None:
    for arguments in (
        ("add", str(home / "rows.jsonl")),
        ("withdraw", "bai-3", "--reason", "nhầm"),
        ("remove", "bai-5"),
        ("rebuild",),
        ("check", "--deep"),
        ("reconcile",),
    ):
        done = run(home, *arguments)
        assert done.exit_code == 0, done.output
    assert hits(home) == 7
    assert run(home, "rollback").exit_code == 0


def test_an_archive_comes_to_it_as_a_backup(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setenv("TIMTIN_ENGINE", "whoosh")
        assert run(home, "add", str(home / "rows.jsonl")).exit_code == 0
        assert run(home, "backup", str(home / "backup")).exit_code == 0
    (home / "home").rename(home / "left-behind")

    restored = run(home, "restore", str(home / "backup"))

    assert restored.exit_code == 0, restored.output
    assert run(home, "check").exit_code == 0
    assert hits(home) == 9


def test_a_wrong_password_is_told_without_it(home: Path) -> None:
    (home / "password").write_text("sai-bi-mat", "utf-8")
    told = run(home, "search", "bến đò")
    assert told.exit_code == 3
    assert "TIMTIN_OPENSEARCH_PASSWORD_FILE" in told.stderr
    assert "sai-bi-mat" not in told.output


def test_an_index_comes_back_from_a_snapshot_and_the_store_brings_what_it_lacks(
    home: Path, cluster: Secured, prefix: str
) -> None:
    repository = described("snapshot-repository.json")
    repository["settings"]["location"] = str(cluster.home / "snapshots" / prefix)
    assert cluster.administer("PUT", f"/_snapshot/{prefix}", repository)[0] == 200
    assert run(home, "add", str(home / "rows.jsonl")).exit_code == 0
    wanted = described("snapshot-policy.json")["snapshot_config"]
    del wanted["repository"]
    wanted["indices"] = f"{prefix}-*"
    taken = f"/_snapshot/{prefix}/dem-qua"
    status, told = cluster.administer("PUT", f"{taken}?wait_for_completion=true", wanted)
    assert (status, told["snapshot"]["state"]) == (200, "SUCCESS"), told
    assert run(home, "withdraw", "bai-3", "--reason", "nhầm").exit_code == 0
    assert run(home, "remove", "bai-5").exit_code == 0

    for name in cluster.administer("GET", f"/{prefix}-*/_alias?expand_wildcards=all")[1]:
        assert cluster.administer("DELETE", f"/{name}")[0] == 200
    assert run(home, "search", "bến đò").exit_code == 3
    restored = cluster.administer("POST", f"{taken}/_restore?wait_for_completion=true", {"indices": f"{prefix}-*"})
    assert restored[0] == 200, restored

    mended = run(home, "reconcile")
    assert mended.exit_code == 0, mended.output
    assert hits(home) == 7
    assert run(home, "check").exit_code == 0
    cluster.administer("DELETE", f"/_snapshot/{prefix}/dem-qua")
    cluster.administer("DELETE", f"/_snapshot/{prefix}")


def test_who_was_refused_stands_in_the_log_and_what_was_searched_for_does_not(
    home: Path, cluster: Secured, prefix: str
) -> None:
    place = Place(cluster.urls, prefix)
    assert run(home, "add", str(home / "rows.jsonl")).exit_code == 0
    secret = f"tu-khoa-{uuid.uuid4().hex}"
    assert run(home, "search", secret).exit_code == 0
    cluster.ask(prefix, "sai", "POST", f"/{place.alias}/_search", {"query": {"term": {"id": secret}}})
    cluster.ask(
        prefix, (home / "password").read_text().strip(), "POST", "/.tasks/_search", {"query": {"term": {"id": secret}}}
    )

    def told_of(category: str) -> bool:
        return any(category in line and prefix in line for line in cluster.log().splitlines())

    # It is written a moment after the answer.
    until = time.monotonic() + 60
    while not (told_of("FAILED_LOGIN") and told_of("MISSING_PRIVILEGES")):
        assert time.monotonic() < until, cluster.log()[-3000:]
        time.sleep(0.2)
    assert secret not in cluster.log()


def test_the_nodes_know_each_other_by_certificates_of_their_own_authority(cluster: Secured) -> None:
    status, nodes = cluster.administer("GET", "/_cat/nodes?format=json")
    assert (status, len(nodes)) == (200, 2), "they found each other over TLS"
    host, port = cluster.urls[0].removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port)), 10) as raw,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(raw, server_hostname=host)
