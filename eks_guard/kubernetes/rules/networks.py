"""Ingresses and network policies.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.addresses import address_in, cidr, network_in
from eks_guard.kubernetes.formats import (
    DNS_SUBDOMAIN,
    WILDCARD_DOMAIN,
    dns_label,
    domain_prefixed,
    subdomain,
    violates,
)
from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_given, is_open, lacks, listed, mapping, number, text
from eks_guard.kubernetes.rules.metadata import service_name

INGRESS = "ingress"
POLICY = "networkpolicy"
CLASS = "kubernetes.io/ingress.class"
EQUAL_CLASSES = 27
"""From this minor on the annotation may repeat the field: https://github.com/kubernetes/kubernetes/pull/115447"""
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
        if annotations.get(CLASS) is not None:
            _judge_class(annotations[CLASS], spec["ingressClassName"], notes)
    for index, row in enumerate(listed(spec.get("tls"))):
        for number_, host in enumerate(listed(mapping(row).get("hosts"))):
            notes.note(f"spec.tls[{index}].hosts[{number_}]", INGRESS, _host(host))


def _judge_class(annotation: Any, field: Any, notes: Notes) -> None:
    """The annotation and the field may both be there from 1.27 on, where they say the same."""
    place = of_key("metadata.annotations", CLASS)
    if notes.minor < EQUAL_CLASSES:
        notes.wrong(place, INGRESS, "can not be set when the class field, spec.ingressClassName, is also set")
    elif is_open(annotation) or is_open(field):
        if annotation != field:
            notes.doubtful(place, INGRESS, "must match `ingressClassName` when both are given")
    elif annotation != field:
        notes.wrong(
            place,
            INGRESS,
            f'"{annotation}" can not be set when the class field is also set, and must match `ingressClassName`',
        )


def ingress_rule(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The host of a rule."""
    host = value.get("host")
    if is_given(host):
        notes.note(f"{path}.host", INGRESS, _host(host))


def _host(host: Any) -> str | None:
    if isinstance(host, str):
        if address_in(host):
            return f'"{host}" must be a DNS name, not an IP address'
        return violates(WILDCARD_DOMAIN if "*" in host else DNS_SUBDOMAIN, host)
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
    if is_given(value.get("controller")):
        notes.note(f"{path}.controller", INGRESS, domain_prefixed(value["controller"]))


def class_parameters(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The parameters of a class are in a namespace, or of the whole cluster."""
    scope, namespace = value.get("scope"), value.get("namespace")
    if scope == "Namespace" and lacks(value, "namespace"):
        notes.wrong(f"{path}.namespace", INGRESS, "required: `scope` is Namespace")
    elif scope in (None, "Cluster") and is_given(namespace):
        notes.wrong(f"{path}.namespace", INGRESS, "may not be set when `scope` is Cluster, the default")
    elif is_given(namespace):
        notes.note(f"{path}.namespace", INGRESS, dns_label(namespace))


def policy(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A policy has at most two types."""
    if len(listed(value.get("policyTypes"))) > len(("Ingress", "Egress")):
        notes.wrong(f"{path}.policyTypes", POLICY, "may not specify more than two policyTypes")


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
        notes.note(place, POLICY, cidr(item, notes.minor))
        outer = network_in(whole) if whole else None
        inner = network_in(item) if isinstance(item, str) else None
        if outer and inner:
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
    "networking.v1.IngressClassParametersReference": (class_parameters,),
    "networking.v1.NetworkPolicySpec": (policy,),
    "networking.v1.NetworkPolicyPeer": (peer,),
    "networking.v1.IPBlock": (block,),
    "networking.v1.NetworkPolicyPort": (policy_port,),
}
