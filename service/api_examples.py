"""A request of the API as people write it: for curl, for Python without further libraries, for PowerShell 7.4."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

Pairs = tuple[tuple[str, str], ...]

KEY = "TIMTIN_KEY"
"""The environment variable from which examples take a key: none stands in a command line or a file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an example asks for: query parameters, values of path parameters, or a body; and whether it shows a key."""

    parameters: Pairs = ()
    in_path: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: Mapping[str, Any] | None = None
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """The same request in each language."""

    curl: str
    python: str
    powershell: str


def example(address: str, asked: Asked, *, text: bool = False) -> Example:
    """Write a request for an address. The answer is printed; `text` says that it is no JSON."""
    return Example(_curl(address, asked), _python(address, asked, text), _powershell(address, asked))


def _curl(address: str, asked: Asked) -> str:
    written = [f"curl -s{'G' if asked.parameters else ''} {shlex.quote(address)}"]
    written += [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in asked.parameters]
    if asked.keyed:
        written.append(f'-H "Authorization: Bearer ${KEY}"')
    if asked.body is not None:
        written += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_json(asked.body))}"]
    return " \\\n  ".join(written)


def _python(address: str, asked: Asked, text: bool) -> str:
    modules = {"json", "urllib.request"} - ({"json"} if text and asked.body is None else set())
    modules |= ({"os"} if asked.keyed else set()) | ({"urllib.parse"} if asked.parameters else set())
    written = [*(f"import {module}" for module in sorted(modules)), "", f"address = {_quoted(address)}"]
    if asked.parameters:
        written.append(f"parameters = urllib.parse.urlencode({_pairs(asked)})")
    handed = [f"address{' + ' + chr(34) + '?' + chr(34) + ' + parameters' if asked.parameters else ''}"]
    headers = ['"Content-Type": "application/json"'] if asked.body is not None else []
    headers += [f'"Authorization": "Bearer " + os.environ["{KEY}"]'] if asked.keyed else []
    if asked.body is not None:
        written.append(f"body = json.dumps({_json(asked.body)}).encode()")
        handed.append("body")
    if headers:
        written.append(f"headers = {{{', '.join(headers)}}}")
        handed.append("headers=headers")
    written.append(f"request = urllib.request.Request({', '.join(handed)})")
    written.append("with urllib.request.urlopen(request) as answer:")
    written.append(f"    print({'answer.read().decode()' if text else 'json.load(answer)'})")
    return "\n".join(written)


def _powershell(address: str, asked: Asked) -> str:
    # A table holds no name twice.
    asked_there = f"{address}?{urlencode(asked.parameters)}" if _repeats(asked) else address
    written, call = [], f"Invoke-RestMethod -Uri {_single(asked_there)}"
    if asked.parameters and not _repeats(asked):
        pairs = "; ".join(f"{_single(name)} = {_single(value)}" for name, value in asked.parameters)
        written.append(f"$parameters = @{{ {pairs} }}")
        call += " -Body $parameters"
    if asked.body is not None:
        written.append(f"$body = {_single(_json(asked.body))}")
        call += " -Method Post -ContentType 'application/json; charset=utf-8' -Body $body"
    if asked.keyed:
        written.append(f'$headers = @{{ Authorization = "Bearer $env:{KEY}" }}')
        call += " -Headers $headers"
    return "\n".join([*written, call])


def _repeats(asked: Asked) -> bool:
    return len(dict(asked.parameters)) < len(asked.parameters)


def _pairs(asked: Asked) -> str:
    """Write parameters as Python does: a dictionary, or a list of pairs when a name comes again."""
    if _repeats(asked):
        return f"[{', '.join(f'({_quoted(name)}, {_quoted(value)})' for name, value in asked.parameters)}]"
    return f"{{{', '.join(f'{_quoted(name)}: {_quoted(value)}' for name, value in asked.parameters)}}}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    """Write a text as Python does: JSON's literals are Python's, too."""
    return _json(text)


def _single(text: str) -> str:
    """Write a text as PowerShell does, which takes curly apostrophes for straight ones.

    >>> _single("đường 'mới'")
    "'đường ''mới'''"
    """
    return "'" + "".join(letter * 2 if letter in "'‘’‚‛" else letter for letter in text) + "'"
