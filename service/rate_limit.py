"""How often one client may ask: a virtual queue for each (GCRA: ITU-T I.371).

A request takes 60 / limit seconds of its client's queue; one that would make the queue longer than `BURST` seconds is
refused, and told when to come back. Clients are told apart by address, IPv6 ones by their network of 64 bits. All
workers of a machine count together, and several machines in Redis, if they are told of one.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from math import ceil

from flask import Flask, current_app, request

from service.access import is_admitted
from service.client_queues import Queues, SharedQueues
from service.redis_queues import RedisQueues
from service.settings import Settings

BURST = 15
"""Seconds' worth of requests that a client may send at once."""
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")
FREE = ("static", "box.script", "health.alive", "health.ready", "health.robots", "metrics.metrics")
"""Endpoints that are not counted."""


class TooManyRequests(Exception):
    """The client asks more often than it may; `retry_after` says in how many seconds it may again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"asks too often, may again in {retry_after} s")
        self.retry_after = retry_after


class RateLimit:
    """Counts requests a minute by client; `limit` 0 counts none."""

    def __init__(self, limit: int, queues: Queues) -> None:
        self._limit = limit
        self._queues = queues

    def count(self, address: str, requests: int = 1, counted: int = 0) -> None:
        """Count requests of a client that come as one, of which some are `counted` already: together with these they
        are taken, however many, by a client that hasn't asked for long. Raises TooManyRequests."""
        if not self._limit or not requests:
            return
        spacing = 60 / self._limit
        longest = max(BURST, spacing * (requests + counted))
        over = self._queues.lengthen(_client(address), spacing * requests, longest)
        if over > 0:
            raise TooManyRequests(max(1, ceil(over)))

    def close(self) -> None:
        """Let go of what the queues are kept in."""
        self._queues.close()


def _client(address: str) -> str:
    """Name the client of an address; what is none, as a proxy may send, is one client all together."""
    try:
        written = _WITH_PORT.fullmatch(address)
        alone = (written[1] or written[2]) if written else address
        parsed = ip_address(alone.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else parsed.exploded[:19]
    return str(parsed)


def limit_requests(app: Flask, settings: Settings) -> None:
    """Hold every client of an application to so many requests a minute; those with a key are not counted."""
    queues: Queues = SharedQueues()
    if settings.rate_limit_redis:
        queues = RedisQueues(settings.rate_limit_redis, otherwise=queues)
    counter = RateLimit(settings.rate_limit, queues)
    app.extensions["rate_limit"] = counter

    def count() -> None:
        if request.endpoint not in FREE and request.method != "OPTIONS" and not is_admitted():
            counter.count(request.remote_addr or "")

    app.before_request(count)


def count_more(requests: int) -> None:
    """Count what the request at hand asks for beside the one search it has been counted for; raises
    TooManyRequests. Those with a key are not counted."""
    if not is_admitted():
        current_app.extensions["rate_limit"].count(request.remote_addr or "", requests, counted=1)
