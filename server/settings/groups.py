"""Every knob of the server in one place: name, default, unit and reason.

`server.settings.options` makes the command line, the environment's variables and `--help` of this table.
"""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from server.origins import Origin, parse_origin
from server.settings import validators as access
from server.vision.detectors.registry import DetectorName

ROOT = Path(__file__).resolve().parents[2]

MetricsAccess = Literal["loopback", "everyone", "nobody"]
LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(BaseModel):
    """What the server is told when it starts. Immutable; raises pydantic's ValidationError on bad values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(
        "127.0.0.1", min_length=1, description="address to listen on; only this machine can reach the default"
    )
    port: int = Field(8000, ge=0, le=65535, description="TCP port; 0 takes a free one")
    allow_host: tuple[str, ...] = Field(
        (),
        description="another name that the server may be called by, such as mybox.example; without it a name that is "
        "pointed at this server (DNS rebinding) is refused; may be given several times, or with commas",
    )
    allow_origin: tuple[str, ...] = Field(
        (),
        description="another site whose pages may use the socket and the API: scheme://host or scheme://host:port, "
        "compared exactly; may be given several times, or with commas",
    )
    require_origin: bool = Field(
        False, description="refuse sockets and sent data without an Origin: browsers always have one, programs do not"
    )
    public_url: str | None = Field(
        None,
        description="address by which browsers reach this server where TLS ends in front of it, such as "
        "https://faces.example.org; its pages may then use it",
    )
    trusted_proxy: tuple[str, ...] = Field(
        (),
        description="address or network of a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed, such as "
        "10.0.0.2 or 10.0.0.0/8; from others they are ignored; may be given several times, or with commas",
    )
    token: SecretStr | None = Field(
        None,
        description="access token: only who has it comes in; auto makes one and prints the link that has it. On a "
        "shared machine rather by the environment, for others see the command line in ps",
    )
    tls: bool = Field(
        False,
        description="serve https with a certificate of a local authority, made and kept in your own folder; other "
        "devices give no camera without https",
    )
    certfile: Path | None = Field(None, description="serve https with this certificate (PEM, with its chain)")
    keyfile: Path | None = Field(None, description="private key of --certfile (PEM, without a passphrase)")
    model: Path = Field(
        ROOT / "model", description="folder of an exported model, with its emotion.json; or a .keras file"
    )
    detector: DetectorName = Field(
        "blazeface", description="face detector; haar is the tutorial's, many times slower and blind to tilt"
    )
    engine: Literal["litert", "keras"] = Field(
        "litert", description="what runs the model; keras runs emotion.keras itself and needs TensorFlow"
    )
    pack: str = Field(
        "default", pattern=r"^[^\W_][\w .-]*$", description="emoji pack to show at first: the name of its folder"
    )
    emojis: Path | None = Field(
        None, description="folder with more emoji packs than those of emojis/, or a pack itself"
    )
    workers: int = Field(0, ge=0, le=256, description="inference threads; 0 takes one for each core")
    clients: int = Field(100, ge=1, description="connections at once; one more is told that the server is full")
    credits: int = Field(2, ge=1, le=8, description="frames a client may have on the way; two hide a slow network")
    fps: float = Field(
        30.0, ge=0.1, le=1000, description="frames a second for each connection; more than a screen shows is waste"
    )
    frame_bytes: int = Field(
        512 * 1024, ge=4096, le=2**26, description="bytes of one message; a 480 px wide JPEG has about 30,000"
    )
    frame_pixels: int = Field(
        1920 * 1080, ge=48 * 48, le=2**26, description="pixels of one frame, read from its header before it is decoded"
    )
    smoothing: float = Field(
        0.3, ge=0, le=5, description="seconds over which scores are averaged; 0 follows every frame, 1 feels slow"
    )
    margin: float = Field(
        0.1, ge=0, le=1, description="lead that a new label needs over the shown one; 0 flickers, 0.3 sticks"
    )
    floor: float = Field(0.4, ge=0, le=1, description="score below which the answer is 'unsure'")
    fresh: float = Field(
        0.08,
        gt=0,
        le=3600,
        description="seconds after which a waiting frame is dropped if fresher ones of other clients wait; by then "
        "its camera has a newer picture",
    )
    stale: float = Field(
        1.0, gt=0, le=3600, description="seconds a frame may wait for a thread at all; older ones are always dropped"
    )
    deadline: float = Field(
        5.0, gt=0, le=3600, description="seconds a thread may work on one frame before it is given up and replaced"
    )

    reader_timeout: float = Field(
        5.0,
        gt=0,
        le=3600,
        description="seconds a client may leave a full load of answers unread before it is disconnected; "
        "a phone changing networks stalls for two or three",
    )
    metrics: MetricsAccess = Field(
        "loopback", description="who may read /metrics; counts and times only, but they tell how busy the place is"
    )

    # How much strangers may take: over each of these, the answer or the close names the option.
    per_address: int = Field(
        64,
        ge=1,
        description="connections at once from one address (IPv6: one /64); two classes behind one router have as many, "
        "and no stranger takes all of --clients; 127.0.0.1 and ::1, where proxies are, count only in all",
    )
    first_frame: float = Field(
        30.0,
        gt=0,
        le=86400,
        description="seconds a new connection may go without a frame; the page connects when it has its camera",
    )
    idle: float = Field(
        300.0,
        gt=0,
        le=86400,
        description="seconds a connection may go without a further frame; a hidden tab that comes back within them "
        "goes on at once",
    )
    text_chars: int = Field(
        4096, ge=256, le=65536, description="characters of a text message; with a resting face it has some hundred"
    )
    text_rate: float = Field(
        100.0,
        ge=1,
        le=10000,
        description="text messages a second for each connection, read no faster; a slider that is moved sends fewer",
    )
    control_rate: int = Field(
        100,
        ge=10,
        le=100000,
        description="pings, pongs and fragments under 1024 bytes a second for each connection; each costs the server "
        "more than its bytes tell, and nobody needs ten",
    )
    uploads: int = Field(
        32,
        ge=1,
        le=10000,
        description="pictures over HTTP in hand at once, half of them from one address; each is in memory",
    )
    http_connections: int = Field(
        512,
        ge=8,
        le=100000,
        description="connections at once that are no WebSockets; a page opens up to six, and systems often allow a "
        "process 1024 files in all",
    )
    header_bytes: int = Field(
        16384,
        ge=1024,
        le=2**20,
        description="bytes of a request before its body; browsers send about 1,000, and their cookies",
    )
    request_timeout: float = Field(
        20.0,
        gt=0,
        le=3600,
        description="seconds for a whole request to come, or for its answer to be taken; a phone on a slow network "
        "sends a picture in ten",
    )
    keep_alive: float = Field(
        5.0, gt=0, le=3600, description="seconds an HTTP connection may wait for its next request; a page asks at once"
    )

    # What it writes to standard error.
    log_format: LogFormat = Field("text", description="lines for people or, one object each, for programs")
    log_level: LogLevel = Field(
        "warning", description="least that is logged; info adds the life of the server, debug each connection"
    )

    @field_validator("emojis", "certfile", "keyfile", "public_url", "token", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: Any) -> Any:
        """An empty variable in the environment, as container files have them, would be the current folder."""
        return None if value == "" else value

    @field_validator("tls", "require_origin", mode="before")
    @classmethod
    def _nothing_is_no(cls, value: Any) -> Any:
        return False if value == "" else value

    @field_validator("allow_host", "allow_origin", "trusted_proxy", mode="before")
    @classmethod
    def _each_by_itself(cls, value: Any) -> Any:
        return access.split_list(value)

    _known_host = field_validator("allow_host")(access.each(access.check_host))
    _known_origin = field_validator("allow_origin")(access.each(access.check_origin))
    _known_proxy = field_validator("trusted_proxy")(access.each(access.check_network))
    _known_url = field_validator("public_url")(access.check_public_url)
    _long_enough = field_validator("token")(access.check_token)

    @model_validator(mode="after")
    def _one_certificate(self) -> Self:
        access.check_certificate(self.tls, self.certfile, self.keyfile)
        return self

    @property
    def origin(self) -> Origin | None:
        """What `public_url` says, to compare with."""
        return parse_origin(self.public_url) if self.public_url else None

    @property
    def encrypted(self) -> bool:
        """Whether this server itself speaks TLS."""
        return self.tls or self.certfile is not None

    @property
    def threads(self) -> int:
        """Inference threads to start."""
        return self.workers or available_cores()


def available_cores() -> int:
    """Cores this process may run on. A container's share of CPU time does not show here: set `workers` there."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
