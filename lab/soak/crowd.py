"""One process of clients: `python -m lab.soak.crowd good PORT`, or `bad`; told what to do line by line.

The good and the bad have a process each, so that the one's work does not delay the other's clock.
"""

import asyncio
import importlib
import importlib.util
import json
import sys
import time
from typing import Any

from lab.soak.abuse import Abuse
from lab.soak.material import films, photographs
from lab.soak.visitors import Visitor, Visitors, hang_a_thread

VISITORS = 20
FRAMES = 20  # of a film: two seconds, over and over
# A restarted server is asked again after 30 s at the latest.
RETURN_S = 60.0


async def good(port: int, told: "asyncio.Queue[str]") -> None:
    """The visitors: `turn`, `hang`, `away` (the server is about to end), `back`, `end`."""
    visitors = Visitors(port, films(FRAMES), VISITORS)
    await visitors.come()
    say({"ready": True})
    before: set[Visitor] = set()
    while (word := await told.get()) != "end":
        if word == "turn":
            say(visitors.turn())
        elif word == "hang":
            say(await hang_a_thread(port, photographs()[0]))
        elif word == "away":
            before = visitors.present
            say({"present": len(before)})
        elif word == "back":
            say(await _back(visitors, before))
    await visitors.leave()
    say(visitors.account.as_dict())


async def _back(visitors: Visitors, before: set[Visitor]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        async with asyncio.timeout(RETURN_S):
            await visitors.served(before)
    except TimeoutError:
        return {"seconds": None, "back": len(visitors.present - before)}
    return {"seconds": round(time.monotonic() - began, 2), "back": len(visitors.present - before)}


async def bad(port: int, told: "asyncio.Queue[str]") -> None:
    """The abusive: `begin`, `stop`, `end`."""
    abuse = Abuse(port, photographs())
    say({"ready": True})
    while (word := await told.get()) != "end":
        if word == "begin":
            abuse.begin()
        else:
            await abuse.stop()
        say({})
    await abuse.stop()
    say(abuse.account.as_dict())


def say(value: dict[str, Any]) -> None:
    """One line."""
    print(json.dumps(value), flush=True)


async def run(kind: str, port: int) -> None:
    """Do as told until `end`, or until whoever tells is gone."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[str] = asyncio.Queue()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def listen() -> None:
        async for line in reader:
            told.put_nowait(line.decode().strip())
        told.put_nowait("end")

    listening = asyncio.create_task(listen())
    await (good if kind == "good" else bad)(port, told)
    listening.cancel()


def main(kind: str, port: str) -> None:
    """In the quickest loop there is."""
    quick = importlib.util.find_spec("uvloop")
    factory = importlib.import_module("uvloop").new_event_loop if quick else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run(kind, int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
