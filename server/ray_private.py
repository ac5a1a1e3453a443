"""The only module that uses private names of Ray: they tell a replica that it is being taken out of service.

Ray waits for ongoing requests to end, and kills the replica when they do not. An open WebSocket never ends by itself,
and Ray has no public hook for the moment at which it begins to wait. Its own proxies learn of it from the controller,
which tells them the replicas that take requests; a replica listens to the same messages here.

requirements-cluster.txt allows only the versions of Ray for which tests/cluster/test_ray_private.py has passed.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import ray
from ray import serve
from ray.serve._private.constants import SERVE_CONTROLLER_NAME, SERVE_NAMESPACE
from ray.serve._private.long_poll import LongPollClient, LongPollNamespace


def on_removal(removed: Callable[[], None]) -> LongPollClient:
    """Call `removed` in this event loop when this replica is taken out of service. Keep the returned client."""
    own_id = serve.get_replica_context().replica_id
    was_listed = False

    def listed(targets: Any) -> None:
        nonlocal was_listed
        is_listed = any(replica.replica_id == own_id for replica in targets.running_replicas)
        if was_listed and not is_listed:
            removed()
        was_listed = is_listed

    controller = ray.get_actor(SERVE_CONTROLLER_NAME, namespace=SERVE_NAMESPACE)
    key = (LongPollNamespace.DEPLOYMENT_TARGETS, own_id.deployment_id)
    loop = asyncio.get_running_loop()
    return LongPollClient(controller, {key: listed}, call_in_event_loop=loop, client_id=f"Emojify:{own_id.unique_id}")
