"""A cluster that answers over TLS: whom it is taken from, and what is said when something is wrong with it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index.chosen_engine import Choice
from index.engine import Searcher
from index.errors import EngineUnavailable, IndexMissing

CERTIFICATES_SH = Path(__file__).parents[3] / "deploy" / "opensearch" / "certificates.sh"
PASSWORD = "mật khẩu"
VERSION = b'{"version": {"distribution": "opensearch", "number": "2.19.6"}}'
EMPTY = b'{"docs": [{"found": false}, {"found": false}, {"found": false}]}'


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that hang up on it."""

    def handle_error(self, *_: object) -> None:
        pass


def make(folder: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    subprocess.run([CERTIFICATES_SH, folder, "node1"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("certificates"))


@contextmanager
def serving(certificates: Path, address: str) -> Iterator[int]:
    """Serve somewhere what knows one password, and says to who has it that there is no index yet."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            # base64 of "timtin:mật khẩu"
            known = self.headers.get("Authorization") == "Basic dGltdGluOm3huq10IGto4bqpdQ=="
            body = (VERSION if self.path == "/" else EMPTY) if known else b"Unauthorized"
            self.send_response(200 if known else 401)
            self.send_header("Content-Type", "application/json" if known else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "node1.pem", certificates / "node1.key")
    server = QuietServer((address, 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def port(certificates: Path) -> Iterator[int]:
    with serving(certificates, "127.0.0.1") as port:
        yield port


def searcher(
    tmp_path: Path, port: int, ca_file: Path | None, password: str = PASSWORD, at: str = "localhost"
) -> Searcher:
    """Open an engine as the service does, by its settings."""
    (tmp_path / "password").write_text(password + "\n", "utf-8")
    environ = {
        "TIMTIN_ENGINE": "opensearch",
        "TIMTIN_OPENSEARCH_URL": f"https://{at}:{port}",
        "TIMTIN_OPENSEARCH_USER": "timtin",
        "TIMTIN_OPENSEARCH_PASSWORD_FILE": str(tmp_path / "password"),
    }
    if ca_file:
        environ["TIMTIN_OPENSEARCH_CA_FILE"] = str(ca_file)
    return Choice.read(environ).open().open_searcher(tmp_path)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1"])
def test_with_the_cluster_s_authority_and_the_password_of_the_file_it_is_asked(
    tmp_path: Path, port: int, certificates: Path, address: str
) -> None:
    with (
        closing(searcher(tmp_path, port, certificates / "ca.pem", at=address)) as asking,
        pytest.raises(IndexMissing, match="timtin rebuild"),
    ):
        asking.stats()


@pytest.mark.parametrize("whose", ["the system's", "another's", "the node's own"])
def test_a_certificate_of_anybody_else_is_refused_and_the_setting_named(
    tmp_path: Path, port: int, certificates: Path, whose: str
) -> None:
    ca_file = {
        "the system's": None,
        "another's": make(tmp_path / "other") / "ca.pem",
        "the node's own": certificates / "admin.pem",
    }[whose]
    with closing(searcher(tmp_path, port, ca_file)) as asking, pytest.raises(EngineUnavailable) as refused:
        asking.stats()
    assert "certificate verify failed" in str(refused.value)
    assert "check TIMTIN_OPENSEARCH_CA_FILE" in str(refused.value)


def test_a_node_under_a_name_that_its_certificate_lacks_is_refused(tmp_path: Path, certificates: Path) -> None:
    with (
        serving(certificates, "127.0.0.2") as port,
        closing(searcher(tmp_path, port, certificates / "ca.pem", at="127.0.0.2")) as asking,
        pytest.raises(EngineUnavailable, match=r"IP address mismatch.*the address is one that .*certificate is for"),
    ):
        asking.stats()


def test_a_wrong_password_names_its_setting_and_is_never_shown(tmp_path: Path, port: int, certificates: Path) -> None:
    asking = searcher(tmp_path, port, certificates / "ca.pem", "sai-bí-mật")
    with closing(asking), pytest.raises(EngineUnavailable, match="TIMTIN_OPENSEARCH_PASSWORD_FILE") as refused:
        asking.stats()
    told = f"{refused.value!r} {refused.value.__cause__!r} {vars(asking)}"
    assert "sai-" not in told
    assert "dGltdGlu" not in told, "nor as it is sent"
