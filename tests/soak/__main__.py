"""Everything at once, with a model beside it that says what must be found.

    python -m tests.soak [--minutes 60] [--articles 1500] [--seed N] [--folder DIR] [--readers 2]

Adders, a remover, a withdrawer, a rebuilder, backups that are restored and read, rollbacks and checks through the real
command line (some commands are killed with kill -9), and readers of the real service under gunicorn. Every answer is
held against the model: what has been acknowledged is found in its version, what was taken out isn't, nothing is found
twice. Memory and disk must not grow. Prints a table; exits with 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.soak.running import Outcome, Plan, soak


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--folder", type=Path, default=None, help="where the archive lies (default: a temporary one)")
    options = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}, {options.minutes:g} minutes, {options.articles} articles", flush=True)
    plan = Plan(options.minutes * 60, options.articles, options.readers, seed)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="soak-") as folder:
        outcome = soak(Path(folder), plan)
    print(table(outcome))
    sys.exit(0 if outcome.is_well else 1)


def table(outcome: Outcome) -> str:
    """Write down what happened, as Markdown."""
    lines = ["| what | number |", "|---|---:|"]
    lines += [f"| {what} | {count:,} |" for what, count in sorted(outcome.events.counts.items())]
    lines += [f"| **{kind}** | {outcome.events.wrong[kind]} |" for kind in outcome.kinds]
    for name, slope in (
        ("memory of the workers", outcome.memory),
        ("the archive on disk, without earlier versions", outcome.disk),
    ):
        told = "too short to tell" if slope is None else f"{slope.mean:.0f} MB, {slope.share:+.1%} from end to end"
        lines.append(f"| {name} | {told} |")
    return "\n".join([*lines, "", *outcome.events.told, *outcome.complaints])


if __name__ == "__main__":
    main()
