"""Ingresses and network policies.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go
"""

from __future__ import annotations

import ipaddress
from typing import Any

from eks_guard.kubernetes.formats import DNS_SUBDOMAIN, WILDCARD_DOMAIN, cidr, qualified_name, subdomain, violates
from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_given, is_open, lacks, listed, mapping, number, text
from eks_guard.kubernetes.rules.metadata import service_name

INGRESS = "ingress"
POLICY = "networkpolicy"
CLASS = "kubernetes.io/ingress.class"
IN_PATHS = ("//", "/./", "/../", "%2f", "%2F")
AT_ENDS = ("/..", "/.")


def ingress(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """An Ingress."""
    spec, annotations = value.get("spec"), mapping(mapping(value.get("metadata")).get("annotations"))
    if not isinstance(spec, dict):
        if spec is None and not has_open_keys(value):
            notes.wrong("spec", INGRESS, "required: either `defaultBackend` or `rules` must be specified")
        return
    if lacks(spec, "rules") and lacks(spec, "defaultBackend"):
        notes.wrong("spec", INGRESS, "required: either `defaultBackend` or `rules` must be specified")
    if is_given(spec.get("ingressClassName")):
        notes.note("spec.ingressClassName", INGRESS, subdomain(spec["ingressClassName"]))
        if CLASS in annotations:
            says = "can not be set when the class field, spec.ingressClassName, is also set"
            notes.wrong(of_key("metadata.annotations", CLASS), INGRESS, says)
    for index, row in enumerate(listed(spec.get("tls"))):
        for number_, host in enumerate(listed(mapping(row).get("hosts"))):
            notes.note(f"spec.tls[{index}].hosts[{number_}]", INGRESS, _host(host))


def ingress_rule(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The host of a rule."""
    host = value.get("host")
    if is_given(host):
        notes.note(f"{path}.host", INGRESS, _host(host))


def _host(host: Any) -> str | None:
    if isinstance(host, str):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return violates(WILDCARD_DOMAIN if "*" in host else DNS_SUBDOMAIN, host)
        return f'"{host}" must be a DNS name, not an IP address'
    return violates(WILDCARD_DOMAIN, host) if isinstance(host, OpenText) else None


def ingress_path(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A path of a rule, by its type."""
    kind, found = value.get("pathType"), value.get("path")
    plain = found.pieces[0] if isinstance(found, OpenText) and found.pieces else found
    strict = kind in ("Exact", "Prefix")
    if strict and lacks(value, "path"):
        notes.wrong(f"{path}.path", INGRESS, f"required: must be an absolute path when `pathType` is {kind}")
    elif isinstance(plain, str) and plain and not plain.startswith("/") and not is_open(kind):
        notes.wrong(f"{path}.path", INGRESS, f'"{plain}" must be an absolute path')
    if strict and isinstance(found, str):
        bad = [part for part in IN_PATHS if part in found] + [end for end in AT_ENDS if found.endswith(end)]
        if bad:
            notes.wrong(f"{path}.path", INGRESS, f"\"{found}\" must not contain '{bad[0]}'")


def ingress_backend(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A backend: a service with one way to its port, or a resource."""
    notes.exactly_one(value, path, ("service", "resource"), INGRESS, "backend")
    service = value.get("service")
    if isinstance(service, dict):
        if is_given(service.get("name")):
            notes.note(f"{path}.service.name", INGRESS, service_name(service["name"]))
        port = service.get("port")
        if isinstance(port, dict) or (port is None and not has_open_keys(service)):
            ways = {key: found for key, found in mapping(port).items() if found not in (0, "")}
            notes.exactly_one(ways, f"{path}.service.port", ("name", "number"), INGRESS, "port name or number")


def ingress_class(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The controller of a class: a path with the prefix of a domain."""
    controller = text(value.get("controller"))
    if controller and (("/" not in controller) or qualified_name(controller.partition("/")[0] + "/x")):
        notes.wrong(
            f"{path}.controller", INGRESS, f'"{controller}" must be a domain-prefixed path such as example.com/name'
        )


def peer(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A peer is a block of addresses, or is selected."""
    given = [key for key in ("ipBlock", "podSelector", "namespaceSelector") if value.get(key) is not None]
    if not given and not has_open_keys(value):
        notes.wrong(path, POLICY, "must specify a peer: ipBlock, podSelector or namespaceSelector")
    if "ipBlock" in given and len(given) > 1:
        notes.wrong(path, POLICY, "may not specify both ipBlock and another peer")


def block(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What is left out of a block is inside of it."""
    whole = text(value.get("cidr"))
    for index, item in enumerate(listed(value.get("except"))):
        place = f"{path}.except[{index}]"
        notes.note(place, POLICY, cidr(item))
        if whole and isinstance(item, str) and not cidr(whole) and not cidr(item):
            outer, inner = (ipaddress.ip_network(found, strict=False) for found in (whole, item))
            inside = outer.version == inner.version and inner != outer and inner.subnet_of(outer)  # type: ignore[arg-type] # of one version
            if not inside:
                notes.wrong(place, POLICY, f'"{item}" must be a strict subset of `cidr` {whole}')


def policy_port(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A range of ports begins with a number."""
    last, first = number(value.get("endPort")), value.get("port")
    if last is None or is_open(first):
        return
    if number(first) is None:
        notes.wrong(f"{path}.endPort", POLICY, "may not be specified when `port` is not specified or is a name")
    elif last < (number(first) or 0):
        notes.wrong(f"{path}.endPort", POLICY, f"{last} must be greater than or equal to `port` {first}")


RULES = {
    "networking.v1.Ingress": (ingress,),
    "networking.v1.IngressRule": (ingress_rule,),
    "networking.v1.HTTPIngressPath": (ingress_path,),
    "networking.v1.IngressBackend": (ingress_backend,),
    "networking.v1.IngressClassSpec": (ingress_class,),
    "networking.v1.NetworkPolicyPeer": (peer,),
    "networking.v1.IPBlock": (block,),
    "networking.v1.NetworkPolicyPort": (policy_port,),
}
