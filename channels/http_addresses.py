"""Which addresses a redirect may lead to: only such as anybody on the internet could reach.

`ipaddress.is_global` alone is not enough: it says yes to NAT64, 6to4 and Teredo forms that carry a private
IPv4 address inside, and to multicast.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_CARRIERS: Final = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24", "::/96"),
    )
)


def is_public(address: IpAddress) -> bool:
    """False for loopback, link-local, private, multicast, reserved, and what hides one of those."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if any(address in network for network in _CARRIERS if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


async def resolve(host: str, port: int) -> tuple[IpAddress, ...]:
    """Every address of the host, in the system's order; raises OSError where it has none.

    The system's own resolver reads `127.1` and `0x7f.1` too, so nothing has to be guessed here.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("not a host name") from error
    return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
