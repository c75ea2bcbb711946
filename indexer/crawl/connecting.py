"""Where may be connected to? Names to addresses of the network, without those of one's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Gives the numeric addresses of a host's name."""

_NAT64 = ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """A name leads nowhere but into a private network; the message says where."""


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a name's addresses. Raises OSError when there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def places(host: str, port: int, allow_private: bool, resolver: Resolver = resolve) -> list[str]:
    """Give the numeric addresses that may be connected to: the very ones, so that a name can't lead elsewhere when it
    is asked for a second time (DNS rebinding).

    Raises NotPublic when there are only others, OSError when the name is not known.
    """
    bare = host.strip("[]")
    try:
        found = [str(ip_address(bare))]
    except ValueError:
        found = await resolver(bare, port)
    allowed = [number for number in found if allow_private or is_public(number)]
    if found and not allowed:
        raise NotPublic(f"{host} is {found[0]}, an address of a private network")
    return allowed


def is_public(number: str) -> bool:
    """Say whether a numeric address is one of the public network, also where an IPv4 address is dressed as IPv6.

    >>> is_public("203.162.0.1"), is_public("10.0.0.1"), is_public("169.254.169.254"), is_public("::ffff:127.0.0.1")
    (True, False, False, False)
    """
    address = ip_address(number.partition("%")[0])
    inner = _inner(address)
    if inner is not None:
        address = inner
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
