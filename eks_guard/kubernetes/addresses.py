"""Addresses in Kubernetes objects: IPs and networks.

https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/ip.go
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex

if TYPE_CHECKING:
    from typing import TypeAlias

    Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
    Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_LEADING_ZEROS = regex(r"(?<![0-9a-fA-F:])0+(?=\d+\.|\d+(?:/|$))")
"""Go reads 010.0.0.1 as 10.0.0.1 in fields that are older than its own rule."""
FAMILIES = {"IPv4": 4, "IPv6": 6}
STRICT = 36
"""The minor from which on new objects may write addresses in one way only (StrictIPCIDRValidation is on):
https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html"""


def address_in(value: str) -> Address | None:
    """The address that a text is, None where it is none."""
    try:
        return ipaddress.ip_address(_plain(value))
    except ValueError:
        return None


def network_in(value: str) -> Network | None:
    """The network that a text is, with its mask; None where it is none. Host bits do not matter."""
    address, _, mask = value.partition("/")
    try:
        return ipaddress.ip_network(_plain(value), strict=False) if address and mask.isdigit() else None
    except ValueError:
        return None


def _plain(value: str) -> str:
    return value if ":" in value else _LEADING_ZEROS.sub("", value)


def ip_address(value: Any, minor: int) -> str | None:
    """What is wrong with an IP address at a minor."""
    if not isinstance(value, str):
        return None
    found = address_in(value)
    if found is None:
        return f'"{value}" must be a valid IP address, such as 10.9.8.7'
    if minor < STRICT:
        return None
    if ":" not in value and value != str(found):
        return f'"{value}" must not have leading 0s (from 1.{STRICT} on)'
    mapped = getattr(found, "ipv4_mapped", None)
    return f'"{value}" must not be an IPv4-mapped IPv6 address (from 1.{STRICT} on)' if mapped else None


def public_ip(value: Any, minor: int) -> str | None:
    """What is wrong with an address that others reach: not of the node itself or its link."""
    found = address_in(value) if isinstance(value, str) else None
    if found is None:
        return ip_address(value, minor)
    kinds = (("unspecified", found.is_unspecified), ("in the loopback range (127.0.0.0/8, ::1/128)", found.is_loopback))
    local = (("in the link-local range (169.254.0.0/16, fe80::/10)", found.is_link_local),)
    bad = next((says for says, holds in (*kinds, *local) if holds), None)
    return f'"{value}" may not be {bad}' if bad else ip_address(value, minor)


def cidr(value: Any, minor: int) -> str | None:
    """What is wrong with a network such as 10.0.0.0/16 at a minor."""
    if not isinstance(value, str):
        return None
    found = network_in(value)
    if found is None:
        return f'"{value}" must be a valid CIDR with its mask, such as 10.0.0.0/16'
    if minor < STRICT:
        return None
    if address_in(value.partition("/")[0]) != found.network_address:
        return f'"{value}" must not have bits set beyond the prefix length, should be {found} (from 1.{STRICT} on)'
    has_zeros = ":" not in value and value != str(found)
    return f'"{value}" must not have leading 0s (from 1.{STRICT} on)' if has_zeros else None
