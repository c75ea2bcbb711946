"""The service's settings. `wsgi.py` reads them from the environment: `home` from TIMTIN_HOME, and so on."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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

    @property
    def index_dir(self) -> Path:
        """Where the index is."""
        return self.home / "index"
