"""A soak test with polite and abusive clients: `python -m lab.soak --minutes 10` (or `make soak`).

Twenty polite clients behave as the page does, five abusive ones break every rule. During the run an inference thread
hangs and the server restarts. The report counts what happened to every frame, gives the server's memory, descriptors
and threads, and compares the age of the polite clients' results with and without abuse. Server, polite and abusive
clients are three processes with equal priority on the cores of this machine.
"""

import argparse
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from lab.bench.machine import describe, headline
from lab.soak.process_monitor import ProcessMonitor, cores, medians, slope_per_hour
from lab.soak.report import guarantees, ratios, table
from lab.soak.schedule import PAIRS, PAIRS_BEFORE, Schedule, make_schedule
from tests.support import ROOT
from tests.support.running_server import RunningServer


class ClientProcess:
    """A process of clients (client_process.py) that takes requests on standard input."""

    def __init__(self, kind: str, port: int) -> None:
        """Start the process and wait until it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab.soak.client_process", kind, str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.monitor = ProcessMonitor(self.process.pid)
        self._answer()

    def request(self, word: str) -> dict[str, Any]:
        """Send a command and return its response; raises RuntimeError if the process has ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self._answer()
    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the client process has ended; its error output is above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Kill the process."""
        self.monitor.stop()
        self.process.kill()
        self.process.wait()


class Soak:
    """One run of the test."""

    def __init__(self, times: Schedule) -> None:
        """Start the server and both client processes."""
        self._times = times
        self.server = start_server()
        self.monitor = ProcessMonitor(self.server.process.pid)
        self.good, self.bad = ClientProcess("good", self.server.port), ClientProcess("bad", self.server.port)
        self._calm: list[tuple[float, float]] = []  # (begin, end) of the phases without abuse before the restart
        self._log = ""
        self._counts: list[dict[str, Any]] = []

    def run(self) -> dict[str, Any]:
        """Run all phases in order and return the report."""
        times = self._times
        time.sleep(times.warm_up)
        pairs = [self._pair(number) for number in range(PAIRS_BEFORE)]
        held = self._held()
        self.bad.request("begin")
        hang, restart = self._hang(), self._restart()
        self.bad.request("stop")
        pairs += [self._pair(number) for number in range(PAIRS_BEFORE, PAIRS)]
        report: dict[str, Any] = {"pairs": pairs, "held": held, "hang": hang, "restart": restart}
        report |= {"bad": self.bad.request("end"), "good": self.good.request("end"), "totals": self._totals()}
        self._log += self.server.errors
        report |= {"faults": self._log.count("Traceback (most recent call last)"), "log": self._log[-5000:]}
        return report

    def end(self) -> None:
        """End all processes."""
        self.monitor.stop()
        for each in (self.good, self.bad, self.server):
            each.end()

    def _pair(self, number: int) -> dict[str, Any]:
        without = self._phase()
        if number < PAIRS_BEFORE:
            self._calm.append(without["span"])
        self.bad.request("begin")
        loud = self._phase()
        self.bad.request("stop")
        print(f"pair {number + 1} of {PAIRS}: p95 {without['age_ms']['p95']:.0f} and {loud['age_ms']['p95']:.0f} ms")
        return {"without": without, "with": loud}

    def _phase(self) -> dict[str, Any]:
        time.sleep(self._times.settle)
        self._count()
        began = time.monotonic()
        time.sleep(self._times.phase)
        span = began, time.monotonic()
        monitors = {"server": self.monitor, "good": self.good.monitor, "bad": self.bad.monitor}
        return {
            **self._count(),
            "span": span,
            "cores": {name: cores(monitor.between(*span)) for name, monitor in monitors.items()},
        }

    def _count(self) -> dict[str, Any]:
        counted = self.good.request("count")
        self._counts.append(counted)
        return counted

    def _hang(self) -> dict[str, Any]:
        self._count()
        until = time.monotonic() + self._times.hang
        hung = self.good.request("hang")
        others = self._count()
        print(f"a thread hung: {hung['answer']} after {hung['seconds']} s")
        time.sleep(max(0.0, until - time.monotonic()))
        return {**hung, "others": others}

    def _restart(self) -> dict[str, Any]:
        self.good.request("away")
        port = self.server.port
        began = time.monotonic()
        self.server.process.send_signal(signal.SIGTERM)
        code = self.server.process.wait(60)
        ended = time.monotonic() - began
        self.monitor.stop()
        self.server.end()
        self._log += self.server.errors
        self.server = start_server(port)
        ready = time.monotonic() - began
        self.monitor = ProcessMonitor(self.server.process.pid)
        back = self.good.request("back")
        served = None if back["seconds"] is None else round(time.monotonic() - began, 2)
        print(f"restarted: gone after {ended:.1f} s, all served again after {served} s")
        time.sleep(max(0.0, self._times.restart - (time.monotonic() - began)))
        return {"exit_code": code, "ended_s": round(ended, 2), "ready_s": round(ready, 2), "back_s": served}

    def _held(self) -> dict[str, Any]:
        """What the first server held in its phases without abuse, with the growth per hour.

        The first phase is left out: memory that the first abuse allocates, such as buffers for the largest pictures,
        is kept for the next.
        """
        quiet = [self.monitor.between(*span) for span in self._calm[1:]]
        all_quiet = [sample for samples in quiet for sample in samples]
        most = max(self.monitor.samples, key=lambda sample: sample.memory)
        return {
            "start": medians(quiet[0]),
            "end": medians(quiet[-1]),
            "per_hour": {
                "memory_mb": slope_per_hour([(sample.at, sample.memory / 1e6) for sample in all_quiet]),
                "descriptors": slope_per_hour([(sample.at, sample.descriptors) for sample in all_quiet]),
                "threads": slope_per_hour([(sample.at, sample.threads) for sample in all_quiet]),
            },
            "most": {
                "memory_mb": round(most.memory / 1e6, 1),
                "descriptors": max(sample.descriptors for sample in self.monitor.samples),
                "threads": max(sample.threads for sample in self.monitor.samples),
            },
        }

    def _totals(self) -> dict[str, Any]:
        counts = [*self._counts]
        return {
            "results": sum(count["results"] for count in counts),
            "dropped": sum((Counter(count["dropped"]) for count in counts), Counter[str]()),
            "errors": sum((Counter(count["errors"]) for count in counts), Counter[str]()),
        }


def start_server(port: int = 0) -> RunningServer:
    """A server with default settings whose inference threads can be made to hang."""
    return RunningServer(port=port, module="tests.support.faulty_server")


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every guarantee was kept, 1 when one was broken."""
    parser = argparse.ArgumentParser(prog="python -m lab.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="duration, at least 1.5 (default 10)")
    parser.add_argument("--json", type=Path, default=Path("soak.json"), help="file for the complete report")
    options = parser.parse_args(arguments)
    try:
        times = make_schedule(options.minutes)
    except ValueError as error:
        parser.error(str(error))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the processes
    machine = describe()
    print(headline(machine), flush=True)
    soak = Soak(times)
    try:
        report = soak.run()
    finally:
        soak.end()
    report = {"machine": machine, "minutes": options.minutes, **report}
    report |= {"ratios": ratios(report), "guarantees": guarantees(report)}
    options.json.write_text(json.dumps(report, indent=1) + "\n")
    print("\n" + table(report) + f"\n\ncomplete report: {options.json}")
    return 0 if all(report["guarantees"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
