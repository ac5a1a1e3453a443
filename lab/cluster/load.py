"""Clients that return, as a process of its own: `python -m lab.cluster.load '{"port": 8000, ...}'`.

Says `ready` when every client has had a result, runs until it is told to stop by a line on standard input, and then
says as JSON what each client saw. Its clock is `time.monotonic`, which all processes of a machine share.
"""

import asyncio
import importlib
import importlib.util
import json
import sys
from pathlib import Path

from lab.bench.reconnecting import ReconnectingClient, settle

# A frame that is waited for in vain is given up by the page as well after so long.
SETTLE_S = 10


async def run(port: int, clients: int, fps: float, picture: str) -> None:
    """Begin, go on until told to stop, report."""
    jpeg = Path(picture).read_bytes()
    crowd = [ReconnectingClient(port, [jpeg], fps) for _ in range(clients)]
    for client in crowd:
        client.connect()
    while not all(client.answers for client in crowd):
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await settle(crowd, SETTLE_S)
    print(json.dumps([client.report() for client in crowd]), flush=True)


def main(text: str) -> None:
    """Run what `text` describes, in the quickest loop there is."""
    quick = importlib.util.find_spec("uvloop")
    factory = importlib.import_module("uvloop").new_event_loop if quick else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run(**json.loads(text)))


if __name__ == "__main__":
    main(sys.argv[1])
