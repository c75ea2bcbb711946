"""What deploy/opensearch holds agrees with itself, with the engine, and with the documents; nothing is started."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from index.chosen_engine import NAMED, Choice, EngineName
from index.opensearch_engine import Place
from index.opensearch_engine.mapping import index_body, records_body
from tests.docs.markdown import blocks

ROOT = Path(__file__).parents[2]
DEPLOYED = ROOT / "deploy" / "opensearch"
COMPOSE = yaml.safe_load((DEPLOYED / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
NODES = {name: service for name, service in SERVICES.items() if name.startswith("node")}
NODE = yaml.safe_load((DEPLOYED / "opensearch.yml").read_text("utf-8"))
CLUSTER_MD = (ROOT / "docs" / "cluster.md").read_text("utf-8")
CONFIG = "/usr/share/opensearch/config/"
MADE = ("./certificates/", "secrets/", "${SNAPSHOTS:-./snapshots}")
"""What the steps of the document make."""


def security(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOYED / "security" / f"{name}.yml").read_text("utf-8"))
    return read


def described(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEPLOYED / f"{name}.json").read_text("utf-8"))
    return read


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """Give where what of this machine is seen."""
    parts = (re.fullmatch(r"(.+?):(/[^:]+)(?::ro)?", volume) for volume in service["volumes"])
    return {part[2]: part[1] for part in parts if part}


def test_the_nodes_are_of_the_version_that_the_tests_run() -> None:
    pom = ElementTree.parse(ROOT / "tests" / "cluster" / "pom.xml")
    version = pom.findtext(".//{*}opensearch.version")
    images = {service["image"] for service in SERVICES.values() if "opensearch" in service["image"]}
    assert images == {f"docker.io/opensearchproject/opensearch:{version}"}


def test_whatever_is_mounted_is_there_or_made_by_the_steps() -> None:
    named = set(COMPOSE["volumes"])
    for service in SERVICES.values():
        for source in mounts(service).values():
            assert source in named or source.startswith(MADE) or (DEPLOYED / source).exists(), source
    ignored = (DEPLOYED / ".gitignore").read_text().split()
    assert {"/certificates/", "/secrets/", "/snapshots/"} <= set(ignored)


def test_each_node_has_its_own_name_data_and_certificate() -> None:
    for name, node in NODES.items():
        seen = mounts(node)
        assert node["environment"]["node.name"] == node["environment"]["network.publish_host"] == name
        assert seen["/usr/share/opensearch/data"] == name
        assert seen[f"{CONFIG}certificates/node.key"] == f"./certificates/{name}.key"
        assert seen[f"{CONFIG}certificates/node.pem"] == f"./certificates/{name}.pem"
        for setting in ("discovery.seed_hosts", "cluster.initial_cluster_manager_nodes"):
            assert node["environment"][setting].split(",") == list(NODES)


def test_the_settings_name_certificates_where_they_are_mounted() -> None:
    named = {value for setting, value in NODE.items() if setting.endswith("_filepath")}
    assert {CONFIG + value for value in named} <= mounts(SERVICES["node1"]).keys()
    assert len(named) == 3


def test_nothing_is_reached_from_outside_but_the_service_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"timtin": ["127.0.0.1:8000:8000"]}
    assert COMPOSE["networks"]["cluster"] == {"internal": True}
    assert all(service["networks"] == ["cluster"] for name, service in SERVICES.items() if name != "timtin")


def test_everything_runs_with_as_little_as_it_needs() -> None:
    for name, service in SERVICES.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
    assert all("mem_limit" in node and node["ulimits"]["memlock"]["soft"] == -1 for node in NODES.values())


def test_the_service_asks_all_nodes_over_tls_as_a_user_who_has_a_role() -> None:
    environ = SERVICES["timtin"]["environment"]
    choice = Choice.read(environ)
    assert choice.engine is EngineName.OPENSEARCH
    assert choice.url.split() == [f"https://{name}:9200" for name in NODES]
    assert choice.prefix == NAMED
    assert str(choice.ca_file) in mounts(SERVICES["timtin"])
    assert choice.password_file is not None
    assert choice.password_file.name in SERVICES["timtin"]["secrets"]
    assert security("roles_mapping")["timtin"]["users"] == [choice.user]
    assert choice.user in security("internal_users")


def test_no_secret_stands_in_a_file() -> None:
    users = {name: user for name, user in security("internal_users").items() if name != "_meta"}
    assert [user["hash"] for user in users.values()] == ["${envbc.TIMTIN_PASSWORD}"]
    [script] = SERVICES["security"]["command"]
    assert 'TIMTIN_PASSWORD="$$(cat /run/secrets/timtin.password)"' in script
    assert " -rev " in script, "so that the variable is replaced"
    written = "".join(path.read_text("utf-8") for path in DEPLOYED.rglob("*") if path.is_file())
    assert "PRIVATE KEY-----" not in written
    assert not re.search(r"\$2[aby]\$", written), "a bcrypt hash"


def test_security_is_brought_in_when_the_node_answers_though_it_has_just_been_started(tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    stubs = {
        # refuses the first two connections, as a node that is starting does
        "curl": f'echo asked >> {tmp_path}/told; [ "$(grep -c asked {tmp_path}/told)" -gt 2 ] || exit 7',
        "sleep": "exit 0",
        "cat": "echo mat-khau",
        "securityadmin.sh": f'echo "brought in with $TIMTIN_PASSWORD" >> {tmp_path}/told',
    }
    for name, lines in stubs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    service = SERVICES["security"]
    [script] = service["command"]
    script = re.sub(r"/usr/share/\S+/", f"{tmp_path}/", script.replace("$$", "$"))
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run([*service["entrypoint"], script], env=environ, check=True)
    assert (tmp_path / "told").read_text("utf-8") == "asked\nasked\nasked\nbrought in with mat-khau\n"


def test_names_begin_everywhere_with_the_same_prefix() -> None:
    place = Place(("https://node1:9200",))
    [on_indexes] = security("roles")[NAMED]["index_permissions"]
    assert on_indexes["index_patterns"] == [place.alias, f"{place.prefix}-*"]
    assert described("index-template")["index_patterns"] == [f"{place.prefix}-*"]
    assert described("snapshot-policy")["snapshot_config"]["indices"] == f"{place.prefix}-*"


def test_the_template_says_nothing_that_the_engine_says() -> None:
    template = described("index-template")["template"]
    assert set(template) == {"settings"}
    for body in (index_body(Place(("https://node1:9200",))), records_body()):
        said = {f"index.{name}" for name in body["settings"]}
        assert not said & template["settings"].keys()


def test_snapshots_go_where_all_nodes_may_write_them() -> None:
    location = described("snapshot-repository")["settings"]["location"]
    assert NODE["path.repo"] == [location]
    assert {mounts(node)[location] for node in NODES.values()} == {"${SNAPSHOTS:-./snapshots}"}
    assert f"_snapshot/{described('snapshot-policy')['snapshot_config']['repository']}" in CLUSTER_MD


def test_what_readers_search_for_is_not_audited() -> None:
    audit = security("audit")["config"]["audit"]
    assert audit["log_request_body"] is False
    assert {"AUTHENTICATED", "GRANTED_PRIVILEGES"} <= set(audit["disabled_rest_categories"])


def test_the_document_names_every_file_that_is_typed_and_the_clauses_that_are_set() -> None:
    typed = "\n".join(blocks(CLUSTER_MD, "sh"))
    for path in (*DEPLOYED.glob("*.json"), *DEPLOYED.glob("*.sh")):
        assert path.name in typed
    for name in ("security", "ask"):
        assert f"run --rm {name}" in typed
    setting = "indices.query.bool.max_clause_count"
    assert f"{setting}: {NODE[setting]}" in CLUSTER_MD


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    folder = tmp_path_factory.mktemp("made") / "certificates"
    made(folder, "node1", "node2=10.0.0.2,nut2.example")
    return folder


def made(folder: Path, *nodes: str) -> str:
    command = [DEPLOYED / "certificates.sh", folder, *nodes]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def openssl(*arguments: str | Path) -> str:
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("name", "purpose"),
    [("node1", "sslserver"), ("node1", "sslclient"), ("node2", "sslserver"), ("admin", "sslclient")],
)
def test_certificates_are_of_the_authority_and_for_what_they_are_used(
    certificates: Path, name: str, purpose: str
) -> None:
    assert openssl(
        "verify", "-x509_strict", "-purpose", purpose, "-CAfile", certificates / "ca.pem", certificates / f"{name}.pem"
    ).endswith("OK\n")


def test_the_administrator_s_certificate_is_no_node_s(certificates: Path) -> None:
    verified = subprocess.run(
        ["openssl", "verify", "-purpose", "sslserver", "-CAfile", certificates / "ca.pem", certificates / "admin.pem"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert verified.returncode


def test_certificates_have_the_names_that_the_settings_expect(certificates: Path) -> None:
    def subject(name: str) -> str:
        return openssl("x509", "-in", certificates / f"{name}.pem", "-noout", "-subject", "-nameopt", "RFC2253")

    assert subject("admin") == f"subject={NODE['plugins.security.authcz.admin_dn'][0]}\n"
    [nodes] = NODE["plugins.security.nodes_dn"]
    assert re.fullmatch(f"subject={nodes.replace('*', '.*')}\n", subject("node1"))
    names = openssl("x509", "-in", certificates / "node2.pem", "-noout", "-ext", "subjectAltName")
    for name in ("DNS:node2", "DNS:localhost", "IP Address:127.0.0.1", "IP Address:10.0.0.2", "DNS:nut2.example"):
        assert name in names


def test_only_the_owner_may_open_the_folder_and_read_the_authority_s_key(certificates: Path) -> None:
    assert certificates.stat().st_mode & 0o777 == 0o700
    assert (certificates / "ca.key").stat().st_mode & 0o777 == 0o600
    names = {path.name for path in certificates.iterdir()}
    assert names == {f"{name}.{end}" for name in ("ca", "admin", "node1", "node2") for end in ("pem", "key")}


def test_making_them_again_makes_only_what_is_missing(certificates: Path, tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    shutil.copytree(certificates, folder)
    (folder / "node1.pem").unlink()
    before = (folder / "node2.pem").read_bytes()
    assert made(folder, "node1", "node2", "node3") == "made node1.pem for 825 days\nmade node3.pem for 825 days\n"
    assert (folder / "node2.pem").read_bytes() == before
    assert openssl("verify", "-CAfile", certificates / "ca.pem", folder / "node1.pem").endswith("OK\n")


def test_without_the_authority_s_key_nothing_is_made_and_no_key_is_replaced(certificates: Path, tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    shutil.copytree(certificates, folder)
    (folder / "ca.key").unlink()
    (folder / "node1.pem").unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    command = [DEPLOYED / "certificates.sh", folder, "node1"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr == f"ca.key is not in {folder}: bring it back while certificates are made\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
