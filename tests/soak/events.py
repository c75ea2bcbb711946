"""What happened in a soak: counts of everything that was done, and every single thing that was wrong."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

WRONG = ("lost", "doubled", "resurrected", "outdated", "error")
_MOST_TOLD = 30


@dataclass(frozen=True, slots=True)
class Slope:
    """How something grew: the mean of what was measured, and how much a line through it rises from end to end."""

    mean: float
    growth: float

    @property
    def share(self) -> float:
        """The growth as a share of the mean."""
        return self.growth / self.mean if self.mean else 0.0


class Events:
    """Shared by all threads of a soak."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.told: list[str] = []

    def count(self, what: str, by: int = 1) -> None:
        """Count something that was done."""
        with self._lock:
            self.counts[what] += by

    def tell(self, kind: str, text: str) -> None:
        """Note something that must not be, of one of the kinds `WRONG`."""
        assert kind in WRONG
        with self._lock:
            self.wrong[kind] += 1
            if len(self.told) < _MOST_TOLD:
                self.told.append(f"{kind}: {text}")


def slope(samples: list[tuple[float, float]], warm_up: float) -> Slope | None:
    """Lay a line through what was measured after a share of the time; None while there is too little to say."""
    if not samples:
        return None
    first, last = samples[0][0], samples[-1][0]
    kept = [(at, value) for at, value in samples if at >= first + (last - first) * warm_up]
    if len(kept) < 3:
        return None
    mean_at = sum(at for at, _ in kept) / len(kept)
    mean = sum(value for _, value in kept) / len(kept)
    spread = sum((at - mean_at) ** 2 for at, _ in kept)
    rise = sum((at - mean_at) * (value - mean) for at, value in kept) / spread if spread else 0.0
    return Slope(mean, rise * (kept[-1][0] - kept[0][0]))
