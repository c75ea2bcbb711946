"""Everything that can be looked at: what `check` finds, the store's own tables, and whether what must be found is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.errors import SearchError
from indexer.archive import Archive
from indexer.check import Findings, examine
from indexer.golden_queries import NAME, Asking, Tried, read_golden, try_golden, try_titles
from indexer.report import Progress, counted, no_progress
from indexer.store import ArticleStore, StoreDamaged, miscounted_portals, names_without_article, numbers_not_given_out


@dataclass(slots=True)
class DeepFindings:
    """What is wrong with an archive, and what was tried."""

    findings: Findings
    miscounted: list[str] = field(default_factory=list)
    """Portals whose lines are counted otherwise than their articles say."""
    nameless: int = 0
    """Names that lead to no article."""
    tables: list[str] = field(default_factory=list)
    """How else the store's tables contradict each other."""
    tried: Tried = field(default_factory=Tried)

    @property
    def needs_new_index(self) -> bool:
        """Say whether only making the index anew helps."""
        found = self.findings
        unfound = self.tried.unfound and not (found.missing or found.stale or found.behind)
        return bool(found.index or found.foreign or found.count or unfound)

    def problems(self) -> list[str]:
        """Say it all, each with its remedy."""
        counts = []
        if self.miscounted:
            portals = counted(len(self.miscounted), "portal")
            counts = [f"the lines of {portals} are miscounted ({', '.join(self.miscounted[:3])}); run timtin reconcile"]
        if self.nameless:
            lead = counted(self.nameless, "name leads", "names lead")
            counts.append(f"{lead} to an article that is not there; run timtin reconcile")
        return [*self.findings.problems(), *counts, *self.tables, *self.tried.problems]


def deep_check(
    archive: Archive, abbreviations: Abbreviations, clock: Callable[[], datetime], progress: Progress = no_progress
) -> DeepFindings:
    """Look at everything. Raises as `check.check` does."""
    deep = DeepFindings(examine(archive, progress))
    if deep.findings.store:
        return deep
    try:
        deep.miscounted = miscounted_portals(archive.articles)
        deep.nameless = names_without_article(archive.articles)
        if strange := numbers_not_given_out(archive.articles):
            have = counted(strange, "article has", "articles have")
            deep.tables.append(
                f"{have} a change number that the store never gave out; restore a backup, or add them again"
            )
    except StoreDamaged as error:
        deep.tables.append(str(error))
    if deep.findings.index is None:
        _search(archive, abbreviations, clock, deep.tried)
    return deep


def _search(archive: Archive, abbreviations: Abbreviations, clock: Callable[[], datetime], tried: Tried) -> None:
    golden = read_golden(archive.home / NAME, tried.problems)
    with closing(archive.engine.open_searcher(archive.index)) as searcher:
        asking = Asking(searcher, Analyzer.load(), abbreviations, clock)
        try:
            try_golden(asking, golden, tried)
            with ArticleStore.open(archive.articles, read_only=True) as store:
                try_titles(asking, store, tried)
        except SearchError as error:
            tried.problems.append(str(error))
