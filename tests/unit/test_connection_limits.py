"""Limits on connections, in all and for each client address."""

import pytest

from server.live.connection_limits import ConnectionLimits, group_of


def fill(limits: ConnectionLimits, *addresses: str) -> None:
    for address in addresses:
        assert limits.reached(address) is None, address
        limits.add(address)


def test_a_connection_over_the_limit_is_refused() -> None:
    limits = ConnectionLimits(max_connections=3, per_address=10)
    fill(limits, "10.0.0.1", "10.0.0.2", "10.0.0.3")
    assert limits.reached("10.0.0.4") == "clients"
    limits.remove("10.0.0.2")
    fill(limits, "10.0.0.4")


def test_a_connection_over_the_limit_of_its_address_is_refused_and_others_are_not() -> None:
    limits = ConnectionLimits(max_connections=100, per_address=2)
    fill(limits, "10.0.0.1", "10.0.0.1")
    assert limits.reached("10.0.0.1") == "per_address"
    fill(limits, "10.0.0.2")
    limits.remove("10.0.0.1")
    fill(limits, "10.0.0.1")


def test_loopback_addresses_count_in_all_only() -> None:
    """A proxy on this machine that is not a trusted one has all clients behind it."""
    limits = ConnectionLimits(max_connections=5, per_address=1)
    fill(limits, "127.0.0.1", "127.0.0.1", "::1", "::1", "::ffff:127.0.0.1")
    assert limits.reached("127.0.0.1") == "clients"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1:2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "", True),
        ("unix:", "192.0.2.7", False),
    ],
)
def test_what_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (group_of(one) == group_of(other)) is same


def test_an_address_without_connections_uses_no_memory() -> None:
    limits = ConnectionLimits(max_connections=10, per_address=1)
    for number in range(1000):
        address = f"10.0.{number // 250}.{number % 250}"
        limits.add(address)
        limits.remove(address)
    assert limits.open == 0 and not limits._by_address
