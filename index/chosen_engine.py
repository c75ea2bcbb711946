"""Which engine an installation has chosen: the one place where its name is read. Everybody else is handed an
`index.engine.Engine` and can't tell."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from index.engine import Engine


class EngineName(StrEnum):
    """The engines there are."""

    WHOOSH = "whoosh"
    OPENSEARCH = "opensearch"


PREFIX = re.compile(r"[a-z][a-z0-9_-]{0,99}")
URL = "http://127.0.0.1:9200"
NAMED = "timtin"
MOST_SHARDS = 1024
MOST_REPLICAS = 100
CLIENT = "opensearchpy"


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine and, for a cluster, where it is. `password_file` keeps the password out of the environment."""

    engine: EngineName = EngineName.WHOOSH
    url: str = URL
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    prefix: str = NAMED
    shards: int = 1
    replicas: int = 1

    def __post_init__(self) -> None:
        for url in self.url.split() or [""]:
            if not re.fullmatch(r"https?://[^\s/@]+/?", url) or not _has_possible_port(url):
                raise ValueError(
                    "TIMTIN_OPENSEARCH_URL must be addresses such as https://node1:9200, separated by blanks, without "
                    f"a password, got {'one with a password' if '@' in url else repr(url)}"
                )
        if not PREFIX.fullmatch(self.prefix):
            raise ValueError(
                "TIMTIN_OPENSEARCH_PREFIX must be small letters, digits, - and _, beginning with a letter, got "
                f"{self.prefix!r}"
            )
        for name, value, least, most in (
            ("SHARDS", self.shards, 1, MOST_SHARDS),
            ("REPLICAS", self.replicas, 0, MOST_REPLICAS),
        ):
            if not least <= value <= most:
                raise ValueError(f"TIMTIN_OPENSEARCH_{name} must be a whole number from {least} to {most}, got {value}")

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Choice:
        """Read the choice from TIMTIN_ENGINE and TIMTIN_OPENSEARCH_*; raises ValueError for a wrong one.

        >>> Choice.read({"TIMTIN_ENGINE": "opensearch", "TIMTIN_OPENSEARCH_SHARDS": "3"}).shards
        3
        """
        name = environ.get("TIMTIN_ENGINE") or EngineName.WHOOSH
        if name not in list(EngineName):
            raise ValueError(f"TIMTIN_ENGINE must be one of {', '.join(EngineName)}, got {name!r}")

        def of(field: str, otherwise: str) -> str:
            return environ.get(f"TIMTIN_OPENSEARCH_{field}") or otherwise

        def number(field: str, otherwise: int) -> int:
            written = of(field, str(otherwise))
            if not re.fullmatch(r"\d{1,6}", written):
                raise ValueError(f"TIMTIN_OPENSEARCH_{field} must be a whole number, got {written!r}")
            return int(written)

        password_file, ca_file = of("PASSWORD_FILE", ""), of("CA_FILE", "")
        return cls(
            EngineName(name),
            of("URL", URL),
            of("USER", ""),
            Path(password_file) if password_file else None,
            Path(ca_file) if ca_file else None,
            of("PREFIX", NAMED),
            number("SHARDS", 1),
            number("REPLICAS", 1),
        )

    def open(self) -> Engine:
        """Give the engine; raises ValueError when the file with the password or the certificates can't be read, or
        the cluster's client is not installed.

        Only the engine that is chosen is loaded: the other one's libraries may not even be there.
        """
        match self.engine:
            case EngineName.WHOOSH:
                from index import whoosh_engine  # noqa: PLC0415

                return Engine(whoosh_engine.open_writer, whoosh_engine.open_searcher, whoosh_engine.withhold)
            case EngineName.OPENSEARCH:
                from index import opensearch_engine  # noqa: PLC0415

                if find_spec(CLIENT) is None:
                    raise ValueError(
                        f"TIMTIN_ENGINE: the client of OpenSearch is not installed: {sys.executable} -m pip install "
                        "--require-hashes -r requirements-opensearch.txt, in the project's folder"
                    )
                place = opensearch_engine.Place(
                    tuple(self.url.split()),
                    self.prefix,
                    self.user,
                    _text_of(self.password_file, "PASSWORD_FILE") if self.password_file else "",
                    self._certificates(),
                    self.shards,
                    self.replicas,
                )
                # The index is in the cluster, wherever this installation keeps its own files.
                return Engine(
                    lambda _: opensearch_engine.OpenSearchWriter(place),
                    lambda _: opensearch_engine.OpenSearchSearcher(place),
                    lambda _, ids: opensearch_engine.withhold(place, ids),
                )

    def _certificates(self) -> Path | None:
        if self.ca_file and "BEGIN CERTIFICATE" not in _text_of(self.ca_file, "CA_FILE"):
            raise ValueError(f"TIMTIN_OPENSEARCH_CA_FILE: {self.ca_file} holds no certificate in PEM form")
        return self.ca_file


def _has_possible_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _text_of(file: Path, setting: str) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"TIMTIN_OPENSEARCH_{setting}: {file} can't be read ({error})") from error
