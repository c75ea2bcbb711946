"""The service's settings. `wsgi.py` reads them from the environment: `home` from TIMTIN_HOME, and so on."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis import Redis

from index import keys
from index.abbreviation_file import NAME
from index.chosen_engine import MOST_REPLICAS, MOST_SHARDS, NAMED, URL, Choice, EngineName
from index.query_log import log_file

WORKER_BOOT_ERROR = 3
"""The exit code by which gunicorn knows that a worker can't start, so that it doesn't try again for ever."""


class Access(StrEnum):
    """To whom the service offers something."""

    PUBLIC = "public"
    KEY = "key"
    OFF = "off"


class Settings(BaseSettings):
    """Everything that an installation can change about the service."""

    model_config = SettingsConfigDict(env_prefix="TIMTIN_", frozen=True, extra="ignore")

    home: Path = Path("var")
    """The directory of the data; the index is in `index` below it."""
    portal_name: str = Field("Tìm Tin", min_length=1, max_length=80)
    """The name at the head of every page."""
    page_size: int = Field(10, ge=1, le=100)
    """How many hits a page or an answer holds when the reader doesn't say."""
    trusted_proxies: int = Field(0, ge=0, le=5)
    """How many reverse proxies stand before the service; X-Forwarded-* of that many is believed."""

    engine: EngineName = EngineName.WHOOSH
    """Which engine answers: whoosh, the embedded one, or opensearch, a cluster."""
    opensearch_url: str = Field(URL, min_length=1, max_length=2_000)
    """The nodes of the cluster, separated by blanks (https://node1:9200 https://node2:9200)."""
    opensearch_user: str = Field("", min_length=0, max_length=200)
    """As whom the cluster is asked; none: without a password."""
    opensearch_password_file: str = Field("", min_length=0, max_length=1_000)
    """The file that holds the password, so that the environment doesn't."""
    opensearch_ca_file: str = Field("", min_length=0, max_length=1_000)
    """The certificates that the cluster's is checked against; none: those of the system."""
    opensearch_prefix: str = Field(NAMED, min_length=1, max_length=100)
    """What the names of this archive's indexes begin with."""
    opensearch_shards: int = Field(1, ge=1, le=MOST_SHARDS)
    """Into how many parts a new index is cut."""
    opensearch_replicas: int = Field(1, ge=0, le=MOST_REPLICAS)
    """How many copies each part of a new index has beside the first."""

    rate_limit: int = Field(300, ge=0, le=1_000_000)
    """How many requests a minute a client may make; 0: as many as it likes."""
    rate_limit_redis: str = Field("", min_length=0, max_length=500, repr=False)
    """The Redis in which services on several machines count together (redis://host:6379/0); none: each for itself."""
    old_after_days: int = Field(7, ge=0, le=3650)
    """After how many days without a change in the index the pages say how old it is; 0: never."""
    allowed_origins: str = Field("", min_length=0, max_length=2_000)
    """The sites whose pages may read the API in a browser, separated by blanks (https://portal.example); * is any."""
    export: Access = Access.KEY
    """Who may stream all articles of a search: public, key or off."""
    explain: Access = Access.KEY
    """Who may have hits explained by the API."""
    multi_search: Access = Access.KEY
    """Who may send several searches at once."""
    statistics: Access = Access.KEY
    """Who may read the metrics and what readers search for."""
    query_log_days: int = Field(0, ge=0, le=3_650)
    """For how many days searches are kept, without a trace of who searched; 0: none are."""

    @field_validator("rate_limit_redis")
    @classmethod
    def _is_redis(cls, url: str) -> str:
        try:
            if url:
                Redis.from_url(url)
        except (ValueError, TypeError):
            # What is wrong may hold a password.
            raise ValueError("no address of a Redis") from None
        return url

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, written: str) -> str:
        for origin in written.split():
            if origin != "*" and not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"{origin} is no origin such as https://portal.example")
        return written

    @property
    def origins(self) -> frozenset[str]:
        """The `allowed_origins`, one by one."""
        return frozenset(self.allowed_origins.split())

    @property
    def choice(self) -> Choice:
        """The engine that answers; raises ValueError for an address or a prefix that can't be one."""
        return Choice(
            self.engine,
            self.opensearch_url,
            self.opensearch_user,
            Path(self.opensearch_password_file) if self.opensearch_password_file else None,
            Path(self.opensearch_ca_file) if self.opensearch_ca_file else None,
            self.opensearch_prefix,
            self.opensearch_shards,
            self.opensearch_replicas,
        )

    @property
    def index_dir(self) -> Path:
        """Where the index is."""
        return self.home / "index"

    @property
    def keys_file(self) -> Path:
        """Where the hashes of the keys are; it need not be there."""
        return self.home / keys.NAME

    @property
    def synonyms_file(self) -> Path:
        """Where the list of the installation's own abbreviations is; it need not be there."""
        return self.home / NAME

    @property
    def query_log_file(self) -> Path:
        """Where searches are kept; it is there once one has been."""
        return self.home / log_file.NAME


def read_settings() -> Settings:
    """Read the settings from the environment. A wrong one ends the process with a line that says what is right."""
    try:
        settings = Settings()
        settings.choice.open()
        return settings
    except ValidationError as error:
        for fault in error.errors():
            print(_told(str(fault["loc"][0]), fault["input"]), file=sys.stderr)
        raise SystemExit(WORKER_BOOT_ERROR) from None
    except ValueError as error:
        print(error, file=sys.stderr)
        raise SystemExit(WORKER_BOOT_ERROR) from None


def _told(field: str, value: object) -> str:
    name = f"{Settings.model_config['env_prefix']}{field.upper()}"
    limits = Settings.model_json_schema()["properties"][field]
    if field == "rate_limit_redis":
        # What it holds may be a password.
        return f"{name} must be an address such as redis://127.0.0.1:6379/0"
    if field == "opensearch_url":
        return f"{name} must be {limits['minLength']} to {limits['maxLength']} characters: addresses without a password"
    if field == "allowed_origins":
        right = "origins such as https://portal.example, separated by blanks, or *"
    elif "$ref" in limits:
        right = f"one of {', '.join(EngineName if field == 'engine' else Access)}"
    elif limits["type"] == "integer":
        right = f"a whole number from {limits['minimum']} to {limits['maximum']}"
    else:
        right = f"text of {limits['minLength']} to {limits['maxLength']} characters"
    return f"{name} must be {right}, got {value!r}"
