"""How gunicorn runs the service (`gunicorn -c service/gunicorn_conf.py wsgi:application`).

The application is made before the workers fork, so they share its model, the mapped index and the table of the limit
of requests; a new program or new settings need a restart, not a reload. What is set here can be overridden on the
command line.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

bind = "127.0.0.1:8000"
workers = 2 * (os.cpu_count() or 1)
threads = 2
"""More threads wait for each other's Python: two workers of four threads answer half as much as four of one."""
worker_class = "gthread"
preload_app = True
control_socket_disable = True
limit_request_line = 8190
"""Bytes; a longer query string than the service takes is refused here."""
graceful_timeout = 30
forwarder_headers = ""
forwarded_allow_ips = ""
"""What proxies say is believed as far as TIMTIN_TRUSTED_PROXIES says, nowhere else."""

_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_ours = _METRICS not in os.environ
if _ours:
    # The library of metrics looks for the folder when it is imported.
    os.environ[_METRICS] = tempfile.mkdtemp(prefix="timtin-metrics-")


def on_exit(server: Any) -> None:
    """Take the counters' folder away, if we made it."""
    if _ours:
        shutil.rmtree(os.environ[_METRICS], ignore_errors=True)
