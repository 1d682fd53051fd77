"""Services: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation (ValidateService)."""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.addresses import cidr, ip_address
from eks_guard.kubernetes.formats import subdomain
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_given, is_open, lacks, listed, mapping, number, text
from eks_guard.kubernetes.rules.selectors import judge_labels

SERVICE = "service"
NODE_PORTS = range(30000, 32768)
"""The range of EKS's API servers, which is the default and cannot be changed."""
KUBELET = 10250
OF_LOAD_BALANCERS = ("loadBalancerClass", "loadBalancerSourceRanges", "allocateLoadBalancerNodePorts")
RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
EXTERNAL = ("LoadBalancer", "NodePort")
DISTRIBUTIONS = {"PreferClose": 31, "PreferSameZone": 34, "PreferSameNode": 34}
"""The values of trafficDistribution, and from which minor on they are taken."""


def service(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a Service."""
    kind = value.get("type") or "ClusterIP"
    judge_labels(value.get("selector"), f"{path}.selector", notes)
    ports = [mapping(port) for port in listed(value.get("ports"))]
    _judge_ports(ports, f"{path}.ports", notes)
    for index, item in enumerate(listed(value.get("loadBalancerSourceRanges"))):
        stripped = item.strip() if isinstance(item, str) else item
        notes.note(f"{path}.loadBalancerSourceRanges[{index}]", SERVICE, cidr(stripped, notes.minor))
    _judge_families(value, path, notes)
    _judge_distribution(value.get("trafficDistribution"), f"{path}.trafficDistribution", notes)
    if is_open(kind):
        return
    _judge_by_type(value, path, notes, kind)
    if kind == "ExternalName":
        _judge_external_name(value, path, notes)
    for index, port in enumerate(ports):
        _judge_node_port(port, f"{path}.ports[{index}]", notes, kind)


def _judge_by_type(value: dict[Any, Any], path: str, notes: Notes, kind: str) -> None:
    address = value.get("clusterIP")
    if lacks(value, "ports") and kind != "ExternalName" and address != "None" and not is_open(address):
        notes.wrong(f"{path}.ports", SERVICE, "required: the server refuses a Service without ports")
    if address == "None" and kind in EXTERNAL:
        notes.wrong(f"{path}.clusterIP", SERVICE, f"may not be set to 'None' for {kind} services")
    if is_given(address) and address != "None" and kind != "ExternalName":
        notes.note(f"{path}.clusterIP", SERVICE, ip_address(address, notes.minor))
    for name in OF_LOAD_BALANCERS:
        if is_given(value.get(name)) and kind != "LoadBalancer":
            notes.wrong(f"{path}.{name}", SERVICE, "may only be used when `type` is 'LoadBalancer'")
    policy = value.get("externalTrafficPolicy")
    if is_given(policy) and kind not in EXTERNAL and not is_given(value.get("externalIPs")):
        says = "may only be set for externally-accessible services, of type NodePort or LoadBalancer"
        notes.wrong(f"{path}.externalTrafficPolicy", SERVICE, says)
    local = kind == "LoadBalancer" and (policy == "Local" or is_open(policy))
    if number(value.get("healthCheckNodePort")) and not local:
        says = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        notes.wrong(f"{path}.healthCheckNodePort", SERVICE, says)
    if is_given(value.get("sessionAffinityConfig")) and value.get("sessionAffinity") in (None, "", "None"):
        notes.wrong(f"{path}.sessionAffinityConfig", SERVICE, "must not be set when session affinity is None")


def _judge_families(value: dict[Any, Any], path: str, notes: Notes) -> None:
    families = listed(value.get("ipFamilies"))
    notes.unique(((f"{path}.ipFamilies[{index}]", family) for index, family in enumerate(families)), SERVICE)
    if len(families) > 1 and value.get("ipFamilyPolicy") in (None, "SingleStack"):
        says = "must be RequireDualStack or PreferDualStack when several `ipFamilies` are given"
        notes.wrong(f"{path}.ipFamilyPolicy", SERVICE, says)


def _judge_distribution(found: Any, path: str, notes: Notes) -> None:
    """Where traffic goes: https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution ."""
    if not isinstance(found, str) or not found or notes.minor < DISTRIBUTIONS["PreferClose"]:
        return
    known = [name for name, minor in DISTRIBUTIONS.items() if notes.minor >= minor]
    if found not in known:
        says = f'unsupported value "{found}", supported values: {", ".join(known)}'
        doubtful = found in DISTRIBUTIONS and notes.minor == DISTRIBUTIONS[found] - 1  # there behind a gate
        (notes.doubtful if doubtful else notes.wrong)(path, "enum", says)


def _judge_external_name(value: dict[Any, Any], path: str, notes: Notes) -> None:
    if lacks(value, "externalName"):
        notes.wrong(f"{path}.externalName", SERVICE, "required: a Service of type ExternalName needs one")
    name = value.get("externalName")
    if is_given(name):
        notes.note(
            f"{path}.externalName", SERVICE, subdomain(name.removesuffix(".") if isinstance(name, str) else name)
        )
    if is_given(value.get("clusterIP")):
        notes.wrong(f"{path}.clusterIP", SERVICE, "may not be set when `type` is 'ExternalName'")


def _judge_ports(ports: list[dict[Any, Any]], path: str, notes: Notes) -> None:
    if len(ports) > 1:
        for index, port in enumerate(ports):
            if lacks(port, "name"):
                says = "required: each port needs a name where there are several"
                notes.wrong(f"{path}[{index}].name", SERVICE, says)
    names = ((f"{path}[{index}].name", text(port.get("name"))) for index, port in enumerate(ports))
    notes.unique((pair for pair in names if pair[1]), SERVICE)
    for field in ("port", "nodePort"):
        found = (
            (f"{path}[{index}].{field}", f"{port.get('protocol') or 'TCP'} {number(port.get(field))}")
            for index, port in enumerate(ports)
            if number(port.get(field)) and not is_open(port.get("protocol"))
        )
        notes.unique(found, SERVICE)


def _judge_node_port(port: dict[Any, Any], path: str, notes: Notes, kind: str) -> None:
    node_port = number(port.get("nodePort"))
    if node_port and kind == "ClusterIP":
        notes.wrong(f"{path}.nodePort", SERVICE, "may not be used when `type` is 'ClusterIP'")
    elif node_port and node_port not in NODE_PORTS:
        says = f"{node_port} is not in the valid range, which is {NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
        notes.wrong(f"{path}.nodePort", SERVICE, says)
    if kind == "LoadBalancer" and number(port.get("port")) == KUBELET:
        says = f"may not expose port {KUBELET} externally since it is used by kubelet"
        notes.wrong(f"{path}.port", SERVICE, says)


def source_ranges(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The annotation that `loadBalancerSourceRanges` took the place of, which is read where those are not given."""
    annotations = mapping(mapping(value.get("metadata")).get("annotations"))
    ranges, spec = annotations.get(RANGES), mapping(value.get("spec"))
    if ranges is None or is_given(spec.get("loadBalancerSourceRanges")):
        return
    path, kind = f"metadata.annotations[{RANGES}]", spec.get("type") or "ClusterIP"
    if not is_open(kind) and kind != "LoadBalancer":
        notes.wrong(path, SERVICE, "may only be used when `type` is 'LoadBalancer'")
    written = text(ranges) or ""
    for item in written.split(",") if written.strip() else ():
        notes.note(path, SERVICE, cidr(item.strip(), notes.minor))


RULES = {"core.v1.ServiceSpec": (service,), "core.v1.Service": (source_ranges,)}
