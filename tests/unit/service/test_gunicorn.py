"""The service as gunicorn runs it: what it makes of requests that are none, and what it says of them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.several import MAX_BODY

SECRET = "bimat"
BROKEN = [
    f"GET /?q={SECRET} HTTP/9.9\r\n\r\n",
    f"GARBAGE-{SECRET}\r\n\r\n",
    f"{SECRET} \x00\x01\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: a\r\nBad Header {SECRET}\r\n\r\n",
    f"POST /?q={SECRET} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: odd\r\n\r\n",
    f"GET /?q={SECRET}{'a' * 9000} HTTP/1.1\r\nHost: a\r\n\r\n",
]


@dataclass
class Gunicorn:
    """A server under way: where it listens, and the file that its log goes to."""

    port: int
    log: Path

    def send(self, request: bytes) -> bytes:
        """Send bytes; gives what is answered until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            with suppress(OSError):  # it may have answered and closed already
                connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)


@pytest.fixture(scope="module")
def gunicorn(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gunicorn]:
    """Gunicorn with the configuration of the project, one worker, and no index."""
    folder = tmp_path_factory.mktemp("gunicorn")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "TIMTIN_HOME": str(folder / "var"),
        "TIMTIN_MULTI_SEARCH": "public",
        "PYTHONPATH": str(repo_root),
    }
    words = ["-m", "gunicorn", "-c", "service/gunicorn_conf.py", "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    log = folder / "log"
    with log.open("w") as told:
        process = subprocess.Popen(
            [sys.executable, *words, "wsgi:application"], cwd=repo_root, env=environment, stderr=told, stdout=told
        )
        try:
            started = time.monotonic()
            while "Booting worker" not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() - started < 60
                time.sleep(0.1)
            yield Gunicorn(port, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_of_broken_requests_it_logs_what_is_wrong_but_neither_addresses_nor_queries(gunicorn: Gunicorn) -> None:
    for request in BROKEN:
        assert re.match(rb"HTTP/1.1 [45]\d\d ", gunicorn.send(request.encode("latin-1"))), request
    time.sleep(0.2)
    told = gunicorn.log.read_text()
    of_them = [line for line in told.splitlines() if "Invalid request" in line]
    assert len(of_them) >= len(BROKEN) - 1, told
    assert all(re.search(r"\[WARNING\] Invalid request: \w", line) for line in of_them), of_them
    assert "ip=" not in told
    assert "127.0.0.1" not in told.replace(f"http://127.0.0.1:{gunicorn.port}", ""), told
    assert SECRET not in told


def chunked(body: bytes) -> bytes:
    head = b"POST /api/v1/searches HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n"
    pieces = [body[start : start + 4096] for start in range(0, len(body), 4096)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [MAX_BODY + 1, MAX_BODY * 3])
def test_a_chunked_body_that_is_too_large_is_told_so(gunicorn: Gunicorn, size: int) -> None:
    answer = gunicorn.send(chunked(b'{"searches": []'.ljust(size - 1) + b"}"))
    assert answer.startswith(b"HTTP/1.1 413 "), answer
    assert b"body_too_large" in answer


def test_a_chunked_body_of_just_the_size_allowed_is_read(gunicorn: Gunicorn) -> None:
    start, end = b'{"searches": [{"q": "bao"}]', b"}"
    answer = gunicorn.send(chunked(start + b" " * (MAX_BODY - len(start) - len(end)) + end))
    assert b"index_missing" in answer, answer
