"""Computes cores, memory, bandwidth and replicas for a workload, by arithmetic on measured costs."""

import math
from dataclasses import dataclass

from lab.capacity.costs import Costs, FrameCost

# Header bytes of IPv4 and TCP with timestamps, and the payload of a segment on Ethernet: 1,500 less these 52
# (RFC 791, RFC 9293, RFC 7323).
HEADER_BYTES, PART_BYTES = 52, 1448
# Header of a WebSocket message of some kilobytes (RFC 6455, 5.2): 4 bytes, and from a client 4 bytes of mask.
MASKED_BYTES, UNMASKED_BYTES = 8, 4
# Header, content type and tag of a TLS 1.3 record (RFC 8446, 5.2); a message has one record for each 16 KiB.
TLS_BYTES, TLS_RECORD = 22, 16384


@dataclass(frozen=True, slots=True)
class Workload:
    """The load to serve, and how to serve it.

    Attributes:
        people: concurrent connections.
        fps: frames a second of each connection.
        faces: mean number of faces in a frame.
        width, height: size of a frame in pixels.
        still: whether faces hardly move, which makes following them cheaper.
        utilisation: maximum mean load of the cores, 0 to 1; above 0.6 frames wait noticeably.
        cores: cores of a replica.
        spare: replicas that may fail without overloading the others.
        speed: speed of the target machine; 2 computes a unit in half the time of the measured one.
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
    """The resources that a workload needs. CPU in milliseconds, memory in 10^6 bytes, bandwidth in 10^6 bits a second.

    Attributes:
        frame: cost of a frame on the measured machine.
        frames_per_s: frames a second of all people.
        pipeline_ms: CPU of the pipeline for a frame on the target machine.
        web_ms: CPU of receiving, scheduling and answering a frame.
        busy: mean number of busy cores.
        cores: cores of all replicas, spare ones included.
        loaded: replicas that the load needs.
        replicas: replicas including spare ones.
        people_each: connections of a replica when all spare ones have failed.
        replica_mb: memory of a replica with these connections.
        memory_mb: memory of all replicas.
        up_bytes, down_bytes: bytes of a frame and of its answer on the network.
        up_mbit, down_mbit: bandwidth of all people.
        max_fps: frames a second that the event loop of one process could serve if it did nothing else.
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
    max_fps: float


def plan(workload: Workload, costs: Costs) -> Plan:
    """Compute the resources; raises OutOfRangeError outside the measured range."""
    frame, server = costs.frame(workload.faces, workload.width, workload.height), costs.server
    frames_per_s = workload.people * workload.fps
    pipeline_ms = frame.cpu_ms(workload.fps, workload.still) / workload.speed
    web_ms = server.result_cpu_ms / workload.speed
    busy = frames_per_s * (pipeline_ms + web_ms) / 1000
    loaded = max(1, math.ceil(busy / workload.utilisation / workload.cores))
    replicas = loaded + workload.spare
    people_each = math.ceil(workload.people / loaded)
    replica_mb = server.process_mb + workload.cores * server.thread_mb + people_each * server.connection_mb
    up, down = on_the_wire(frame.jpeg_bytes + MASKED_BYTES), on_the_wire(frame.answer_bytes + UNMASKED_BYTES)
    return Plan(
        frame=frame,
        frames_per_s=frames_per_s,
        pipeline_ms=pipeline_ms,
        web_ms=web_ms,
        busy=busy,
        cores=replicas * workload.cores,
        loaded=loaded,
        replicas=replicas,
        people_each=people_each,
        replica_mb=replica_mb,
        memory_mb=replicas * replica_mb,
        up_bytes=up,
        down_bytes=down,
        up_mbit=frames_per_s * up * 8 / 1e6,
        down_mbit=frames_per_s * down * 8 / 1e6,
        max_fps=1000 / web_ms,
    )


def on_the_wire(message: float) -> float:
    """Bytes of a message with the headers of TLS, TCP and IP; acknowledgements travel with the opposite traffic."""
    records = math.ceil(message / TLS_RECORD)
    encrypted = message + records * TLS_BYTES
    return encrypted + math.ceil(encrypted / PART_BYTES) * HEADER_BYTES
