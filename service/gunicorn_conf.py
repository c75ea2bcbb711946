"""How gunicorn runs the service (`gunicorn -c service/gunicorn_conf.py wsgi:application`).

The application is made before the workers fork, so they share its model, the mapped index and the table of the limit
of requests; a new program or new settings need a restart, not a reload. What is set here can be overridden on the
command line.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from typing import Any

bind = "127.0.0.1:8000"
workers = 2 * (os.cpu_count() or 1)
threads = 2
"""A worker takes the next request while a slow client takes its answer; searches of one process run in turn."""
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

_TOLD = re.compile(r"(Invalid request) from ip=\S*: ([^:'\"]*).*|(Error handling request) .*", re.DOTALL)


class WithoutAddresses(logging.Filter):
    """Takes out of gunicorn's own messages who asked, and for what: of a broken request only what is wrong is left."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a message, if it is one of those; every record is logged."""
        told = _TOLD.fullmatch(record.getMessage())
        if told:
            parts = [part.strip() for part in told.groups() if part and part.strip()]
            record.msg, record.args = ": ".join(parts), ()
        return True


def on_starting(server: Any) -> None:
    """Keep addresses out of the log from the first request on."""
    server.log.error_log.addFilter(WithoutAddresses())


def on_exit(server: Any) -> None:
    """Take the counters' folder away, if we made it."""
    if _ours:
        shutil.rmtree(os.environ[_METRICS], ignore_errors=True)
