"""How much a client, and all clients together, may use. A refusal or a close reason names the option."""

from pydantic import Field

from server.settings.group import SettingsGroup


class FrameSettings(SettingsGroup):
    """Size and rate of frames, and their times in the queue."""

    credits: int = Field(
        2,
        ge=1,
        le=8,
        description="Maximum unanswered frames of a client. With 2, the next frame travels while one is answered.",
    )
    fps: float = Field(
        30.0, ge=0.1, le=1000, description="Maximum frames per second of a connection. Most cameras deliver 30."
    )
    frame_bytes: int = Field(
        512 * 1024,
        ge=4096,
        le=2**26,
        description="Maximum size of a WebSocket message in bytes. A JPEG 480 pixels wide has about 30,000.",
    )
    frame_pixels: int = Field(
        1920 * 1080,
        ge=48 * 48,
        le=2**26,
        description="Maximum pixels of a frame, checked in its header before decoding. The default is 1920 x 1080.",
    )
    picture_bytes: int = Field(
        12 * 2**20,
        ge=4096,
        le=2**26,
        description="Maximum size of a picture sent to /api/classify in bytes. A photograph of a phone has 2 to 12 MB.",
    )
    picture_pixels: int = Field(
        64_000_000,
        ge=48 * 48,
        le=2**26,
        description="Maximum pixels of a picture sent to /api/classify, checked in its header. Pictures of more than "
        "4 million are decoded one at a time, JPEGs at the size needed, others with up to 8 bytes a pixel. Of a "
        "PNG with 16 bits a channel, half as many are accepted.",
    )
    queue_timeout_under_load: float = Field(
        0.08,
        gt=0,
        le=3600,
        description="Seconds in the queue after which a frame is dropped if newer frames of other clients wait. By "
        "then the client's camera has a newer frame.",
    )
    queue_timeout: float = Field(
        1.0, gt=0, le=3600, description="Maximum seconds of a frame in the queue. Older frames are always dropped."
    )
    deadline: float = Field(
        5.0,
        gt=0,
        le=3600,
        description="Maximum seconds of inference for one frame. Then its thread is abandoned and replaced.",
    )


class ConnectionSettings(SettingsGroup):
    """Connections, messages and requests."""

    clients: int = Field(
        100, ge=1, description="Maximum WebSocket connections. Further clients are told that the server is full."
    )
    per_address: int = Field(
        64,
        ge=1,
        description="Maximum WebSocket connections from one IP address (IPv6: one /64 network), so that one client "
        "cannot take all of --clients. Loopback addresses, from which reverse proxies connect, are exempt.",
    )
    first_frame: float = Field(
        30.0,
        gt=0,
        le=86400,
        description="Maximum seconds until a new connection sends its first frame. Short, because the page opens the "
        "camera before it connects.",
    )
    idle: float = Field(
        300.0,
        gt=0,
        le=86400,
        description="Maximum seconds between two frames of a connection. A hidden tab that returns in time need not "
        "reconnect.",
    )
    reader_timeout: float = Field(
        5.0,
        gt=0,
        le=3600,
        description="Seconds after which a client with 64 unread answers is disconnected. A phone that changes "
        "networks stalls for 2 to 3 s.",
    )
    text_chars: int = Field(
        4096,
        ge=256,
        le=65536,
        description="Maximum characters of a text message. The longest one, an example of an expression, has up to "
        "3572 with Emojify's model; with a lower limit, nothing can be taught.",
    )
    text_rate: float = Field(
        100.0,
        ge=1,
        le=10000,
        description="Maximum text messages per second of a connection; excess messages are delayed. Dragging a slider "
        "sends fewer.",
    )
    control_rate: int = Field(
        100,
        ge=10,
        le=100000,
        description="Maximum pings, pongs and fragments under 1024 bytes per second of a connection. Each costs more "
        "time than its size suggests; clients need fewer than ten.",
    )
    uploads: int = Field(
        16,
        ge=1,
        le=10000,
        description="Maximum pictures over HTTP in progress, half of them from one address. Each is held in "
        "memory, with up to --picture-bytes.",
    )
    http_connections: int = Field(
        512,
        ge=8,
        le=100000,
        description="Maximum connections that are not WebSockets. A page opens up to six; many systems allow a "
        "process 1024 open files in all.",
    )
    header_bytes: int = Field(
        16384,
        ge=1024,
        le=2**20,
        description="Maximum bytes of a request before its body. Browsers send about 1000 plus their cookies.",
    )
    request_timeout: float = Field(
        20.0,
        gt=0,
        le=3600,
        description="Maximum seconds for receiving a request, or for sending its response. A phone on a slow network "
        "needs 10 s for a picture.",
    )
    keep_alive: float = Field(
        5.0,
        gt=0,
        le=3600,
        description="Seconds that an HTTP connection stays open for its next request. A page sends its requests "
        "all together.",
    )
