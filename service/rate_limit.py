"""How often one client may ask: a virtual queue for each (GCRA: ITU-T I.371), in memory that all workers share.

A request takes 60 / limit seconds of its client's queue; one that would make the queue longer than `BURST` seconds is
refused, and told when to come back. Clients are told apart by address, IPv6 ones by their network of 64 bits; the table
holds no addresses, but the time at which a queue ends in the place that a salted hash of the address names. Clients
that share a place share a queue: among 65,536 places that is rare, and only makes the limit stricter.

The table is anonymous shared memory, made before gunicorn forks (`preload_app`). Two workers that write the same place
at once may lose one of the two requests; a lock that a killed worker holds for ever would be worse.
"""

from __future__ import annotations

import mmap
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address

import numpy as np
from flask import Flask, request

from service.access import shows_a_key

PLACES = 65_536
BURST = 15
"""Seconds' worth of requests that a client may send at once."""
FREE = ("static", "box.script", "health.alive", "health.ready", "health.robots", "metrics.metrics")
"""Endpoints that are not counted."""


class TooManyRequests(Exception):
    """The client asks more often than it may; `retry_after` says in how many seconds it may again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"asks too often, may again in {retry_after} s")
        self.retry_after = retry_after


class RateLimit:
    """Counts requests a minute by client; `limit` 0 counts none."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._ends = np.frombuffer(mmap.mmap(-1, PLACES * 8), np.float64)

    def count(self, address: str) -> None:
        """Count a request of a client. Raises TooManyRequests."""
        if not self._limit:
            return
        place = self._place(address)
        now = self._clock()
        end = max(float(self._ends[place]), now) + 60 / self._limit
        if end - now > max(BURST, 60 / self._limit):
            raise TooManyRequests(max(1, round(end - now - BURST + 0.5)))
        self._ends[place] = end

    def _place(self, address: str) -> int:
        digest = blake2b(_client(address).encode(), key=self._salt, digest_size=8).digest()
        return int.from_bytes(digest) % PLACES


def _client(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else parsed.exploded[:19]
    return str(parsed)


def limit_requests(app: Flask, limit: int) -> None:
    """Hold every client of an application to so many requests a minute; those with a key are not counted."""
    counter = RateLimit(limit)

    def count() -> None:
        if request.endpoint not in FREE and not shows_a_key():
            counter.count(request.remote_addr or "")

    app.before_request(count)
