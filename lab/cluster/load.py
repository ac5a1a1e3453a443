"""Reconnecting clients in a process of their own: `python -m lab.cluster.load '{"port": 8000, ...}'`.

Prints `ready` when every client has had a result, runs until a line arrives on standard input, and then prints each
client's record as JSON. Its clock is `time.monotonic`, which all processes of a machine share.
"""

import asyncio
import importlib
import importlib.util
import json
import sys
from pathlib import Path

from lab.bench.reconnecting import ReconnectingClient, settle

# Seconds after which the page, too, abandons an unanswered frame.
SETTLE_S = 10


async def run(port: int, clients: int, fps: float, picture: str) -> None:
    """Connect all clients, run until a line on standard input, report."""
    jpeg = Path(picture).read_bytes()
    running = [ReconnectingClient(port, [jpeg], fps) for _ in range(clients)]
    for client in running:
        client.connect()
    while not all(client.answers for client in running):
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await settle(running, SETTLE_S)
    print(json.dumps([client.report() for client in running]), flush=True)


def main(text: str) -> None:
    """Run the load that `text` describes, in uvloop if it is installed."""
    quick = importlib.util.find_spec("uvloop")
    factory = importlib.import_module("uvloop").new_event_loop if quick else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run(**json.loads(text)))


if __name__ == "__main__":
    main(sys.argv[1])
