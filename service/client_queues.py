"""The virtual queue of each client, in memory that all workers of a machine share.

The table is anonymous shared memory, made before gunicorn forks (`preload_app`). It holds no addresses, but the time at
which a queue ends in the place that a salted hash of the client names. Clients that share a place share a queue: among
65,536 places that is rare, and only makes the limit stricter. Two workers that write the same place at once may lose
one of the two requests; a lock that a killed worker holds for ever would be worse.
"""

from __future__ import annotations

import mmap
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

import numpy as np

PLACES = 65_536


class Queues(Protocol):
    """The virtual queue of each client."""

    def lengthen(self, client: str, seconds: float, longest: float) -> float:
        """Make a client's queue so many seconds longer, unless it would be longer than `longest` then; give by how many
        seconds it would: 0 or less when it was made longer."""
        ...

    def close(self) -> None:
        """Let go of connections, if there are any."""
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

    def close(self) -> None:
        """Nothing is held that the process's end doesn't give back."""
