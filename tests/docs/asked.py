"""What was asked of a service, kept while it answers: to compare the same example in several languages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, without the cursor that leads on from the first of its kind."""

    method: str
    path: str
    parameters: frozenset[tuple[str, str]]
    body: str
    keyed: bool
    conditional: bool


class Listening:
    """Hands requests on to an application, and keeps them and the statuses of the answers."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self.asked: set[Asked] = set()
        self.cursors = 0
        self.statuses: list[int] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        pairs = frozenset(parse_qsl(environ["QUERY_STRING"]))
        self.cursors += any(name == "cursor" for name, _ in pairs)
        self.asked.add(
            Asked(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                frozenset((name, value) for name, value in pairs if name != "cursor"),
                json.dumps(json.loads(body)) if body else "",
                "HTTP_AUTHORIZATION" in environ,
                "HTTP_IF_NONE_MATCH" in environ,
            )
        )

        def start(status: str, *more: Any) -> Any:
            self.statuses.append(int(status.split(maxsplit=1)[0]))
            return start_response(status, *more)

        return self._application(environ, start)
