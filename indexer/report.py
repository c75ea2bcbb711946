"""What a command did, for people and for scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from index.errors import BadArticle

Progress = Callable[[str, int, int | None], None]
"""Called now and then with the step, the articles it has done and how many there are (None: not known)."""


def no_progress(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


def counted(number: int, thing: str, things: str | None = None) -> str:
    """Write how many there are.

    >>> counted(1, "file"), counted(1200, "file")
    ('1 file', '1,200 files')
    """
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An article that could not be taken: where it stands, why, and what to do."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """An article that was taken without something."""

    origin: str
    text: str


@dataclass(slots=True)
class IndexReport:
    """What became of everything that was read. Counts are articles.

    `read` = `new` + `changed` + `unchanged` + `repeated` + `outdated` + `withdrawn` + the number of `rejected`, but for
    rejected files that held several, and articles that the store has taken and a cluster has not.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    """Rows that gave way to a later one of the same id."""
    outdated: int = 0
    """Earlier states of articles that are there; they were left out."""
    withdrawn: int = 0
    """Articles that are withdrawn, and stay so."""
    superseded: int = 0
    """Articles that gave way to one of the same address that brought an id of its own."""
    removed: int = 0
    missing: list[str] = field(default_factory=list)
    """Ids to be removed that were not there."""
    cleaned: int = 0
    """Articles of earlier pages that newly learned furniture was taken from."""
    renamed: int = 0
    """Stored articles whose authors, publisher or section are others since the list of names was changed."""
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    skipped_files: int = 0
    indexed: int = 0
    """Articles written to the index."""
    unindexed: int = 0
    """Articles taken out of the index."""
    unreadable: list[str] = field(default_factory=list)
    """Stored articles that can't be read and so are not in the index, each with the remedy."""
    notices: list[str] = field(default_factory=list)
    """What was found amiss with the archive and has been mended."""
    index_problem: str | None = None
    """Why the index is not up to date; the store has everything, the message names the remedy."""
    seconds: float = 0.0

    def reject(self, bad: BadArticle) -> None:
        """Note an article that can't be taken."""
        self.rejected.append(Rejected(bad.origin, bad.reason))


def report_fields(report: IndexReport) -> dict[str, Any]:
    """Give the report as the command line's --json prints it."""
    return {
        "read": report.read,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "repeated": report.repeated,
        "outdated": report.outdated,
        "withdrawn": report.withdrawn,
        "superseded": report.superseded,
        "removed": report.removed,
        "missing": report.missing,
        "cleaned": report.cleaned,
        "renamed": report.renamed,
        "rejected": [{"origin": r.origin, "reason": r.reason} for r in report.rejected],
        "warnings": [{"origin": w.origin, "text": w.text} for w in report.warnings],
        "skipped_files": report.skipped_files,
        "indexed": report.indexed,
        "unindexed": report.unindexed,
        "unreadable": report.unreadable,
        "notices": report.notices,
        "index_problem": report.index_problem,
        "seconds": round(report.seconds, 3),
    }
