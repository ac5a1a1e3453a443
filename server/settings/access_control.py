"""Who may use the server."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from server.settings.group import REPEATABLE, SettingsGroup
from server.settings.validators import check_host, check_origin, check_token, each, split_list

MetricsAccess = Literal["loopback", "everyone", "nobody"]


class AccessSettings(SettingsGroup):
    """Access token, allowed hosts and origins."""

    token: SecretStr | None = Field(
        None,
        description="Access token; requests without it are refused. `auto` generates one and prints a link containing "
        "it. On a shared computer, set it in the environment: other users can see command lines.",
    )
    allow_host: tuple[str, ...] = Field(
        (),
        description="Additional host name of this server, such as mybox.example. Requests for other host names are "
        f"refused, as protection from DNS rebinding. {REPEATABLE}",
    )
    allow_origin: tuple[str, ...] = Field(
        (),
        description="Origin of another site whose pages may use the WebSocket and the API: scheme://host or "
        "scheme://host:port, compared exactly. Apps have schemes of their own, such as capacitor://localhost. "
        f"{REPEATABLE}",
    )
    require_origin: bool = Field(
        False,
        description="Refuse WebSockets and uploads without an Origin header. Browsers always send one; other programs "
        "may omit it.",
    )
    metrics: MetricsAccess = Field(
        "loopback",
        description="Who may read /metrics. It holds only counts and times, but they show how busy the server is.",
    )

    _split_names = field_validator("allow_host", "allow_origin", mode="before")(split_list)
    _check_hosts = field_validator("allow_host")(each(check_host))
    _check_origins = field_validator("allow_origin")(each(check_origin))
    _check_token = field_validator("token")(check_token)
