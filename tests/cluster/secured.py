"""A cluster as deploy/opensearch sets one up: its settings, certificates, users, roles. Only addresses are others."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.opensearch_engine import Place
from tests.cluster.nodes import MEMORY, PATIENCE, PLACE, Cluster, NoCluster, prepare

DEPLOYED = Path(__file__).parents[2] / "deploy" / "opensearch"
HEAP = "384m"

SECURED = "TIMTIN_TEST_SECURED"
"""The environment variable that says where a secured cluster keeps its files, and names its nodes."""


@dataclass(frozen=True, slots=True)
class Secured:
    """A cluster that answers over TLS only, and only whom it knows."""

    home: Path
    urls: tuple[str, ...]

    @property
    def ca_file(self) -> Path:
        """The certificate that the nodes' are checked against."""
        return self.home / "certificates" / "ca.pem"

    @property
    def password_file(self) -> Path:
        """Where the password of the user `timtin` stands."""
        return self.home / "timtin.password"

    def place(self, prefix: str, user: str, password: str) -> Place:
        """Say where an index is, and who asks."""
        return Place(self.urls, prefix, user, password, self.ca_file)

    def administer(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask with the administrator's certificate; give status and answer."""
        context = ssl.create_default_context(cafile=self.ca_file)
        certificate = self.home / "certificates" / "admin.pem"
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        return _asked(self.urls[0] + path, context, method, body)

    def ask(self, user: str, password: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask as a user; give status and answer."""
        context = ssl.create_default_context(cafile=self.ca_file)
        named = {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}
        return _asked(self.urls[0] + path, context, method, body, named)

    def log(self) -> str:
        """Give what the nodes have told."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("node-*/out.log")))


def _asked(
    url: str, context: ssl.SSLContext, method: str = "GET", body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    request = urllib.request.Request(
        url, method=method, headers={"Content-Type": "application/json", **(headers or {})}
    )
    request.data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, text = refused.code, refused.read()
    return status, json.loads(text) if text.startswith((b"{", b"[")) else text.decode()


def secured() -> Secured:
    """Give the cluster that tests are run with; skips a test when there is none."""
    home, *urls = os.environ.get(SECURED, "").split() or [""]
    if not urls:
        pytest.skip("there is no secured cluster: `make test-cluster` runs this with one")
    return Secured(Path(home), tuple(urls))


@contextmanager
def running_secured(count: int = 2) -> Iterator[Secured]:
    """Run a new cluster; its data are gone afterwards."""
    prepare()
    home = (MEMORY if MEMORY.is_dir() else PLACE) / f"timtin-secured-{os.getpid()}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    options = ("-Dtimtin.plugins=org.opensearch.security.OpenSearchSecurityPlugin",
               f"-Dtimtin.path.repo={home / 'snapshots'}")  # fmt: skip
    cluster = Cluster(home, count, HEAP, options, (f"{PLACE / 'security'}/*",))
    try:
        _lay_out(home, count)
        for number in range(count):
            cluster.start(number)
        made = Secured(home, tuple(url.replace("http:", "https:") for url in cluster.urls))
        _wait(made, cluster, {200, 503})
        _bring_in_users(made, cluster.http[0])
        _wait(made, cluster, {200})
        yield made
    finally:
        cluster.close()
        shutil.rmtree(home, ignore_errors=True)


def _lay_out(home: Path, count: int) -> None:
    """Put the files of deploy/opensearch where compose.yaml has them."""
    certificates = home / "certificates"
    names = [f"node-{number}" for number in range(count)]
    _run([str(DEPLOYED / "certificates.sh"), str(certificates), *names])
    for name in names:
        shutil.copytree(certificates, home / name / "certificates", ignore=lambda *_: ["ca.key", "admin.key"])
        for end in ("pem", "key"):
            (home / name / "certificates" / f"{name}.{end}").rename(home / name / "certificates" / f"node.{end}")
        shutil.copy(DEPLOYED / "opensearch.yml", home / name)
    # A quote, a dollar sign and a letter beyond ASCII, for all that could be taken for something else on the way.
    Secured(home, ()).password_file.write_text(f"m'ật\"${secrets.token_hex(8)}\n", "utf-8")


def _bring_in_users(made: Secured, port: int) -> None:
    """Do as the service `security` of compose.yaml does."""
    certificates = made.home / "certificates"
    _run(
        ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{PLACE / 'lib'}/*:{PLACE / 'security'}/*",
         "org.opensearch.security.tools.SecurityAdmin", "-cd", str(DEPLOYED / "security"), "-rev", "-icl",
         "-h", "localhost", "-p", str(port), "-cacert", str(made.ca_file),
         "-cert", str(certificates / "admin.pem"), "-key", str(certificates / "admin.key")],
        TIMTIN_PASSWORD=made.password_file.read_text("utf-8").strip(),
    )  # fmt: skip


def _run(command: list[str], **environ: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environ)
    if done.returncode:
        raise NoCluster(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-2000:]}")


def _wait(made: Secured, cluster: Cluster, wanted: set[int]) -> None:
    """Wait until every node's health is one of some statuses; raises NoCluster."""
    context = ssl.create_default_context(cafile=made.ca_file)
    until = time.monotonic() + PATIENCE
    waiting = list(made.urls)
    while waiting and time.monotonic() < until:
        try:
            status, _ = _asked(waiting[0] + "/_plugins/_security/health", context)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            status = 0
        if status in wanted:
            waiting.pop(0)
        else:
            time.sleep(0.3)
    if waiting:
        raise NoCluster(f"the secured cluster did not come up in {PATIENCE} s:\n{cluster.log(0)[-3000:]}")
