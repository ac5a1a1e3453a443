"""What the settings about access accept: checked at the start, each with an answer that says what to do."""

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
# A token has to stand in an address and in a header as it is.
_TOKEN = re.compile(r"[A-Za-z0-9._~-]+")
# Twelve random letters and digits are 71 bits: no guessing over a network comes near. Shorter ones are words.
SHORTEST_TOKEN = 12


def split_list(value: Any) -> Any:
    """`a,b` of the environment and repeated options alike become a tuple; what is empty between commas is nothing."""
    if isinstance(value, str):
        value = [value]
    return tuple(part.strip() for text in value for part in str(text).split(",") if part.strip())


def each(check: Callable[[str], str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A check of one value as a check of many."""
    return lambda values: tuple(check(value) for value in values)


def check_host(text: str) -> str:
    """A host name, lower case, without scheme and port."""
    place = split_host(text)
    if place is None or place[1] is not None:
        raise _refused(f"{text[:80]!r} is no host name; write it without scheme and port, such as mybox.example")
    return place[0]


def check_origin(text: str) -> str:
    """An origin as browsers send it."""
    if text == "null":
        raise _refused("'null' stands for every page without an address; it is never allowed")
    origin = parse_origin(text)
    if origin is None:
        raise _refused(f"{text[:80]!r} is no origin; write scheme://host or scheme://host:port, without a path")
    return str(origin)


def check_public_url(text: str | None) -> str | None:
    """An origin; one slash after it is forgiven."""
    if text is None:
        return None
    origin = parse_origin(text.removesuffix("/"))
    if origin is None:
        raise _refused(
            f"{text[:80]!r} is no address of a whole host; write it such as https://faces.example.org, without a path: "
            "the proxy must pass on the host's root"
        )
    return str(origin)


def check_network(text: str) -> str:
    """An address, or a network with no bits set behind its prefix."""
    try:
        return str(ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text))
    except ValueError:
        raise _refused(f"{text[:80]!r} is no address and no network, such as 10.0.0.2 or 10.0.0.0/8") from None


def check_token(secret: SecretStr | None) -> SecretStr | None:
    """`auto`, or something that is hard to guess. The error does not repeat it."""
    token = AUTO if secret is None else secret.get_secret_value()
    if token == AUTO:
        return secret
    if len(token) < SHORTEST_TOKEN:
        raise _refused(f"the token is too short to be safe: at least {SHORTEST_TOKEN} characters, or auto")
    if not _TOKEN.fullmatch(token):
        raise _refused("the token may have letters, digits and . _ ~ - only, as it is a part of an address")
    return secret


def check_certificate(tls: bool, certfile: Path | None, keyfile: Path | None) -> None:
    """Both files or neither, and not together with `--tls`."""
    if (certfile is None) != (keyfile is None):
        raise _refused("--certfile and --keyfile belong together: give both, or neither")
    if tls and certfile is not None:
        raise _refused("--tls makes a certificate and --certfile has one: give one of the two")


def _refused(reason: str) -> PydanticCustomError:
    # The message is a template: braces of the value must not be places in it.
    return PydanticCustomError(REFUSED, "{reason}", {"reason": reason})
