"""What networks are, by their CIDR: the whole internet, or none of it; and which of them EKS takes for an endpoint."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.describe import as_written, in_words
from eks_guard.model.value import Known, Unknown, Value, both, flatten, lift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.data import Tables

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_EVERYTHING = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("2000::/3"))
"""All of IPv4, and the part of IPv6 that has public addresses: https://www.rfc-editor.org/rfc/rfc4291"""


def cover_internet(cidrs: Iterable[str], tables: Tables) -> bool:
    """Whether some networks are the whole internet together, be it in pieces or without what has no public address."""
    given = list(_networks(cidrs))
    if not given:
        return False
    beside = list(_networks(tables.networks_off_the_internet))
    return any(_covers([*given, *beside], everything) for everything in _EVERYTHING if _has(given, everything))


def _has(networks: list[_Network], everything: _Network) -> bool:
    return any(network.version == everything.version for network in networks)


def _covers(networks: list[_Network], everything: _Network) -> bool:
    if isinstance(everything, ipaddress.IPv4Network):
        four = [network for network in networks if isinstance(network, ipaddress.IPv4Network)]
        return any(everything.subnet_of(one) for one in ipaddress.collapse_addresses(four))
    six = [network for network in networks if isinstance(network, ipaddress.IPv6Network)]
    return any(everything.subnet_of(one) for one in ipaddress.collapse_addresses(six))


def named_if_refused(network: Value[str], tables: Tables) -> str | None:
    """A network that EKS refuses, with its kind; None for another, and for an open one."""
    kind = _refused(network.value, tables) if isinstance(network, Known) else None
    return f"{in_words(network)} ({kind})" if kind else None


def are_accepted(networks: tuple[Value[str], ...], tables: Tables) -> Value[bool]:
    """Whether EKS takes all of some networks as those that may reach a public endpoint."""
    judged = [flatten(lift(lambda cidr: _accepted(cidr, tables), network)) for network in networks]
    return both(judged)


def _accepted(cidr: str, tables: Tables) -> Value[bool]:
    if _refused(cidr, tables):
        return Known(value=False)
    if not _is_network(cidr):
        return Unknown(f"found {as_written(cidr)}, expected a network such as 0.0.0.0/0")
    if _is_off_the_internet(cidr, tables):
        return Unknown(
            f"{cidr} contains no public address, and the EKS documentation does not say whether it is accepted"
        )
    return Known(value=True)


def _refused(cidr: str, tables: Tables) -> str | None:
    """What a network is that EKS refuses, such as private; None for another one."""
    return next((kind for network, kind in tables.refused_networks.items() if _inside(cidr, network)), None)


def _is_off_the_internet(cidr: str, tables: Tables) -> bool:
    """Whether a network has no address of the internet."""
    return any(_inside(cidr, network) for network in tables.networks_off_the_internet)


def _is_network(cidr: str) -> bool:
    """Whether a text is a network at all."""
    return any(True for _ in _networks([cidr]))


def _inside(cidr: str, network: str) -> bool:
    inner, outer = next(_networks([cidr]), None), ipaddress.ip_network(network)
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


def _networks(cidrs: Iterable[str]) -> Iterator[_Network]:
    for cidr in cidrs:
        try:
            yield ipaddress.ip_network(cidr.strip(), strict=False)
        except ValueError:
            continue
