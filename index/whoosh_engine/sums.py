"""How much of a long array of small numbers comes before a place, known at every `STEP`-th: so that the occurrences of
a few postings are found without adding up all those before."""

from __future__ import annotations

import numpy as np

from index.whoosh_engine.array_file import Array, Ints

STEP = 128
_PLACES = np.arange(STEP)


def count_of_sums(values: int) -> int:
    """Say how many sums there are for so many values."""
    return values // STEP + 1


class RunningSums:
    """Sums of values that come piece by piece; the first sum, 0, comes before all of them."""

    def __init__(self) -> None:
        self._total = 0
        self._seen = 0

    def add(self, values: Array) -> Ints:
        """Take the next values; give the sums that are known now and were not before."""
        sums = values.cumsum(dtype=np.int64) + self._total
        ends = np.arange(-(self._seen + 1) % STEP, len(values), STEP)
        if len(values):
            self._total = int(sums[-1])
            self._seen += len(values)
        return sums[ends]


def sums_of(values: Array) -> Ints:
    """Give the sums of values that are all there."""
    return np.append(0, values.cumsum(dtype=np.int64)[STEP - 1 :: STEP])


def before(places: Ints, values: Array, sums: Array) -> Ints:
    """Give what the values before some places, ascending, add up to; `values` are all, `sums` those of `sums_of`."""
    blocks, inside = np.divmod(places, STEP)
    totals: Ints = sums[blocks].astype(np.int64)
    whole = len(values) // STEP
    in_whole = int(blocks.searchsorted(whole))
    rows = values[: whole * STEP].reshape(whole, STEP)[blocks[:in_whole]]
    rows *= inside[:in_whole, None] > _PLACES
    totals[:in_whole] += rows.sum(axis=1, dtype=np.int32)
    if in_whole < len(places):
        last = np.append(0, values[whole * STEP :].cumsum(dtype=np.int64))
        totals[in_whole:] += last[inside[in_whole:]]
    return totals
