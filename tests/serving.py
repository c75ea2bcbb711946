"""An application served on a port of this machine, for tests that need real connections."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler, make_server


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an application on a port of its own; gives the address."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Silent)
    assert isinstance(server, ThreadedWSGIServer)
    server.daemon_threads = False  # so that server_close waits for the requests under way
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
