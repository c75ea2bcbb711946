"""The real service on a port of this machine, and what a program sees of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.engines.memory import rollup
from tests.soak.commands import ROOT

_SECONDS = 30.0
VERSION = re.compile(r"lần (\d+)$")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    port: int
    master: int

    def memory_mb(self) -> float:
        """Give the memory of the workers: what each has of its own and its part of what it shares."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text("ascii").split()
        return sum(rollup(int(child))["Pss"] for child in children)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and when it was asked."""

    status: int
    body: dict[str, Any]
    started: float
    ended: float

    def versions(self) -> list[tuple[str, int | None]]:
        """Give the ids of the hits with the versions that their titles tell."""
        found = ((hit["id"], VERSION.search(hit["title"])) for hit in self.body["hits"])
        return [(name, int(told[1]) if told else None) for name, told in found]


@contextmanager
def served(home: Path, log: Path) -> Iterator[Service]:
    """Run gunicorn as `service/gunicorn_conf.py` sets it up."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "gunicorn"), "-c", "service/gunicorn_conf.py"]
    environment = {**os.environ, "TIMTIN_HOME": str(home), "TIMTIN_RATE_LIMIT": "0"}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "wsgi:application"],
            cwd=ROOT, env=environment, stdout=errors, stderr=errors,
        )  # fmt: skip
        try:
            _wait(process, port)
            yield Service(port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the service did not start"
        time.sleep(0.1)
    raise AssertionError("the service did not start within a minute")


class Client:
    """One connection that is kept open as long as the service keeps it."""

    def __init__(self, service: Service) -> None:
        self._port = service.port
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def search(self, q: str, size: int = 5) -> Answer:
        """Search. Raises OSError or HTTPException when there is no answer."""
        return self.get(f"/api/v1/search?{urlencode({'q': q, 'size': size})}")

    def get(self, path: str) -> Answer:
        """Ask for something in JSON."""
        started = time.monotonic()
        for attempt in (1, 2):
            try:
                return self._asked(path, started)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # A kept connection that the server has closed meanwhile: any client asks again, once.
                if attempt == 2:
                    raise
        raise AssertionError

    def _asked(self, path: str, started: float) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        try:
            self._connection.request("GET", path)
            response = self._connection.getresponse()
            content = response.read()
        except BaseException:
            self.close()
            raise
        return Answer(response.status, json.loads(content), started, time.monotonic())
