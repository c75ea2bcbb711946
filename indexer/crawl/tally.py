"""What was done for a source, for people and for scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_MOST_NOTICES = 50


@dataclass(slots=True)
class Tally:
    """Counts are pages, or files of a folder's rows."""

    found: int = 0
    """Pages that a list named for the first time."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    """Articles taken out because their pages are gone."""
    failed: int = 0
    refused: int = 0
    """Not asked for, or not taken: robots.txt, other hosts, no pages."""
    rejected: int = 0
    """Pages that hold no article."""
    asked: int = 0
    """Requests for pages that were answered."""
    notices: list[str] = field(default_factory=list)
    left_out: int = 0
    """Earlier notices that gave way to later ones."""

    def note(self, notice: str) -> None:
        """Keep what a person should know, once."""
        if notice in self.notices:
            return
        self.notices.append(notice)
        if len(self.notices) > _MOST_NOTICES:
            del self.notices[0]
            self.left_out += 1

    def noted_since(self, count: int) -> list[str]:
        """Give what has been noted since there were so many notices, as far as it is kept."""
        fresh = len(self.notices) + self.left_out - count
        return self.notices[-fresh:] if fresh > 0 else []

    def as_fields(self) -> dict[str, Any]:
        """Give it as `--json` prints it."""
        return {
            "found": self.found,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "gone": self.gone,
            "failed": self.failed,
            "refused": self.refused,
            "rejected": self.rejected,
            "asked": self.asked,
            "notices": list(self.notices),
        }
