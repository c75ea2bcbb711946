"""Addresses within the service, made of search arguments; what is usual is left out of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from flask import url_for
from werkzeug.routing import BaseConverter

from index.article import UNKNOWN
from service.arguments import SearchArguments
from service.coverage_arguments import CoverageArguments

Pairs = list[tuple[str, str]]


class IdConverter(BaseConverter):
    """An article's id in a path: any characters, slashes too."""

    regex = ".+"
    part_isolating = False

    def to_url(self, value: str) -> str:
        """Quote everything: neither browsers nor proxies must take part of an id for a path of their own."""
        return quote(value, safe="")


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links; `page_size` is the size that needs no saying."""

    page_size: int

    def search(self, arguments: SearchArguments, *, external: bool = False) -> str:
        """Give the address of a result page."""
        return self._with(arguments, url_for("pages.search", _external=external))

    def article(self, article_id: str, arguments: SearchArguments, *, external: bool = False) -> str:
        """Give the address of an article's page, which keeps the search that led to it."""
        return self._with(arguments, url_for("pages.article", article_id=article_id, _external=external))

    def why(self, article_id: str, arguments: SearchArguments) -> str:
        """Give the address of the page that says why an article scored in a search."""
        return self._with(arguments, url_for("pages.why", article_id=article_id))

    def export(self, arguments: SearchArguments) -> str:
        """Give the address of all articles of a search as CSV."""
        pairs = [*self.pairs(_narrowed(arguments, self.page_size)), ("format", "csv"), ("bom", "true")]
        return url_for("api.export") + f"?{urlencode(pairs)}"

    def feed(self, arguments: SearchArguments, *, external: bool = False) -> str:
        """Give the address of the feed of a search."""
        return self._with(_narrowed(arguments, self.page_size), url_for("pages.atom", _external=external))

    def compare(self, asked: CoverageArguments, measure: str = "", *, csv: bool = False) -> str:
        """Give the address of a comparison over time, or of its figures as CSV."""
        pairs = [("q", q) for q in asked.queries] + self.pairs(_narrowed(replace(asked.within, q=""), self.page_size))
        pairs += [("by", asked.by.value)] if asked.by else []
        pairs += [("measure", measure)] if measure else []
        address = url_for("pages.compare_csv" if csv else "pages.compare")
        return address + (f"?{urlencode(pairs)}" if pairs else "")

    def advanced(self, arguments: SearchArguments) -> str:
        """Give the address of the advanced form, filled in with a search as far as it has fields for that."""
        return self._with(replace(arguments, page=1, undated=False), url_for("pages.advanced"))

    def _with(self, arguments: SearchArguments, address: str) -> str:
        pairs = self.pairs(arguments)
        return address + (f"?{urlencode(pairs)}" if pairs else "")

    def pairs(self, arguments: SearchArguments) -> Pairs:
        """Give the parameters of a search, in one order."""
        pairs: Pairs = [("q", arguments.q)] if arguments.q else []
        pairs += self.kept_by_the_form(arguments)
        if arguments.period:
            pairs += [("from", arguments.period.since)] if arguments.period.since else []
            pairs += [("to", arguments.period.until)] if arguments.period.until else []
        if arguments.page > 1:
            pairs.append(("page", str(arguments.page)))
        return pairs

    def kept_by_the_form(self, arguments: SearchArguments) -> Pairs:
        """Give what the search form hands on unseen: all that it has no field for, but not the page."""
        pairs = [("author", name) for name in arguments.authors]
        pairs += [("publisher", name) for name in arguments.publishers]
        pairs += [("section", name) for name in arguments.sections]
        if arguments.undated:
            pairs.append(("date", UNKNOWN))
        if arguments.sort:
            pairs.append(("sort", arguments.sort.value))
        if arguments.freshness:
            pairs.append(("freshness", f"{arguments.freshness:.9f}".rstrip("0").rstrip(".")))
        if arguments.collapse:
            pairs.append(("collapse", arguments.collapse.value))
        if arguments.size != self.page_size:
            pairs.append(("size", str(arguments.size)))
        return pairs


def _narrowed(arguments: SearchArguments, size: int) -> SearchArguments:
    """Keep of a search what says which articles it finds."""
    return SearchArguments(
        q=arguments.q,
        period=arguments.period,
        undated=arguments.undated,
        authors=arguments.authors,
        publishers=arguments.publishers,
        sections=arguments.sections,
        size=size,
    )
