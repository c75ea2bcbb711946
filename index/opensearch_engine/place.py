"""Which cluster holds an index, under which names, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """An index of a cluster. `prefix` begins the names of all that belongs to it: the alias that is searched has that
    very name, the indexes behind it and the one of records (what is withheld, who writes) have more behind a dash."""

    urls: tuple[str, ...]
    prefix: str = "timtin"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    """The certificates that an https cluster is checked against; None: those of the system."""
    shards: int = 1
    replicas: int = 1
    shown: str = ""
    """How messages name it, where not by address and prefix."""

    def __str__(self) -> str:
        return self.shown or f"{self.prefix} at {self.urls[0]}"

    @property
    def alias(self) -> str:
        """What is searched."""
        return self.prefix

    @property
    def records(self) -> str:
        """The index of what belongs to no generation."""
        return f"{self.prefix}-records"
