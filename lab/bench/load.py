"""The load generator, a process of its own: `python -m lab.bench.load '{"port": ..., "groups": ...}'`.

It prints `begin` when all clients are connected and warm, `end` after the measurement, and then the clients' records as
JSON.
"""

import asyncio
import importlib
import importlib.util
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from lab.bench.clients import Adaptive, Client, Flood, Living, Page, Saturating

# A `hello` takes milliseconds; without one the measurement fails instead of waiting forever.
HELLO_S = 30


@dataclass(frozen=True, slots=True)
class Group:
    """Clients of one kind: their number, and the pictures a second of their cameras."""

    kind: str
    count: int
    fps: float = 10.0


@dataclass(frozen=True, slots=True)
class Load:
    """One measurement.

    Attributes:
        port: the server's port on this machine.
        groups: the clients.
        warm_up: seconds before the measurement.
        seconds: duration of the measurement.
        pictures: JPEG files of one picture in decreasing sizes.
    """

    port: int
    groups: tuple[Group, ...]
    warm_up: float
    seconds: float
    pictures: tuple[str, ...]


def parse(text: str) -> Load:
    """Parse the output of `json.dumps(dataclasses.asdict(load))`."""
    values = json.loads(text)
    groups = tuple(Group(**group) for group in values.pop("groups"))
    return Load(**{**values, "groups": groups, "pictures": tuple(values["pictures"])})


def make_client(group: Group, port: int, jpegs: list[bytes]) -> Client:
    """One client of a group."""
    if group.kind in (Page.kind, Adaptive.kind):
        return {Page.kind: Page, Adaptive.kind: Adaptive}[group.kind](port, jpegs, group.fps)
    return {Saturating.kind: Saturating, Living.kind: Living, Flood.kind: Flood}[group.kind](port, jpegs)


async def run(load: Load) -> None:
    """Connect all clients, warm up, measure, report."""
    loop = asyncio.get_running_loop()
    jpegs = [Path(name).read_bytes() for name in load.pictures]
    clients = [make_client(group, load.port, jpegs) for group in load.groups for _ in range(group.count)]
    for client in clients:
        await loop.create_connection(lambda client=client: client.connection, "127.0.0.1", load.port)  # type: ignore[misc]
        await asyncio.wait_for(client.greeted.wait(), HELLO_S)
    await asyncio.sleep(load.warm_up)
    for client in clients:
        client.recording = True
    print("begin", flush=True)
    await asyncio.sleep(load.seconds)
    for client in clients:
        client.recording = False
    print("end", flush=True)
    print(json.dumps([client.record.as_dict() for client in clients]), flush=True)
    for client in clients:
        client.end()


def main(text: str) -> None:
    """Run the load described by `text`, in uvloop if it is installed (it does not support Windows)."""
    quick = importlib.util.find_spec("uvloop")
    factory = importlib.import_module("uvloop").new_event_loop if quick else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run(parse(text)))


if __name__ == "__main__":
    main(sys.argv[1])
