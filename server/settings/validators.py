"""Checks of the settings about addresses and access. The errors say what was wrong and what is expected."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from server.origins import parse_origin, split_host

REFUSED = "refused"  # type of the errors made here

AUTO = "auto"
# Characters that need no escaping in a URL or a header.
_TOKEN = re.compile(r"[A-Za-z0-9._~-]+")
# Scheme and host, then a path of plain segments: it is compared with those of requests, and a cookie gets it.
_PUBLIC_URL = re.compile(r"(?P<origin>[^/?#]+://[^/?#]+)(?P<path>(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~@-]+)*/?)")
# Twelve random letters and digits have 71 bits, which nobody guesses over a network. Shorter tokens tend to be words.
MIN_TOKEN_CHARS = 12


def split_list(value: Any) -> Any:
    """Turn `a,b` of the environment, or repeated options, into a tuple without empty parts."""
    if isinstance(value, str):
        value = [value]
    return tuple(part.strip() for text in value for part in str(text).split(",") if part.strip())


def each(check: Callable[[str], str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """Apply a check to each value of a tuple."""
    return lambda values: tuple(check(value) for value in values)


def check_host(text: str) -> str:
    """Return a host name in lower case, without scheme and port."""
    host = split_host(text)
    if host is None or host[1] is not None:
        raise _refused(f"{text[:80]!r} is not a host name; write it without scheme and port, such as mybox.example")
    return host[0]


def check_origin(text: str) -> str:
    """Return an origin as browsers send it."""
    if text == "null":
        raise _refused("'null' is the origin of every page without an address and is never allowed")
    origin = parse_origin(text)
    if origin is None:
        raise _refused(
            f"{text[:80]!r} is not an origin; write scheme://host or scheme://host:port, without a path, such as "
            "https://other.example, or capacitor://localhost for an app"
        )
    return str(origin)


def check_public_url(text: str | None) -> str | None:
    """Return an origin and perhaps a path, without a slash at the end."""
    if text is None:
        return None
    found = _PUBLIC_URL.fullmatch(text)
    origin = parse_origin(found["origin"]) if found else None
    if found is None or origin is None or not origin.is_web:
        raise _refused(
            f"{text[:80]!r} is not the URL of the page; write it without a query, such as https://faces.example.org "
            "or https://example.org/emojify"
        )
    return f"{origin}{found['path'].rstrip('/')}"


def check_network(text: str) -> str:
    """Return an IP address, or a network without host bits."""
    try:
        return str(ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text))
    except ValueError:
        raise _refused(f"{text[:80]!r} is not an IP address or network, such as 10.0.0.2 or 10.0.0.0/8") from None


def check_token(secret: SecretStr | None) -> SecretStr | None:
    """Accept `auto` or a token that is hard to guess. The error message does not contain it."""
    token = AUTO if secret is None else secret.get_secret_value()
    if token == AUTO:
        return secret
    if len(token) < MIN_TOKEN_CHARS:
        raise _refused(f"the token is too short to be safe; use at least {MIN_TOKEN_CHARS} characters, or auto")
    if not _TOKEN.fullmatch(token):
        raise _refused("the token may contain only letters, digits and . _ ~ - because it is part of a URL")
    return secret


def check_certificate(tls: bool, certfile: Path | None, keyfile: Path | None) -> None:
    """Accept both files or neither, and not together with `--tls`."""
    if (certfile is None) != (keyfile is None):
        raise _refused("--certfile and --keyfile belong together; give both or neither")
    if tls and certfile is not None:
        raise _refused("--tls makes a certificate and --certfile names one; give only one of the two")


def _refused(reason: str) -> PydanticCustomError:
    # The message is a template: braces in the value must not be taken for placeholders.
    return PydanticCustomError(REFUSED, "{reason}", {"reason": reason})
