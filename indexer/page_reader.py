"""Raw pages to articles by all that an archive knows: the rules of portals, the lines they repeat, the list of names,
and which texts are to be kept as they were. Every way into the store, and every reading again, goes through here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indexer.extract import Extracted, Furniture, as_it_was, extract
from indexer.html.portal_rules import rules_of
from indexer.legacy_text.told import RULE
from indexer.listed_facts import as_known, with_facts
from indexer.names import naming_of
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, StoredArticle

_NO_FACTS: Mapping[str, str] = {}


class PageReader:
    """Reads by what the archive knew when it was made; to be made anew when that may have changed.

    Every method raises BadArticle when there is no article to be made.
    """

    def __init__(self, store: ArticleStore, furniture: Furniture | None = None) -> None:
        """Take a store, and other repeated lines than those its articles have been freed from, if any."""
        self.book = rules_of(store.home)
        self._store = store
        self._naming = naming_of(store.name_list())
        self._furniture = self._applied if furniture is None else furniture
        self._known: dict[str, frozenset[str]] = {}

    def read(self, page: RawPage, facts: Mapping[str, str] = _NO_FACTS) -> Extracted:
        """Make the article of a page, with what its list says where the page says nothing."""
        made = self.as_printed(page, facts)
        return replace(made, article=self._naming.applied(made.article))

    def read_again(self, held: StoredArticle) -> Extracted:
        """Make a stored article anew from its page: under its id, with what only its list knew."""
        made = as_known(self._extracted(held.page), held)
        return replace(made, article=self._naming.applied(made.article))

    def as_printed(self, page: RawPage, facts: Mapping[str, str] = _NO_FACTS) -> Extracted:
        """Make the article of a page with names as they are printed."""
        return with_facts(self._extracted(page), facts)

    def converted(self, page: RawPage) -> Extracted:
        """Make the article of a page in Unicode, whatever was wished for its text."""
        return extract(page, self._furniture, self.book)

    def _extracted(self, page: RawPage) -> Extracted:
        extracted = self.converted(page)
        kept = self._store.kept_text(extracted.article.id) if RULE in extracted.rules else None
        if kept is None:
            return extracted
        made = as_it_was(page, self._furniture, self.book, extracted)
        return replace(made, article=replace(made.article, id=kept))

    def _applied(self, portal: str) -> frozenset[str]:
        if portal not in self._known:
            self._known[portal] = self._store.applied_furniture(portal)
        return self._known[portal]
