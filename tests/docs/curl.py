"""What the documents ask of the service with curl, asked of a client of the tests."""

from __future__ import annotations

import shlex
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SERVICE = "127.0.0.1:8000"


def curl(client: FlaskClient, command: str) -> TestResponse:
    """Do what a curl command does."""
    words = iter(shlex.split(command)[1:])
    pairs: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    address = ""
    body: str | None = None
    for word in words:
        if word == "-d" and "G" not in command.split()[1]:
            body = next(words)
        elif word == "-o":
            next(words)
        elif word in ("-d", "--data-urlencode"):
            name, _, value = next(words).partition("=")
            pairs.append((name, value))
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif not word.startswith("-"):
            address = word
    parts = urlsplit(address)
    assert parts.netloc == SERVICE, command
    if body is not None:
        return client.post(parts.path, data=body, headers=headers)
    return client.get(parts.path, query_string=parts.query or urlencode(pairs), headers=headers)
