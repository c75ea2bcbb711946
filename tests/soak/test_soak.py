"""Half a minute of everything at once. `make soak` takes five minutes, `python -m tests.soak` an hour."""

from __future__ import annotations

from pathlib import Path

from tests.soak.__main__ import table
from tests.soak.running import Plan, soak


def test_nothing_is_lost_doubled_or_resurrected_while_everything_happens_at_once(tmp_path: Path) -> None:
    outcome = soak(tmp_path, Plan(seconds=25, articles=200, readers=2, seed=20261126))

    assert outcome.is_well, table(outcome)
    counts = outcome.events.counts
    assert min(counts[what] for what in ("add", "searches", "counts", "backup", "restore elsewhere", "check")) > 0
