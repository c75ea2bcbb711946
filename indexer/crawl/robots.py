"""What a portal wishes: its robots.txt, kept for a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.crawl.source import DAY

if TYPE_CHECKING:
    from protego import Protego

KEPT = DAY
"""Seconds that a robots.txt is believed."""

LONGEST_DELAY = 30.0
"""Seconds; a portal that asks for more between two requests gets this much."""


class Wishes:
    """What one robots.txt says to us. An unreadable line says nothing."""

    def __init__(self, text: bytes, agent: str) -> None:
        # Protego takes a moment to load; commands that fetch nothing don't need it.
        from protego import Protego  # noqa: PLC0415

        self._agent = agent
        self._rules: Protego = Protego.parse(text.decode("utf-8-sig", "replace"))

    def allow(self, address: str) -> bool:
        """Say whether a page may be asked for."""
        return bool(self._rules.can_fetch(address, self._agent))

    @property
    def delay(self) -> float:
        """Seconds between two requests; 0 when it doesn't say, never more than `LONGEST_DELAY`."""
        asked = self._rules.crawl_delay(self._agent)
        rate = self._rules.request_rate(self._agent)
        paced = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return min(LONGEST_DELAY, max(0.0, float(asked or 0.0), float(paced)))

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps it names."""
        return list(self._rules.sitemaps)
