"""What the documents ask of the service in PowerShell, read without running it: literal addresses, tables and texts."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlsplit

from tests.docs.asked import Asked

_TEXT = r"'(?:[^']|'')*'"
_TABLE = re.compile(r"^\$(\w+) = @\{(.*?)\}$", re.MULTILINE | re.DOTALL)
_PAIR = re.compile(rf"({_TEXT}|\w+)\s*=\s*({_TEXT}|\"[^\"]*\"|\d+)")
_BODY = re.compile(rf"^\$(\w+) = ({_TEXT})$", re.MULTILINE)
_CALL = re.compile(r"Invoke-(?:RestMethod|WebRequest) (.*)$", re.MULTILINE)
_OPTION = re.compile(rf"-(\w+) ({_TEXT}|\$\w+|\w+)")


def asked(script: str) -> set[Asked]:
    """Give every request that a script makes; one that follows a cursor counts as the first of its kind."""
    tables = {name: _pairs(body) for name, body in _TABLE.findall(script)}
    bodies = {name: _plain(text) for name, text in _BODY.findall(script)}
    return {_asked(dict(_OPTION.findall(call)), tables, bodies) for call in _CALL.findall(script)}


def _asked(options: dict[str, str], tables: dict[str, dict[str, str]], bodies: dict[str, str]) -> Asked:
    parts = urlsplit(_plain(options["Uri"]))
    given = options.get("Body", "").lstrip("$")
    headers = tables[options["Headers"].lstrip("$")] if "Headers" in options else {}
    return Asked(
        method=options.get("Method", "Get").upper(),
        path=parts.path,
        parameters=frozenset((*parse_qsl(parts.query), *tables.get(given, {}).items())),
        body=json.dumps(json.loads(bodies[given])) if given in bodies else "",
        keyed="Authorization" in headers,
        conditional="If-None-Match" in headers,
    )


def _pairs(table: str) -> dict[str, str]:
    return {_plain(name): _plain(value) for name, value in _PAIR.findall(table)}


def _plain(written: str) -> str:
    return written[1:-1].replace("''", "'") if written.startswith("'") else written.strip('"')
