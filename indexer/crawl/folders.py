"""Files that are put into a folder: read once each version, when they stand still."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from indexer.crawl.answers import Role
from indexer.crawl.source import Source
from indexer.crawl.stores import Stores
from indexer.crawl.tally import Tally
from indexer.ingest import ingest
from indexer.report import IndexReport, no_progress
from indexer.sources import format_of, read_sources, shown_path
from indexer.store.crawl_state import CrawlState
from indexer.store.crawl_tables import PageState

STANDS_STILL = 1.0
"""Seconds for which neither size nor time of a file may change before it is read."""

MAX_FILES = 100_000


@dataclass(slots=True)
class Folder:
    """A folder that is looked into again and again."""

    source: Source
    seen: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Each file's version, and since when it has been that."""
    paths: dict[str, str] = field(default_factory=dict)
    """The files by their addresses, which are text: a name may be none."""
    read: dict[str, str] = field(default_factory=dict)
    """The versions that are known to have been read, so that a large folder is not asked about each time."""

    def ready(self, state: CrawlState, now: float, tally: Tally) -> tuple[list[PageState], bool]:
        """Give the files to be read, and whether others are still being written."""
        ready: list[PageState] = []
        waiting = False
        present = self._files(tally)
        for path, version in present.items():
            if self.read.get(path) == version:
                continue
            since = self.seen[path][1] if self.seen.get(path, ("",))[0] == version else now
            self.seen[path] = (version, since)
            known = state.page(f"file:{path}")
            if known is not None and known.read_mark == version:
                self.read[path] = version
                continue
            if now - since < STANDS_STILL:
                waiting = True
                continue
            fresh = PageState(f"file:{path}", self.source.name, Role.PAGE)
            tally.found += known is None
            ready.append(replace(known or fresh, mark=version))
        for path in self.seen.keys() - present.keys():
            del self.seen[path]
            self.read.pop(path, None)
            self.paths.pop(f"file:{path}", None)
        return ready, waiting

    def _files(self, tally: Tally) -> dict[str, str]:
        found: dict[str, str] = {}
        unreadable: list[OSError] = []
        for here, folders, files in os.walk(self.source.url, onerror=unreadable.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if name.startswith(".") or format_of(name) is None:
                    continue
                path = os.path.join(here, name)
                try:
                    about = os.stat(path)
                except OSError:
                    continue  # taken away since it was listed
                if len(found) >= MAX_FILES:
                    tally.note(f"{self.source.url} holds more than {MAX_FILES:,} files; the rest is left out")
                    return found
                found[shown_path(path)] = f"{about.st_mtime_ns}-{about.st_size}"
                self.paths[f"file:{shown_path(path)}"] = path
        for error in unreadable:
            tally.note(f"{shown_path(str(error.filename))} can't be read: {error.strerror}")
        return found


def read_file(page: PageState, path: str, stores: Stores, clock: Callable[[], datetime], tally: Tally) -> bool:
    """Put the articles of a file into the store, then remember its version; say whether any changed something."""
    report = IndexReport()
    ingest(read_sources([path]), stores.articles, clock, report, no_progress)
    now = clock().timestamp()
    tally.new += report.new
    tally.changed += report.changed
    tally.unchanged += report.unchanged + report.repeated + report.outdated
    tally.refused += report.withdrawn
    tally.rejected += len(report.rejected)
    tally.asked += 1
    for rejected in report.rejected:
        tally.note(f"{rejected.origin}: {rejected.reason}")
    problem = report.rejected[0].reason if report.rejected else None
    stores.state.put(replace(page, read_mark=page.mark, fetched_at=now, status=200, problem=problem, due_at=None))
    return bool(report.new or report.changed or report.superseded)
