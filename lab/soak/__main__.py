"""Minutes of good and bad clients at once: `python -m lab.soak --minutes 10` (or `make soak`).

Twenty people at their cameras, five that keep to no rule; an inference thread that hangs, and a restart on the way.
The table says what became of every frame, what the server holds, and how old the good clients' answers are with and
without the abuse. Server, good and abusive clients are three processes that share this machine's cores as the
system's scheduler divides them, none of them favoured.
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
from lab.soak.plan import PAIRS, PAIRS_BEFORE, Plan, plan
from lab.soak.verdict import promises, ratios, table
from lab.soak.watch import Watch, cores, held, slope_per_hour
from tests.support import ROOT
from tests.support.running_server import RunningServer


class Crowd:
    """A process of clients; see lab/soak/crowd.py."""

    def __init__(self, kind: str, port: int) -> None:
        """Start it; returns when it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab.soak.crowd", kind, str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.watch = Watch(self.process.pid)
        self._answer()

    def tell(self, word: str) -> dict[str, Any]:
        """Have it do something; returns what it says. Raises RuntimeError when it has ended."""
        self.begin(word)
        return self._answer()

    def begin(self, word: str) -> None:
        """The same without waiting for what it says."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the clients have ended; their words are above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Make sure that it is gone."""
        self.watch.stop()
        self.process.kill()
        self.process.wait()


class Soak:
    """One run."""

    def __init__(self, times: Plan) -> None:
        """Start the server and the clients."""
        self._times = times
        self.server = start_server()
        self.watch = Watch(self.server.process.pid)
        self.good, self.bad = Crowd("good", self.server.port), Crowd("bad", self.server.port)
        self._calm: list[tuple[float, float]] = []  # spans of the phases without abuse on the first server
        self._log = ""
        self._turns: list[dict[str, Any]] = []

    def run(self) -> dict[str, Any]:
        """All of it, in order; returns the report."""
        times = self._times
        time.sleep(times.warm_up)
        pairs = [self._pair(number) for number in range(PAIRS_BEFORE)]
        held = self._held()
        self.bad.tell("begin")
        hang, restart = self._hang(), self._restart()
        self.bad.tell("stop")
        pairs += [self._pair(number) for number in range(PAIRS_BEFORE, PAIRS)]
        report: dict[str, Any] = {"pairs": pairs, "held": held, "hang": hang, "restart": restart}
        report |= {"bad": self.bad.tell("end"), "good": self.good.tell("end"), "totals": self._totals()}
        self._log += self.server.errors
        report |= {"faults": self._log.count("Traceback (most recent call last)"), "log": self._log[-5000:]}
        return report

    def end(self) -> None:
        """Leave nothing running."""
        self.watch.stop()
        for each in (self.good, self.bad, self.server):
            each.end()

    def _pair(self, number: int) -> dict[str, Any]:
        without = self._phase()
        if number < PAIRS_BEFORE:
            self._calm.append(without["span"])
        self.bad.tell("begin")
        loud = self._phase()
        self.bad.tell("stop")
        print(f"pair {number + 1} of {PAIRS}: p95 {without['age_ms']['p95']:.0f} and {loud['age_ms']['p95']:.0f} ms")
        return {"without": without, "with": loud}

    def _phase(self) -> dict[str, Any]:
        time.sleep(self._times.settle)
        self._turn()
        began = time.monotonic()
        time.sleep(self._times.phase)
        span = began, time.monotonic()
        watches = {"server": self.watch, "good": self.good.watch, "bad": self.bad.watch}
        return {
            **self._turn(),
            "span": span,
            "cores": {name: cores(watch.between(*span)) for name, watch in watches.items()},
        }

    def _turn(self) -> dict[str, Any]:
        counted = self.good.tell("turn")
        self._turns.append(counted)
        return counted

    def _hang(self) -> dict[str, Any]:
        self._turn()
        until = time.monotonic() + self._times.hang
        hung = self.good.tell("hang")
        others = self._turn()
        print(f"a thread hung: {hung['answer']} after {hung['seconds']} s")
        time.sleep(max(0.0, until - time.monotonic()))
        return {**hung, "others": others}

    def _restart(self) -> dict[str, Any]:
        self.good.tell("away")
        port = self.server.port
        began = time.monotonic()
        self.server.process.send_signal(signal.SIGTERM)
        code = self.server.process.wait(60)
        ended = time.monotonic() - began
        self.watch.stop()
        self.server.end()
        self._log += self.server.errors
        self.server = start_server(port)
        ready = time.monotonic() - began
        self.watch = Watch(self.server.process.pid)
        back = self.good.tell("back")
        served = None if back["seconds"] is None else round(time.monotonic() - began, 2)
        print(f"restarted: gone after {ended:.1f} s, all served again after {served} s")
        time.sleep(max(0.0, self._times.restart - (time.monotonic() - began)))
        return {"exit_code": code, "ended_s": round(ended, 2), "ready_s": round(ready, 2), "back_s": served}

    def _held(self) -> dict[str, Any]:
        """Of the first server, in its phases without abuse: the second and the last, and a line through all from there.

        Not the first: what the first abuse asks of memory, such as room for the dearest pictures, is kept for the next.
        """
        quiet = [self.watch.between(*span) for span in self._calm[1:]]
        all_quiet = [sample for samples in quiet for sample in samples]
        most = max(self.watch.samples, key=lambda sample: sample.memory)
        return {
            "start": held(quiet[0]),
            "end": held(quiet[-1]),
            "per_hour": {
                "memory_mb": slope_per_hour([(sample.at, sample.memory / 1e6) for sample in all_quiet]),
                "descriptors": slope_per_hour([(sample.at, sample.descriptors) for sample in all_quiet]),
                "threads": slope_per_hour([(sample.at, sample.threads) for sample in all_quiet]),
            },
            "most": {
                "memory_mb": round(most.memory / 1e6, 1),
                "descriptors": max(sample.descriptors for sample in self.watch.samples),
                "threads": max(sample.threads for sample in self.watch.samples),
            },
        }

    def _totals(self) -> dict[str, Any]:
        turns = [*self._turns]
        return {
            "results": sum(turn["results"] for turn in turns),
            "dropped": sum((Counter(turn["dropped"]) for turn in turns), Counter[str]()),
            "errors": sum((Counter(turn["errors"]) for turn in turns), Counter[str]()),
        }


def start_server(port: int = 0) -> RunningServer:
    """The server with its defaults, and the door by which a thread can be hung."""
    return RunningServer(port=port, module="tests.support.faulty_server")


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when every promise was kept, 1 when one was broken."""
    parser = argparse.ArgumentParser(prog="python -m lab.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="how long, 1.5 at least")
    parser.add_argument("--json", type=Path, default=Path("soak.json"), help="where to write all of it")
    options = parser.parse_args(arguments)
    try:
        times = plan(options.minutes)
    except ValueError as error:
        parser.error(str(error))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    machine = describe()
    print(headline(machine), flush=True)
    soak = Soak(times)
    try:
        report = soak.run()
    finally:
        soak.end()
    report = {"machine": machine, "minutes": options.minutes, **report}
    report |= {"ratios": ratios(report), "promises": promises(report)}
    options.json.write_text(json.dumps(report, indent=1) + "\n")
    print("\n" + table(report) + f"\n\nall of it: {options.json}")
    return 0 if all(report["promises"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
