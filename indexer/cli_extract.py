"""`timtin extract`: what is found on a page and by which rule, and rules proposed for a portal."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import click

from index.as_json import article_fields
from index.errors import BadArticle
from indexer.cli_context import REJECTED, UTF8, Settings, json_option, now, print_json, say
from indexer.extract import extract as extract_article
from indexer.html.portal_rules import rules_of
from indexer.html.trail import Trail
from indexer.legacy_text.markup import page_in_unicode
from indexer.raw_page import MediaType, RawPage
from indexer.sources import read_sources, shown_path

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_FEWEST = 2
"""Pages that a proposal needs."""

_SHOWN = 160
"""Characters of a value that are shown."""


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="URL|FILE...", type=UTF8)
@click.option("--propose", "proposing", is_flag=True, help="Propose a rules file from a few pages of one portal.")
@click.option("--allow-private", is_flag=True, help="Let a URL lie in one's own network.")
@json_option
@click.pass_context
def extract(ctx: click.Context, places: tuple[str, ...], proposing: bool, allow_private: bool, as_json: bool) -> None:
    """Show what is found on a page, by which rule, and which rules were tried before in vain. Nothing is stored.

    URL is fetched once, if its robots.txt allows that. With --propose, rules for a portal are written from some of its
    pages (two or more; five are better), to be saved as HOME/portals/NAME.toml. Exits with 1 when there is no article.

    \b
    Examples:
      timtin extract https://portal.example/tin/7.html
      mkdir -p var/portals; timtin extract --propose a.html b.html c.html > var/portals/portal.toml
    """
    settings: Settings = ctx.obj
    if proposing and len(places) < _FEWEST:
        raise click.UsageError(
            f"--propose needs {_FEWEST} pages or more of one portal, so that it sees what they share"
        )
    if not proposing and len(places) > 1:
        raise click.UsageError("one page at a time; several are for --propose")
    pages = []
    for place in places:
        found = _page(place, allow_private)
        if isinstance(found, str):
            say(f"Error: {found}")
            ctx.exit(REJECTED)
        pages.append(found)
    if not (_propose(pages, as_json) if proposing else _show(pages[0], settings, as_json)):
        ctx.exit(REJECTED)


def _page(place: str, allow_private: bool) -> RawPage | str:
    """Read a file's first page or fetch one; give the reason where that fails."""
    if _ADDRESS.match(place):
        # Asking loads an event loop and a client, which files don't need.
        from indexer.crawl.trying import fetch_page  # noqa: PLC0415

        return fetch_page(place, allow_private=allow_private, now=now())
    if not os.path.lexists(place):
        return f"there is no {shown_path(place)}; name a file, or an address with https://"
    for item in read_sources([place]):
        if isinstance(item, RawPage):
            return item
        if isinstance(item, BadArticle):
            return str(item)
    return f"{shown_path(place)} holds no page"


def _propose(pages: list[RawPage], as_json: bool) -> bool:
    # Loaded here, and the reader below: `timtin --help` must not wait until their patterns are compiled.
    from indexer.html.proposal import propose  # noqa: PLC0415

    try:
        proposal = propose([page_in_unicode(page)[0] for page in pages])
    except BadArticle as bad:
        say(f"Error: {bad}")
        return False
    if as_json:
        select = {name: {"selector": found.selector, "pages": found.pages} for name, found in proposal.select.items()}
        print_json({"pages": proposal.pages, "select": select, "drop": proposal.drop, "toml": proposal.toml()})
    else:
        click.echo(proposal.toml(), nl=False)
    return True


def _show(page: RawPage, settings: Settings, as_json: bool) -> bool:
    from indexer.html.reading import read_html_page  # noqa: PLC0415 -- as above

    book = rules_of(settings.home)
    trail = Trail()
    fields: dict[str, Any] | None = None
    rejected = None
    try:
        if page.media_type is MediaType.HTML:
            read_html_page(page_in_unicode(page)[0], book, trail=trail)
        extracted = extract_article(page, book=book)
        fields = article_fields(extracted.article)
        trail.rules, trail.warnings = extracted.rules, list(extracted.warnings)
    except BadArticle as bad:
        rejected = bad.reason
    if as_json:
        tried = [{"field": t.field, "rule": t.rule, "found": t.value is not None, "why": t.why} for t in trail.tried]
        print_json(
            {
                "origin": page.origin,
                "article": fields,
                "rejected": rejected,
                "rules": trail.rules,
                "tried": tried,
                "warnings": trail.warnings,
                "rules_problems": list(book.problems),
            }
        )
        for problem in book.problems:
            say(f"Rules file left out: {problem}")
    else:
        for line in _lines(page, fields, rejected, trail, book.problems):
            click.echo(line)
    return rejected is None


def _lines(
    page: RawPage, fields: dict[str, Any] | None, rejected: str | None, trail: Trail, problems: Sequence[str]
) -> list[str]:
    rules = trail.rules.get("rules")
    none = "none that can be used" if problems else "none"
    lines = [page.origin, f"Rules of the portal: {f'{rules}.toml' if rules else none}"]
    lines += [f"Rules file left out: {problem}" for problem in problems]
    if rejected is not None:
        lines.append(f"No article: {rejected}")
    names = list(fields) if fields is not None else list(dict.fromkeys(tried.field for tried in trail.tried))
    for name in names:
        failed = [tried for tried in trail.tried if tried.field == name and tried.value is None]
        value = _value(fields.get(name)) if fields is not None else _found(trail, name)
        if not value and not failed:
            continue
        lines += ["", f"{name}: {value or '(none)'}"]
        if rule := trail.rules.get(name):
            lines.append(f"  found by: {rule}")
        lines += [f"  tried: {tried.rule}: {tried.why}" for tried in failed]
    return [*lines, *(f"\nWarning: {warning}" for warning in trail.warnings)]


def _found(trail: Trail, name: str) -> str:
    return next((_value(tried.value) for tried in trail.tried if tried.field == name and tried.value), "")


def _value(value: Any) -> str:
    """Write a value in one line of a bounded length."""
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value) if value is not None else ""
    text = text.replace("\n", " ¶ ")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text):,} characters)"
