"""What clients see while parts of a Ray cluster fail: `python -m lab.cluster` (or `make test-cluster`).

Two nodes on this machine, two replicas on each, the only proxy on the first. One after the other, a replica is killed,
a new version is rolled out, and the second node dies. Needs Linux or macOS.
"""

import argparse
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lab.bench.context import Context
from lab.bench.machine import describe, headline
from lab.cluster.report import Phase, frames, summarise, table, violations
from tests.support import ROOT
from tests.support.ray_cluster import HAPROXY, LocalCluster, environment

PER_NODE = 2
OPTIONS = {
    "autoscaling_config": {"min_replicas": 2 * PER_NODE, "max_replicas": 2 * PER_NODE},
    "max_replicas_per_node": PER_NODE,
}


class Clients:
    """The load generator's process."""

    def __init__(self, cluster: LocalCluster, picture: Path, clients: int, fps: float) -> None:
        """Start it and wait until every client has had a result."""
        load = {"port": cluster.port, "clients": clients, "fps": fps, "picture": str(picture)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lab.cluster.load", json.dumps(load)],
            cwd=ROOT,
            env=environment(cluster.folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError("the load generator did not start")

    def stop(self) -> list[dict[str, Any]]:
        """Stop the clients after their last answers; returns each client's record."""
        said, _ = self._process.communicate("stop\n", timeout=60)
        reports: list[dict[str, Any]] = json.loads(said)
        return reports

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def two_nodes(variables: Mapping[str, str]) -> Iterator[LocalCluster]:
    """A cluster with two replicas on each of two nodes; `variables` are added to Ray's environment."""
    with LocalCluster(PER_NODE, variables) as cluster:
        cluster.add_node()
        cluster.deploy(OPTIONS, {}, 2 * PER_NODE)
        spread = [len(node.replicas()) for node in cluster.nodes]
        if spread != [PER_NODE, PER_NODE]:
            raise RuntimeError(f"the replicas are not spread over both nodes: {spread}")
        yield cluster


def run(cluster: LocalCluster, picture: Path, clients: int, fps: float, seconds: float) -> int:
    """Break one part after the other; returns 0 if the clients saw only what they may."""
    load = Clients(cluster, picture, clients, fps)
    phases: list[Phase] = []

    def phase(name: str, action: Callable[[], object]) -> None:
        print(name, file=sys.stderr, flush=True)
        begin = 1000 * time.monotonic()
        action()
        time.sleep(max(0.0, seconds - (time.monotonic() - begin / 1000)))
        phases.append(Phase(name, begin, 1000 * time.monotonic()))

    try:
        phase("Before", lambda: None)
        phase("One of four replicas killed", lambda: cluster.nodes[1].replicas()[0].kill())
        phase("Repaired", lambda: cluster.wait_for(2 * PER_NODE))
        phase("A new version rolled out", lambda: cluster.deploy(OPTIONS, {"EMOJIFY_FLOOR": "0.41"}, 2 * PER_NODE))
        phase("The node without the proxy dies", cluster.nodes[1].kill)
        phase("After, on one node", lambda: None)
        seen = load.stop()
    finally:
        load.kill()
    print("\n" + table([summarise(each, seen) for each in phases]) + "\n\n" + frames(seen))
    found = violations(seen)
    for violation in found:
        print(f"VIOLATION: {violation}")
    return 1 if found else 0


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every guarantee was kept, else 1."""
    parser = argparse.ArgumentParser(prog="python -m lab.cluster", description=__doc__)
    parser.add_argument("--clients", type=int, default=20, help="number of clients (default 20)")
    parser.add_argument("--fps", type=float, default=5.0, help="frames a second of each client (default 5)")
    parser.add_argument("--seconds", type=float, default=20.0, help="minimum duration of each phase (default 20)")
    parser.add_argument("--ray-proxy", action="store_true", help="use Ray's own proxy instead of HAProxy")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves the `with` block, which ends all processes
    print(headline(describe()), flush=True)
    with tempfile.TemporaryDirectory() as folder, two_nodes({} if options.ray_proxy else HAPROXY) as cluster:
        picture = Context(quick=False, folder=Path(folder)).pictures[0]
        return run(cluster, picture, options.clients, options.fps, options.seconds)


if __name__ == "__main__":
    sys.exit(main())
