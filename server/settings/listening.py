"""Where the server listens, TLS, and the proxies in front of it."""

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from server.origins import Origin, parse_origin
from server.settings.group import REPEATABLE, SettingsGroup
from server.settings.validators import check_certificate, check_network, check_public_url, each, split_list


class ListeningSettings(SettingsGroup):
    """Address, TLS and proxies."""

    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address to listen on. The default is reachable from this computer only; 0.0.0.0 listens on every "
        "IPv4 interface.",
    )
    port: int = Field(8000, ge=0, le=65535, description="TCP port. 0 lets the system choose a free one.")
    public_url: str | None = Field(
        None,
        description="URL under which browsers reach this server through a reverse proxy, such as "
        "https://faces.example.org or https://example.org/emojify. Pages of that origin are allowed.",
    )
    trusted_proxy: tuple[str, ...] = Field(
        (),
        description="IP address or network of a reverse proxy whose X-Forwarded-For and X-Forwarded-Proto headers are "
        f"trusted, such as 10.0.0.2 or 10.0.0.0/8. These headers are ignored from other addresses. {REPEATABLE}",
    )
    tls: bool = Field(
        False,
        description="Serve HTTPS with a certificate from a local certificate authority, which is created once and "
        "kept in your home directory. Browsers on other devices allow the camera only over HTTPS.",
    )
    certfile: Path | None = Field(
        None, description="Serve HTTPS with this certificate: a PEM file that includes the chain."
    )
    keyfile: Path | None = Field(None, description="Private key of --certfile: a PEM file without a passphrase.")

    _split_proxies = field_validator("trusted_proxy", mode="before")(split_list)
    _check_proxies = field_validator("trusted_proxy")(each(check_network))
    _check_url = field_validator("public_url")(check_public_url)

    @model_validator(mode="after")
    def _check_certificate(self) -> Self:
        check_certificate(self.tls, self.certfile, self.keyfile)
        return self

    @property
    def origin(self) -> Origin | None:
        """The origin of `public_url`."""
        return parse_origin("/".join(self.public_url.split("/")[:3])) if self.public_url else None

    @property
    def public_path(self) -> str:
        """The path of `public_url`, such as `/emojify`; empty without one."""
        return "".join(f"/{segment}" for segment in (self.public_url or "").split("/")[3:])

    @property
    def encrypted(self) -> bool:
        """Whether this server itself serves HTTPS."""
        return self.tls or self.certfile is not None
