"""Wait for a cluster's replicas: `python -m tests.support.ray_status ADDRESS REPLICAS SECONDS`.

Exits with 0 as soon as exactly REPLICAS replicas run, and with 1 after SECONDS seconds or when the deployment failed.
"""

import logging
import sys
import time
from typing import Any

import ray
from ray import serve


def main(address: str, wanted: int, seconds: float) -> int:
    """Poll every 0.2 s; return the exit code."""
    ray.init(address, namespace="serve", logging_level=logging.ERROR, log_to_driver=False)
    deadline = time.monotonic() + seconds
    while True:
        applications = list(serve.status().applications.values())
        if all(app.status == "RUNNING" and _running(app) == wanted for app in applications) and applications:
            return 0
        if time.monotonic() > deadline or any(app.status == "DEPLOY_FAILED" for app in applications):
            print(f"expected {wanted} running replicas, got: {applications}", file=sys.stderr)
            return 1
        time.sleep(0.2)


def _running(app: Any) -> int:
    """The number of running replicas; -1 while others are starting or stopping."""
    (deployment,) = app.deployments.values()
    states = {str(state): count for state, count in deployment.replica_states.items() if count}
    return int(states.pop("RUNNING", 0)) if set(states) <= {"RUNNING"} else -1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
