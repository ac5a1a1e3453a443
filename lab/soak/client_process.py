"""One process of clients: `python -m lab.soak.client_process good PORT` (or `bad`); reads one command a line.

Polite and abusive clients have a process each, so that the work of one does not delay the clock of the other.
"""

import asyncio
import importlib
import importlib.util
import json
import sys
import time
from typing import Any

from lab.soak.abusive_clients import AbusiveClients
from lab.soak.inputs import clips, photographs
from lab.soak.polite_clients import PoliteClient, PoliteClients, hang_a_thread

CLIENTS = 20
FRAMES = 20  # of a clip: two seconds, repeated
# Clients retry a restarted server after at most 30 s.
RETURN_S = 60.0


async def good(port: int, commands: "asyncio.Queue[str]") -> None:
    """Polite clients; commands: `count`, `hang`, `away` (the server is about to end), `back`, `end`."""
    clients = PoliteClients(port, clips(FRAMES), CLIENTS)
    await clients.connect()
    reply({"ready": True})
    before: set[PoliteClient] = set()
    while (word := await commands.get()) != "end":
        if word == "count":
            reply(clients.count())
        elif word == "hang":
            reply(await hang_a_thread(port, photographs()[0]))
        elif word == "away":
            before = clients.present
            reply({"present": len(before)})
        elif word == "back":
            reply(await _back(clients, before))
    await clients.disconnect()
    reply(clients.counts.as_dict())


async def _back(clients: PoliteClients, before: set[PoliteClient]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        async with asyncio.timeout(RETURN_S):
            await clients.served(before)
    except TimeoutError:
        return {"seconds": None, "back": len(clients.present - before)}
    return {"seconds": round(time.monotonic() - began, 2), "back": len(clients.present - before)}


async def bad(port: int, commands: "asyncio.Queue[str]") -> None:
    """Abusive clients; commands: `begin`, `stop`, `end`."""
    clients = AbusiveClients(port, photographs())
    reply({"ready": True})
    while (word := await commands.get()) != "end":
        if word == "begin":
            clients.begin()
        else:
            await clients.stop()
        reply({})
    await clients.stop()
    reply(clients.counts.as_dict())


def reply(value: dict[str, Any]) -> None:
    """Write one line of JSON."""
    print(json.dumps(value), flush=True)


async def run(kind: str, port: int) -> None:
    """Obey commands until `end`, or until standard input is closed."""
    loop = asyncio.get_running_loop()
    commands: asyncio.Queue[str] = asyncio.Queue()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def listen() -> None:
        async for line in reader:
            commands.put_nowait(line.decode().strip())
        commands.put_nowait("end")

    listening = asyncio.create_task(listen())
    await (good if kind == "good" else bad)(port, commands)
    listening.cancel()


def main(kind: str, port: str) -> None:
    """Run in uvloop if it is installed."""
    quick = importlib.util.find_spec("uvloop")
    factory = importlib.import_module("uvloop").new_event_loop if quick else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run(kind, int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
