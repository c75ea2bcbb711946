"""How often one client may ask: a virtual queue for each (GCRA: ITU-T I.371), in memory that all workers share.

A request takes 60 / limit seconds of its client's queue; one that would make the queue longer than `BURST` seconds is
refused, and told when to come back. Clients are told apart by address, IPv6 ones by their network of 64 bits; the table
holds no addresses, but the time at which a queue ends in the place that a salted hash of the address names. Clients
that share a place share a queue: among 65,536 places that is rare, and only makes the limit stricter.

The table is anonymous shared memory, made before gunicorn forks (`preload_app`). Two workers that write the same place
at once may lose one of the two requests; a lock that a killed worker holds for ever would be worse. Services on several
machines count together in Redis, if they are told of one (`redis_queues`).
"""

from __future__ import annotations

import mmap
import re
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Protocol

import numpy as np
from flask import Flask, current_app, request

from service.access import is_admitted
from service.settings import Settings

PLACES = 65_536
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


class Queues(Protocol):
    """The virtual queue of each client."""

    def lengthen(self, client: str, seconds: float, longest: float) -> float:
        """Make a client's queue so many seconds longer, unless it would be longer than `longest` then; give by how many
        seconds it would: 0 or less when it was made longer."""
        ...


class SharedQueues:
    """Queues in memory that is shared with the processes forked later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._ends = np.frombuffer(mmap.mmap(-1, PLACES * 8), np.float64)

    def lengthen(self, client: str, seconds: float, longest: float) -> float:
        """Make a client's queue longer (see `Queues`)."""
        digest = blake2b(client.encode(), key=self._salt, digest_size=8).digest()
        place = int.from_bytes(digest) % PLACES
        now = self._clock()
        end = max(float(self._ends[place]), now) + seconds
        over = end - now - longest
        if over <= 0:
            self._ends[place] = end
        return over


class RateLimit:
    """Counts requests a minute by client; `limit` 0 counts none."""

    def __init__(self, limit: int, queues: Queues) -> None:
        self._limit = limit
        self._queues = queues

    def count(self, address: str, requests: int = 1) -> None:
        """Count requests of a client. Raises TooManyRequests."""
        if not self._limit:
            return
        seconds = 60 / self._limit * requests
        over = self._queues.lengthen(_client(address), seconds, max(BURST, seconds))
        if over > 0:
            raise TooManyRequests(max(1, ceil(over)))


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
        # Only who sets it needs the library.
        from service.redis_queues import RedisQueues  # noqa: PLC0415

        queues = RedisQueues(settings.rate_limit_redis, otherwise=queues)
    counter = RateLimit(settings.rate_limit, queues)
    app.extensions["rate_limit"] = counter

    def count() -> None:
        if request.endpoint not in FREE and request.method != "OPTIONS":
            count_more(1)

    app.before_request(count)


def count_more(requests: int) -> None:
    """Count requests of the client at hand, who may have a key; raises TooManyRequests."""
    if not is_admitted():
        current_app.extensions["rate_limit"].count(request.remote_addr or "", requests)
