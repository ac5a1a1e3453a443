"""From people and their frames to cores, memory, bandwidth and replicas: arithmetic on measured costs, nothing else."""

import math
from dataclasses import dataclass

from lab.capacity.costs import Costs, FrameCost

# Bytes that IPv4 and TCP with timestamps put before each part of a message, and how long a part is on Ethernet
# (RFC 791, RFC 9293, RFC 7323): 1,500 less these 52.
HEADER_BYTES, PART_BYTES = 52, 1448
# Head of a WebSocket message of some kilobytes (RFC 6455, 5.2): 4, and 4 more of mask from a client.
MASKED_BYTES, UNMASKED_BYTES = 8, 4
# Head, content type and tag of a TLS 1.3 record (RFC 8446, 5.2); a message has one for each 16 kB.
TLS_BYTES, TLS_RECORD = 22, 16384


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be carried.

    Attributes:
        people: connections at once.
        fps: frames a second of each.
        faces: in a frame, a mean.
        width, height: of a frame, pixels.
        still: whether faces hardly move, which saves looking for them.
        utilisation: part of the cores that may be busy in the mean; what is above it, waiting eats.
        cores: of a replica.
        spare: replicas that may fail without the others having too much to do.
        speed: of the machine to be bought; 2 does a unit in half the time of the one that was measured.
    """

    people: int
    fps: float = 10.0
    faces: float = 1.0
    width: int = 480
    height: int = 360
    still: bool = False
    utilisation: float = 0.6
    cores: int = 2
    spare: int = 1
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes. CPU in milliseconds, memory in bytes times 10^6, bandwidth in bits a second times 10^6.

    Attributes:
        frame: cost of one on the machine that was measured.
        frames_per_s: of all people.
        pipeline_ms: CPU of a frame, on the machine to be bought.
        web_ms: CPU of the web around it.
        busy: cores that work, in the mean.
        cores: to be bought, in whole replicas, the spare ones included.
        loaded: replicas that the load needs.
        replicas: with the spare ones.
        people_each: connections of a replica when no spare one is left.
        replica_mb: memory of one, then.
        memory_mb: of all.
        up_bytes, down_bytes: of a frame and its answer, on the network.
        up_mbit, down_mbit: of all people.
        most_fps: frames a second that the one event loop of a process could serve if it did nothing else.
    """

    frame: FrameCost
    frames_per_s: float
    pipeline_ms: float
    web_ms: float
    busy: float
    cores: int
    loaded: int
    replicas: int
    people_each: int
    replica_mb: float
    memory_mb: float
    up_bytes: float
    down_bytes: float
    up_mbit: float
    down_mbit: float
    most_fps: float


def plan(wish: Wish, costs: Costs) -> Plan:
    """What it takes to carry that. Raises OutOfRangeError where nobody measured."""
    frame, server = costs.frame(wish.faces, wish.width, wish.height), costs.server
    frames_per_s = wish.people * wish.fps
    pipeline_ms = frame.cpu_ms(wish.fps, wish.still) / wish.speed
    web_ms = server.result_cpu_ms / wish.speed
    busy = frames_per_s * (pipeline_ms + web_ms) / 1000
    loaded = max(1, math.ceil(busy / wish.utilisation / wish.cores))
    replicas = loaded + wish.spare
    people_each = math.ceil(wish.people / loaded)
    replica_mb = server.process_mb + wish.cores * server.thread_mb + people_each * server.connection_mb
    up, down = on_the_wire(frame.jpeg_bytes + MASKED_BYTES), on_the_wire(frame.answer_bytes + UNMASKED_BYTES)
    return Plan(
        frame=frame,
        frames_per_s=frames_per_s,
        pipeline_ms=pipeline_ms,
        web_ms=web_ms,
        busy=busy,
        cores=replicas * wish.cores,
        loaded=loaded,
        replicas=replicas,
        people_each=people_each,
        replica_mb=replica_mb,
        memory_mb=replicas * replica_mb,
        up_bytes=up,
        down_bytes=down,
        up_mbit=frames_per_s * up * 8 / 1e6,
        down_mbit=frames_per_s * down * 8 / 1e6,
        most_fps=1000 / web_ms,
    )


def on_the_wire(message: float) -> float:
    """Bytes of a message with the heads of TLS, TCP and IP; acknowledgements go with the other way's traffic."""
    records = math.ceil(message / TLS_RECORD)
    encrypted = message + records * TLS_BYTES
    return encrypted + math.ceil(encrypted / PART_BYTES) * HEADER_BYTES
