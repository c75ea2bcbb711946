"""The queues of the rate limit in Redis (or Valkey), for services on several machines that count together.

What is kept is, for each client who has asked in the last minutes, a salted hash of its address and when its queue
ends. While Redis can't be reached, or is slow, each machine counts for itself: a search is never refused, nor held up
again and again, for that.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from math import isfinite

from redis import Redis, RedisError

from service.client_queues import Queues

PREFIX = "timtin:rate:"
SALT = "timtin:salt"
SALT_SECONDS = 60.0
"""How long a salt is used before it is read again."""
PATIENCE = 0.2
"""Seconds that Redis has for each answer."""
PAUSE = 10.0
"""Seconds for which it isn't asked again after it has failed."""

_LENGTHEN = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local ends = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + ARGV[1]
local over = ends - now - ARGV[2]
if over <= 0 then
  redis.call('SET', KEYS[1], string.format('%.6f', ends), 'PX', math.ceil((ends - now) * 1000))
end
return string.format('%.6f', over)
"""
"""The whole of a count, in one step for all who ask at once."""

log = logging.getLogger(__name__)


class RedisQueues:
    """The `client_queues.Queues` in the Redis at a URL (redis://, rediss:// or unix://)."""

    def __init__(self, url: str, otherwise: Queues, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is connected to yet; `otherwise` counts while Redis can't be reached."""
        self._redis = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None, decode_responses=True
        )
        self._lengthen = self._redis.register_script(_LENGTHEN)
        self._otherwise = otherwise
        self._clock = clock
        self._salt = b""
        self._salt_until = 0.0
        self._not_before = 0.0

    def lengthen(self, client: str, seconds: float, longest: float) -> float:
        """Make a client's queue longer (see `client_queues.Queues`)."""
        if self._clock() >= self._not_before:
            try:
                over = float(self._lengthen(keys=[self._key(client)], args=[seconds, longest]))
                if isfinite(over):
                    return over
                raise ValueError("no number")
            # What isn't a Redis answers in ways that its client has no errors for.
            except (RedisError, OSError, ValueError, TypeError, AttributeError) as error:
                self._not_before = self._clock() + PAUSE
                log.warning("rate limit: Redis fails (%s): each machine counts for itself", type(error).__name__)
        return self._otherwise.lengthen(client, seconds, longest)

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()

    def _key(self, client: str) -> str:
        if self._clock() >= self._salt_until:
            # Read anew now and then: a Redis that was emptied has another, or none.
            self._redis.set(SALT, secrets.token_hex(8), nx=True)
            self._salt = blake2b(str(self._redis.get(SALT)).encode(), digest_size=32).digest()
            self._salt_until = self._clock() + SALT_SECONDS
        return PREFIX + blake2b(client.encode(), key=self._salt, digest_size=16).hexdigest()
