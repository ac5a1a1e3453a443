"""The private names of Ray that server/ray_private.py uses. If one fails, do not allow this version of Ray."""

import importlib.util
import inspect
import re
from importlib.metadata import version

import pytest

from tests.support import ROOT

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Ray's own
]


def test_the_private_names_exist() -> None:
    from ray.serve._private.common import DeploymentTargetInfo
    from ray.serve._private.constants import SERVE_CONTROLLER_NAME, SERVE_NAMESPACE
    from ray.serve._private.long_poll import LongPollClient, LongPollNamespace

    assert isinstance(SERVE_CONTROLLER_NAME, str) and isinstance(SERVE_NAMESPACE, str)
    assert LongPollNamespace.DEPLOYMENT_TARGETS
    parameters = list(inspect.signature(LongPollClient).parameters)
    assert parameters[:2] == ["host_actor", "key_listeners"] and {"call_in_event_loop", "client_id"} <= set(parameters)
    assert "running_replicas" in inspect.signature(DeploymentTargetInfo).parameters


def test_no_other_module_uses_private_names() -> None:
    users = {path.name for path in (ROOT / "server").rglob("*.py") if "ray.serve._private" in path.read_text()}
    assert users == {"ray_private.py"}


def test_the_installed_version_is_an_allowed_one() -> None:
    text = (ROOT / "requirements-cluster.txt").read_text()
    (low, high), = re.findall(r"^ray\[serve\]>=([\d.]+),<([\d.]+)$", text, re.MULTILINE)
    installed = [int(part) for part in version("ray").split(".")[:2]]
    assert [int(part) for part in low.split(".")] <= installed < [int(part) for part in high.split(".")]
