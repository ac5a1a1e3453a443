"""A Ray cluster on this machine: nodes that are processes, with a temporary folder of their own, and no traces left."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from tests.support import ROOT

CONFIG = ROOT / "deploy" / "cluster.yaml"
BIN = Path(sys.executable).parent
TIMEOUT = 120  # seconds; Ray needs some ten to start on a machine that has time, and CI's has not
REPLICA = "ray::ServeReplica"
# Ray's other proxy: the sockets go through HAProxy to a web server in each replica, not through Ray. A replica waits
# for so many seconds before it goes, until HAProxy has learnt of it; Ray's own number is 30.
HAPROXY = {"RAY_SERVE_ENABLE_HA_PROXY": "1", "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "3"}
STARTED = "Ray runtime started"


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(folder: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """That of a process which starts Ray: nothing is sent home, nothing written outside `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMOJIFY_", "RAY_"))}
    own = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": str(folder)}
    # Else the only proxy sends everybody to the replicas of its own node, as long as these have room.
    own |= {"RAY_SERVE_PROXY_PREFER_LOCAL_NODE_ROUTING": "0"}
    own |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(folder / "token")}
    return {**kept, **own, "PYTHONUNBUFFERED": "1", **(settings or {})}


def temporary_folder() -> Path:
    """A new folder with a short name (Ray keeps Unix sockets in it, whose paths have at most 107 bytes) and a token.

    With it the processes of a cluster know each other, since Ray's ports are open to the network.
    """
    folder = Path(tempfile.mkdtemp(prefix="emojify-ray-", dir="/tmp"))
    (folder / "token").write_text(secrets.token_hex(32))
    return folder


def config(folder: Path, port: int, options: Mapping[str, Any], settings: Mapping[str, str]) -> Path:
    """deploy/cluster.yaml with another port, some other options of its deployment, and more settings."""
    import yaml

    values = yaml.safe_load(CONFIG.read_text())
    values["http_options"]["port"] = port
    (application,) = values["applications"]
    application["runtime_env"]["env_vars"].update(settings)
    (deployment,) = application["deployments"]
    deployment["autoscaling_config"].update(options.get("autoscaling_config", {}))
    deployment.update({name: value for name, value in options.items() if name != "autoscaling_config"})
    file = folder / "cluster.json"  # JSON is YAML
    file.write_text(json.dumps(values))
    return file


class Tree:
    """A process and all that it has started."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Of a process that runs."""
        self.process = process
        self._root = psutil.Process(process.pid)

    @property
    def processes(self) -> list[psutil.Process]:
        """All that live."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [self._root, *self._root.children(recursive=True)]
        return []

    def replicas(self) -> list[psutil.Process]:
        """The replicas among them."""
        found = []
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                if process.cmdline()[:1] and process.cmdline()[0].startswith(REPLICA):
                    found.append(process)
        return found

    def kill(self) -> None:
        """End all of them at once, as when the power fails."""
        processes = self.processes
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(TIMEOUT)
        psutil.wait_procs(processes, TIMEOUT)

    def end(self) -> None:
        """Ask them to end; kill what is left."""
        processes = self.processes
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(TIMEOUT)
        psutil.wait_procs(processes, TIMEOUT)


class LocalCluster:
    """Nodes, the first of which has the head and the only proxy; for a `with`."""

    def __init__(self, cpus_per_node: int = 2, variables: Mapping[str, str] | None = None) -> None:
        """Start the head, whose logical CPUs these are, however many the machine has; more variables for Ray."""
        self._variables = variables or {}
        self.folder = temporary_folder()
        self.port, self._gcs = free_port(), free_port()
        self._cpus = cpus_per_node
        self.nodes: list[Tree] = []
        self._start("--head", f"--port={self._gcs}", "--include-dashboard=false", f"--temp-dir={self.folder}")

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The first of all its processes, as far as they are on the head's node."""
        return self.nodes[0].process

    @property
    def address(self) -> str:
        """Of the head, for Ray's clients."""
        return f"127.0.0.1:{self._gcs}"

    @property
    def _environment(self) -> dict[str, str]:
        return environment(self.folder, self._variables)

    def add_node(self) -> None:
        """Start one more node."""
        self._start(f"--address={self.address}")

    def deploy(self, options: Mapping[str, Any], settings: Mapping[str, str], replicas: int) -> None:
        """Deploy, or deploy anew, and wait until so many replicas run.

        Raises:
            RuntimeError: they do not; with Ray's words.
        """
        file = config(self.folder, self.port, options, settings)
        self._run(str(BIN / "serve"), "run", "--non-blocking", "--address", self.address, str(file))
        self.wait_for(replicas)

    def wait_for(self, replicas: int) -> None:
        """Wait until so many replicas run, and no others."""
        self._run(sys.executable, "-m", "tests.support.ray_status", self.address, str(replicas), str(TIMEOUT))

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=2 * TIMEOUT
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _start(self, *options: str) -> None:
        command = [str(BIN / "ray"), "start", f"--num-cpus={self._cpus}", "--disable-usage-stats", "--block", *options]
        log = self.folder / f"node{len(self.nodes)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=file, stderr=file)
        self.nodes.append(Tree(process))
        deadline = time.monotonic() + TIMEOUT
        while STARTED not in log.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"a node did not start: {log.read_text()[-2000:]}")
            time.sleep(0.1)

    def __enter__(self) -> "LocalCluster":
        """It runs already."""
        return self

    def __exit__(self, *error: object) -> None:
        """End every process, the head's last, and remove the folder with Ray's logs."""
        for node in reversed(self.nodes):
            node.end()
        shutil.rmtree(self.folder, ignore_errors=True)

