"""From what the settings say about access to what the server needs for it: the token, the certificate, the proxies."""

import ipaddress
import socket
from typing import TYPE_CHECKING

from pydantic import SecretStr

from server.http.access.allowed_hosts import machine_names
from server.http.access.token import make_token
from server.loopback import ALL_INTERFACES
from server.settings.groups import Settings
from server.settings.validators import AUTO
from server.tls.addresses import local_addresses

if TYPE_CHECKING:
    from server.tls.local_certificate import LocalCertificate


def with_token(settings: Settings) -> tuple[Settings, str | None]:
    """The settings with a token in place of `auto`, and that token if it was made here."""
    if settings.token is None or settings.token.get_secret_value() != AUTO:
        return settings, None
    made = make_token()
    return settings.model_copy(update={"token": SecretStr(made)}), made


def certify(settings: Settings) -> "LocalCertificate":
    """The certificate for `--tls`: for loopback, this machine's names and addresses, and `allow_host`.

    Raises:
        StartError: its folder cannot be used.
    """
    from server.tls.local_certificate import (  # loads cryptography, which only --tls needs
        default_folder,
        local_certificate,
    )

    names = [*machine_names(), *local_addresses(), *settings.allow_host]
    if settings.host not in ALL_INTERFACES:
        names.append(settings.host)
    return local_certificate(default_folder(), ["localhost", "127.0.0.1", "::1", *names], socket.gethostname())


def proxies(networks: tuple[str, ...]) -> list[str]:
    """The trusted proxies for uvicorn; those of IPv4 also as a socket for both kinds of addresses shows them."""
    known = [ipaddress.ip_network(network) for network in networks]
    mapped = [f"::ffff:{each.network_address}/{96 + each.prefixlen}" for each in known if each.version == 4]
    return [*map(str, known), *mapped]
