"""Runs a server under load, and measures the CPU and memory of both sides."""

import contextlib
import dataclasses
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import psutil

from lab.bench.clients import Record
from lab.bench.load import Group, Load
from lab.bench.stats import percentile
from tests.support import ROOT
from tests.support.running_server import RunningServer


@contextlib.contextmanager
def serving(*options: str) -> Iterator[RunningServer]:
    """A running server with these options, as a process of its own."""
    server = RunningServer(*options)
    try:
        yield server
    finally:
        server.end()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One measurement: the clients' records, and the server's resources meanwhile.

    Attributes:
        records: one for each client.
        seconds: duration of the measurement.
        cpu_seconds: user and system time of the server and all its child processes.
        resident_bytes: their memory at the end; shared pages count for each process.
        loop_cpu_seconds: the part of cpu_seconds used by the event loop's thread (the web, not the pipeline).
        clients_cpu_seconds: user and system time of the load generators, which share the server's cores.
    """

    records: tuple[Record, ...]
    seconds: float
    cpu_seconds: float
    resident_bytes: int
    loop_cpu_seconds: float
    clients_cpu_seconds: float

    def of(self, kind: str) -> "Outcome":
        """The outcome of one kind of clients."""
        return dataclasses.replace(self, records=tuple(record for record in self.records if record.kind == kind))

    @property
    def results(self) -> int:
        """The number of results of all clients."""
        return sum(record.results for record in self.records)

    def age(self, share: float) -> float:
        """A percentile of the age of all results, milliseconds."""
        return percentile(list(chain.from_iterable(record.ages for record in self.records)), share)

    @property
    def fairness(self) -> float:
        """The fewest results of any client, divided by the mean; 0 without any results."""
        mean = self.results / len(self.records)
        return min(record.results for record in self.records) / mean if mean else 0.0

    def details(self) -> dict[str, object]:
        """Summaries for the JSON; everything but the individual ages."""
        dropped = sum((record.dropped for record in self.records), Counter[str]())
        errors = sum((record.errors for record in self.records), Counter[str]())
        return {
            "clients": len(self.records),
            "seconds": self.seconds,
            "sent_per_s": sum(record.sent for record in self.records) / self.seconds,
            "results_per_s": self.results / self.seconds,
            "dropped": dict(dropped),
            "errors": dict(errors),
            "closed_by_server": dict(Counter(str(record.closed) for record in self.records if record.closed)),
            "age_ms": {name: self.age(share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
            if self.results
            else None,
            "fairness": self.fairness,
            "server_cores": self.cpu_seconds / self.seconds,
            "server_mb": self.resident_bytes / 1e6,
        }


class Server(Protocol):
    """A server that can be put under load."""

    @property
    def port(self) -> int:
        """The port on this machine."""

    @property
    def process(self) -> "subprocess.Popen[Any]":
        """Its process; child processes belong to it."""


def put_load(
    server: Server, groups: Sequence[Group], pictures: Sequence[Path], warm_up: float, seconds: float
) -> Outcome:
    """Put a server under load; each group runs in its own process, so that no group delays the clock of another.

    Raises:
        RuntimeError: a generator failed; with its error output.
    """
    root = psutil.Process(server.process.pid)
    processes = [root, *root.children(recursive=True)]
    generators = [
        _generator(Load(server.port, (group,), warm_up, seconds, tuple(map(str, pictures)))) for group in groups
    ]
    try:
        for generator in generators:
            _wait_for(generator, "begin")
        loads = [psutil.Process(generator.pid) for generator in generators]
        before, loop_before, clients_before = _used(processes), _loop_used(processes[0]), _used(loads)
        for generator in generators:
            _wait_for(generator, "end")
        used, loop = _used(processes) - before, _loop_used(processes[0]) - loop_before
        clients_used = _used(loads) - clients_before
        resident = sum(process.memory_info().rss for process in processes)
        records = [record for generator in generators for record in _read_records(generator)]
    finally:
        for generator in generators:
            generator.kill()
            generator.communicate()
    return Outcome(tuple(records), seconds, used, resident, loop, clients_used)


def _used(processes: Sequence[psutil.Process]) -> float:
    """CPU seconds of the processes since their starts."""
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def _loop_used(process: psutil.Process) -> float:
    """CPU seconds of a process's first thread, in which the server's event loop runs."""
    used: float = sum(thread.user_time + thread.system_time for thread in process.threads() if thread.id == process.pid)
    return used


def _generator(load: Load) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "lab.bench.load", json.dumps(dataclasses.asdict(load))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for(generator: "subprocess.Popen[str]", word: str) -> None:
    assert generator.stdout is not None and generator.stderr is not None
    line = generator.stdout.readline().strip()
    if line != word:
        generator.kill()
        raise RuntimeError(f"the load generator wrote {line!r}, expected {word!r}: {generator.stderr.read()[-2000:]}")


def _read_records(generator: "subprocess.Popen[str]") -> list[Record]:
    assert generator.stdout is not None
    values = json.loads(generator.stdout.readline())
    return [
        Record(**{**value, "dropped": Counter(value["dropped"]), "errors": Counter(value["errors"])})
        for value in values
    ]
