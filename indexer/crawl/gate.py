"""May this be asked for? Hosts that a source allows, and what each portal's robots.txt says."""

from __future__ import annotations

from indexer.addresses import host_of, site_of
from indexer.crawl.answers import Answer, Failed, Fetched, Gone, NotModified, Refused, Request, Role
from indexer.crawl.responses import AGENT
from indexer.crawl.robots import KEPT, Wishes
from indexer.store.crawl_state import CrawlState

_WAIT = 600.0
"""Seconds after which a robots.txt that can't be had is asked for again."""

ROBOTS = "/robots.txt"


class Gate:
    """What is known of the portals' wishes. Asked by the thread that fetches, told by the one that writes: each entry
    is replaced as a whole."""

    def __init__(self) -> None:
        self._wishes: dict[str, Wishes] = {}
        self._known_since: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}

    def permit(self, request: Request, address: str) -> Refused | None:
        """Say why an address must not be asked for, None when it may be."""
        if host_of(address) not in request.source.allowed_hosts:
            return Refused(request, f"it leads to {host_of(address)}; --host {host_of(address)} allows that")
        if request.role is Role.ROBOTS:
            return None
        wishes = self._wishes.get(site_of(address))
        if wishes is None:
            return Refused(request, "its portal's robots.txt is not known yet", site=site_of(address))
        # The list itself was named by a person, yet a portal that forbids it is heard.
        return None if wishes.allow(address) else Refused(request, "robots.txt disallows it")

    def delay(self, request: Request) -> float:
        """Give the seconds between two requests to a host."""
        wishes = self._wishes.get(site_of(request.address))
        return max(request.source.delay, wishes.delay if wishes else 0.0)

    def is_open(self, site: str, now: float, state: CrawlState) -> bool:
        """Say whether a site's wishes are known, from the store if they are there."""
        if now - self._known_since.get(site, -KEPT) < KEPT:
            return True
        kept = state.robots(site)
        if kept is None or now - kept[2] >= KEPT:
            return False
        self._learn(site, kept[0], kept[1], kept[2])
        return True

    def closed_until(self, site: str, now: float) -> float | None:
        """Give until when a site is left alone: it asked for that, or its robots.txt can't be had."""
        until = self._closed_until.get(site, 0.0)
        return until if until > now else None

    def leave_alone(self, site: str, until: float) -> None:
        """Ask for nothing at a site for a while: it said so."""
        self._closed_until[site] = max(until, self._closed_until.get(site, 0.0))

    def wishes(self, site: str) -> Wishes | None:
        """Give what a site's robots.txt says, if it is known."""
        return self._wishes.get(site)

    def hear(self, answer: Answer, state: CrawlState, now: float) -> str | None:
        """Learn from the answer for a robots.txt; give what a person should know."""
        site = site_of(answer.request.address)
        match answer:
            case Fetched():
                self._keep(site, 200, answer.content, now, state)
            case Gone():
                self._keep(site, answer.status, b"", now, state)
            case Failed() if answer.status is not None and 400 <= answer.status < 500 and answer.status != 429:
                self._keep(site, answer.status, b"", now, state)
            case Refused():
                # Led to another host, or not a text: as if there were none. A private address never gets this far.
                if "private network" in answer.reason:
                    return self._close(site, answer.reason, now, None)
                self._keep(site, 404, b"", now, state)
            case Failed():
                return self._close(site, answer.reason, now, answer.wait)
            case _ if isinstance(answer, NotModified):
                self._known_since[site] = now
            case _:
                self._keep(site, 404, b"", now, state)
        return None

    def _close(self, site: str, reason: str, now: float, wait: float | None) -> str:
        self._closed_until[site] = now + max(_WAIT, wait or 0.0)
        return f"{site}{ROBOTS}: {reason}; until it can be read nothing is asked for there"

    def _keep(self, site: str, status: int, body: bytes, now: float, state: CrawlState) -> None:
        state.put_robots(site, status, body, now)
        self._learn(site, status, body, now)

    def _learn(self, site: str, status: int, body: bytes, since: float) -> None:
        self._wishes[site] = Wishes(body if status == 200 else b"", AGENT)
        self._known_since[site] = since
        self._closed_until.pop(site, None)
