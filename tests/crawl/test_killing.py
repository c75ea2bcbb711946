"""kill -9 at any moment: the next round goes on, and only what was under way is sent again."""

from __future__ import annotations

import random
import signal
import subprocess
import time

from tests.crawl.following import Follower, expected
from tests.crawl.misbehaving_portal import QUICK_TRAPS, Misbehaviour, Portal, portal

KILLS = 5
ARTICLES = 150
UNDER_WAY = 2
"""Requests that a kill may cost: what was sent and not yet written."""


def test_a_killed_crawl_of_a_misbehaving_portal_ends_with_exactly_the_right_set(follower: Follower) -> None:
    chance = random.Random(7)
    behaviour = Misbehaviour(faults=0.1, slow_seconds=0.2)
    with portal(ARTICLES, seed=7, behaviour=behaviour, forbidden=10) as shown:
        shown.traps = QUICK_TRAPS
        follower.follow(f"{shown.address}/sitemap.xml", "--gone-after", "0.2s")
        changed, deleted = iter(chance.sample(range(0, 140, 2), 20)), iter(chance.sample(range(1, 140, 2), 7))
        kills = 0
        for _ in range(KILLS):
            process = follower.start("sync")
            # From the first page on, so that a kill hits the crawl and not the loading of the program.
            wait_until_sent(shown, (kills + 1) * 20, process)
            time.sleep(chance.uniform(0, 0.1))
            kills += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate()
            for _each in range(4):
                shown.change(next(changed))
            shown.delete(next(deleted))
        for _ in range(15):
            follower.sync()
            if follower.stored() == expected(shown):
                break
        assert follower.indexed() == follower.stored() == expected(shown)
        assert not [path for path in shown.asked if path.startswith("/noi-bo")]
        twice = sum(count - 1 for count in shown.sent.values())
        assert kills >= KILLS - 1
        assert twice <= UNDER_WAY * kills
        assert follower.run("check").stdout == "All is well.\n"


def wait_until_sent(shown: Portal, pages: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the portal has sent so many pages, or the process has ended."""
    end = time.monotonic() + 120
    while len(shown.sent) <= pages and process.poll() is None:
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)
