"""How gunicorn runs the service (`gunicorn wsgi:application` reads this file by itself).

The application is made before the workers fork, so they share its model, the mapped index and the table of the limit
of requests. What is set here can be overridden on the command line.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

_METRICS = "PROMETHEUS_MULTIPROC_DIR"
os.environ.setdefault(_METRICS, tempfile.mkdtemp(prefix="timtin-metrics-"))
# The library looks for the folder when it is imported.
from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

bind = "127.0.0.1:8000"
workers = 2
threads = 4
worker_class = "gthread"
preload_app = True
control_socket_disable = True
limit_request_line = 8190
"""Bytes; a longer query string than the service takes is refused here."""
graceful_timeout = 30


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a worker that is gone."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Take the counters' folder away."""
    shutil.rmtree(os.environ[_METRICS], ignore_errors=True)
