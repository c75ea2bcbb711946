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
import re
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil

import numpy as np
from flask import Flask, current_app, request

from service.access import is_admitted

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


class RateLimit:
    """Counts requests a minute by client; `limit` 0 counts none."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._ends = np.frombuffer(mmap.mmap(-1, PLACES * 8), np.float64)

    def count(self, address: str, requests: int = 1) -> None:
        """Count requests of a client. Raises TooManyRequests."""
        if not self._limit:
            return
        place = self._place(address)
        now = self._clock()
        spacing = 60 / self._limit
        end = max(float(self._ends[place]), now) + spacing * requests
        bound = max(BURST, spacing * requests)
        if end - now > bound:
            raise TooManyRequests(max(1, ceil(end - now - bound)))
        self._ends[place] = end

    def _place(self, address: str) -> int:
        digest = blake2b(_client(address).encode(), key=self._salt, digest_size=8).digest()
        return int.from_bytes(digest) % PLACES


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


def limit_requests(app: Flask, limit: int) -> None:
    """Hold every client of an application to so many requests a minute; those with a key are not counted."""
    counter = RateLimit(limit)
    app.extensions["rate_limit"] = counter

    def count() -> None:
        if request.endpoint not in FREE and request.method != "OPTIONS":
            count_more(1)

    app.before_request(count)


def count_more(requests: int) -> None:
    """Count requests of the client at hand, who may have a key; raises TooManyRequests."""
    if not is_admitted():
        current_app.extensions["rate_limit"].count(request.remote_addr or "", requests)
