"""Run a cluster to try things out: `python -m tests.cluster [--nodes 3]`; Ctrl-C stops it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from tests.cluster.nodes import HEAP, URLS, NoCluster, lacking, prepare, running
from tests.cluster.secured import SECURED, running_secured


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--heap", default=HEAP, help="memory of each node's heap (256m)")
    parser.add_argument("--check", action="store_true", help="only say whether this machine can run one")
    parser.add_argument("--prepare", action="store_true", help="only fetch and compile what the nodes are made of")
    parser.add_argument("--secured", action="store_true", help="run a second one, as deploy/opensearch sets it up")
    parser.add_argument("command", nargs="*", help=f"what to run with the cluster, which finds it in ${URLS}")
    asked = parser.parse_args()
    if asked.check:
        reason = lacking()
        print(reason or "a cluster can run here")
        return 0 if reason is None else 1
    # Nodes are processes of their own: whoever ends us ends them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if asked.prepare:
            prepare()
            return 0
        with ExitStack() as clusters:
            cluster = clusters.enter_context(running(asked.nodes, heap=asked.heap))
            found = {URLS: " ".join(cluster.urls)}
            print(f"OpenSearch: {found[URLS]}   (Ctrl-C stops it)", flush=True)
            if asked.secured:
                secured = clusters.enter_context(running_secured())
                found[SECURED] = " ".join((str(secured.home), *secured.urls))
                print(f"Secured, with its files: {found[SECURED]}", flush=True)
            if asked.command:
                return subprocess.run(asked.command, env=os.environ | found, check=False).returncode
            signal.pause()
    except NoCluster as problem:
        print(f"No cluster: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
