"""Turns settings into what the server needs: the generated token, the TLS certificate, the trusted networks."""

import ipaddress
import socket
from typing import TYPE_CHECKING

from pydantic import SecretStr

from server.http.access.allowed_hosts import machine_names
from server.http.access.token import make_token
from server.loopback import ALL_INTERFACES
from server.settings import Settings
from server.settings.validators import AUTO
from server.tls.addresses import local_addresses

if TYPE_CHECKING:
    from server.tls.local_certificate import LocalCertificate


def with_generated_token(settings: Settings) -> tuple[Settings, str | None]:
    """Replace the token `auto` by a new one; returns the settings, and the token if one was generated."""
    if settings.token is None or settings.token.get_secret_value() != AUTO:
        return settings, None
    token = make_token()
    return settings.model_copy(update={"token": SecretStr(token)}), token


def tls_certificate(settings: Settings) -> "LocalCertificate":
    """The certificate of `--tls`, for loopback, this computer's names and addresses, and `--allow-host`.

    Raises:
        StartError: the folder of the certificate cannot be used.
    """
    from server.tls.local_certificate import (  # loads cryptography, which only --tls needs
        default_folder,
        local_certificate,
    )

    names = [*machine_names(), *local_addresses(), *settings.allow_host]
    if settings.host not in ALL_INTERFACES:
        names.append(settings.host)
    return local_certificate(default_folder(), ["localhost", "127.0.0.1", "::1", *names], socket.gethostname())


def trusted_networks(networks: tuple[str, ...]) -> list[str]:
    """The trusted proxies as uvicorn expects them; IPv4 also mapped to IPv6, as a dual-stack socket reports it."""
    known = [ipaddress.ip_network(network) for network in networks]
    mapped = [f"::ffff:{each.network_address}/{96 + each.prefixlen}" for each in known if each.version == 4]
    return [*map(str, known), *mapped]
