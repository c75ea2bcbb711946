"""When are articles taken out because their pages are gone? Not when their portal has a bad day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from indexer.crawl.source import DAY, Source
from indexer.crawl.stores import Stores
from indexer.crawl.tally import Tally

MOST = 0.3
"""Of the pages that were asked for again: where more are gone, the portal is broken, not its articles deleted."""

FEW = 3
"""So many may always be gone."""

WINDOW = DAY
_MOST_OTHERS = 300


def settle(source: Source, stores: Stores, now: datetime, tally: Tally, *, believe: bool = False) -> bool:
    """Take the articles out whose pages are gone for good; say whether any were. Where too many of those asked for
    again are gone, others are asked for first, and if that changes nothing, nothing is taken out and it is told."""
    state = stores.state
    moment = now.timestamp()
    found = state.departures(source.name, moment - WINDOW, source.gone_after)
    if not found.leaving:
        return False
    if not believe and found.gone > FEW and found.gone > MOST * found.rechecked:
        wanted = min(_MOST_OTHERS, int(found.gone / MOST) - found.rechecked + 1)
        if not state.ask_others(source.name, moment - WINDOW, moment, wanted):
            tally.note(
                f"{found.gone} of {found.rechecked} pages that were asked for again are gone: taken for a failure of "
                "the portal, no article is taken out; if they are deleted, run: timtin sync --believe-gone "
                + source.name
            )
        return False
    removed = 0
    for page in found.leaving:
        # Known at another address it goes on there; that is the store's to know, or another page's that isn't gone.
        away = None if state.is_shared(page) else stores.articles.forget_address(page.address, now)
        if away is not None:
            removed += 1
            tally.note(f"taken out, its page is gone ({page.status}): {page.address}")
        state.put(replace(page, article_id=None, departed_at=moment, facts={}))
    tally.gone += removed
    return bool(removed)
