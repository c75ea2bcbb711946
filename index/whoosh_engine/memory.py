"""Keeps the memory of short-lived arrays: the system would take it back and be asked for it again at each query."""

from __future__ import annotations

import ctypes
from functools import cache

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""The numbers of glibc's settings (see mallopt(3))."""
KEPT = 64 << 20
"""Bytes of free memory that may stay with the process."""
_LARGEST = 32 << 20
"""Bytes from which on an array gets memory of its own; glibc takes no more."""


@cache
def keep_memory() -> None:
    """Tell glibc so, once; another C library is left as it is."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, KEPT)
        mallopt(_M_MMAP_THRESHOLD, _LARGEST)
