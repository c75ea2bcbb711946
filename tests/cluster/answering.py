"""A server that answers as a cluster in trouble does: whatever a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from index.opensearch_engine.patience import Patience

HURRIED = Patience(search=1.0, reading=1.0, writing=1.0, in_all=1.5)
"""For those who ask a server that says nothing."""
FOUND: dict[str, Any] = {"timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0}}
"""The answer of all shards."""
BROKEN = 0
"""Stands in the place of a status: the connection ends without an answer."""
VERSION = {"distribution": "opensearch", "number": "2.19.6"}


class Answers:
    """What the server answers: a status and a body, or silence."""

    def __init__(self) -> None:
        self.version: Any = {"version": VERSION}
        self.version_status = 200
        self.status = 200
        self.body: bytes = b"{}"
        self.silence = 0.0
        self.together: threading.Barrier | None = None
        """Answers only when all others that meet here have been asked, too."""
        self.asked: list[str] = []
        self.asked_by: str | None = None
        self.asked_from: list[int] = []
        """The port at the other end of each request's connection."""
        self.in_turn: list[tuple[int, dict[str, Any]]] = []
        self.at: dict[str, tuple[int, Any]] = {}
        """What is answered at an address, whatever else is."""

    def error(self, status: int, kind: str, reason: str = "because") -> None:
        self.status = status
        self.body = json.dumps({"error": {"type": kind, "reason": reason}, "status": status}).encode()


@contextmanager
def answering(answers: Answers) -> Iterator[str]:
    """Run a server that answers so; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answers.asked.append(f"{self.command} {self.path}")
            answers.asked_by = self.headers.get("Authorization")
            answers.asked_from.append(self.client_address[1])
            time.sleep(answers.silence)
            if answers.together is not None:
                answers.together.wait()
            status, body = answers.status, answers.body
            if self.path == "/" and answers.version is not None:
                status, body = answers.version_status, json.dumps(answers.version).encode()
            elif (at := f"{self.command} {self.path.partition('?')[0]}") in answers.at:
                status, told = answers.at[at]
                body = json.dumps(told).encode()
            elif answers.in_turn:
                status, told = answers.in_turn.pop(0)
                body = json.dumps(told).encode()
            if status == BROKEN:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            # Whoever asked may have given up by now.
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
