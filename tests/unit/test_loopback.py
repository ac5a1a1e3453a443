"""Which hosts are this machine itself."""

import pytest

from server.loopback import is_loopback

LOOPBACK = ["localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"]
OTHERS = ["", "0.0.0.0", "::", "192.168.0.1", "2001:db8::1", "::ffff:192.0.2.1", "localhost.example"]


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_hosts_are_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", OTHERS)
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)
