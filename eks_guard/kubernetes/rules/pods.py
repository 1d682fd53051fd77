"""Pods and pod templates.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (ValidatePodSpec)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.formats import label_value, qualified_name, subdomain
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, lacks, listed, mapping, number, text
from eks_guard.kubernetes.rules.contexts import judge_contexts
from eks_guard.kubernetes.rules.selectors import judge_labels
from eks_guard.kubernetes.rules.volumes import judge_volumes

if TYPE_CHECKING:
    from collections.abc import Iterator

POD = "pod"
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
SIDECARS = 29
"""The minor from which on an init container that restarts always may have probes (SidecarContainers is on)."""
RESTART_RULES = 34
"""The minor from which on other containers may have a restart policy of their own (ContainerRestartRules)."""
CLAIMS = 34
"""The minor from which on claims of devices are no longer dropped (DynamicResourceAllocation)."""
COMPARING_TOLERATIONS = 35
"""The minor in which Lt and Gt come, behind a gate: https://github.com/kubernetes/enhancements/issues/5471"""
OF_LONG_RUNNING = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")
MOST_NAMESERVERS = 3
MIN_DOMAINS = 27
MATCH_LABEL_KEYS = 27
"""The minors from which on two fields of spread constraints are no longer dropped."""
GRACE = 30
"""The seconds in which a pod has to end where nothing is said."""
SLEEPS, SLEEPS_ZERO = 30, 33
"""The minors from which on hooks that sleep, and those that sleep no time, are not behind a gate."""
RELAXED_SEARCHES = 33
"""The minor from which on search domains may have underscores (RelaxedDNSSearchValidation)."""


def pod_spec(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What the parts of a pod have to do with each other."""
    names = ((f"{place}.name", text(row.get("name"))) for place, row in _containers(value, path))
    notes.unique((pair for pair in names if pair[1]), "container")
    judge_volumes(value, path, notes)
    judge_labels(value.get("nodeSelector"), f"{path}.nodeSelector", notes)
    _judge_host_ports(value, path, notes)
    _judge_init_containers(value, path, notes)
    _judge_claims(value, path, notes)
    _judge_dns(value, path, notes)
    judge_contexts(value, list(_containers(value, path)), path, notes)
    _judge_sleeps(value, path, notes)
    if is_given(value.get("ephemeralContainers")) and not is_open(value["ephemeralContainers"]):
        notes.wrong(f"{path}.ephemeralContainers", POD, "must not be set when a pod is created")
    spreads = enumerate(mapping(row) for row in listed(value.get("topologySpreadConstraints")))
    keys = ((f"{path}.topologySpreadConstraints[{index}]", _spread_key(row)) for index, row in spreads)
    notes.unique(((place, key) for place, key in keys if key), POD)


def _spread_key(row: dict[Any, Any]) -> str | None:
    key, action = text(row.get("topologyKey")), text(row.get("whenUnsatisfiable"))
    return f"{key}, {action}" if key and action else None


def _containers(spec: dict[Any, Any], path: str) -> Iterator[tuple[str, dict[Any, Any]]]:
    for field in CONTAINERS:
        for index, row in enumerate(listed(spec.get(field))):
            yield f"{path}.{field}[{index}]", mapping(row)


def _judge_host_ports(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    taken = []
    for place, container in _containers(spec, path):
        for index, row in enumerate(mapping(port) for port in listed(container.get("ports"))):
            port = number(row.get("hostPort"))
            protocol, address = row.get("protocol") or "TCP", row.get("hostIP") or ""
            if not port or is_open(protocol) or is_open(address):
                continue
            where = f"{place}.ports[{index}].hostPort"
            taken.append((where, f"{protocol}/{address}/{port}"))
            inside = number(row.get("containerPort"))
            if spec.get("hostNetwork") is True and inside not in (None, port):
                notes.wrong(where, "port", f"{port} must match `containerPort` {inside} when `hostNetwork` is true")
    notes.unique(taken, "port")


def _judge_init_containers(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    for index, row in enumerate(mapping(row) for row in listed(spec.get("initContainers"))):
        place = f"{path}.initContainers[{index}]"
        policy = row.get("restartPolicy")
        _judge_own_restarts(policy, f"{place}.restartPolicy", notes)
        if is_open(policy) or (policy == "Always" and notes.minor >= SIDECARS):
            continue
        if is_given(policy) and notes.minor < RESTART_RULES:
            notes.wrong(f"{place}.restartPolicy", "enum", f'unsupported value "{policy}", supported values: "Always"')
        for name in OF_LONG_RUNNING:
            if row.get(name) is not None:
                says = "must not be set for init containers without restartPolicy=Always (1.29 and newer)"
                notes.wrong(f"{place}.{name}", "container", says)
    for index, row in enumerate(mapping(row) for row in listed(spec.get("containers"))):
        if is_given(row.get("restartPolicy")) and SIDECARS <= notes.minor < RESTART_RULES:
            says = "may not be set for non-init containers"
            notes.wrong(f"{path}.containers[{index}].restartPolicy", "container", says)
        _judge_own_restarts(row.get("restartPolicy"), f"{path}.containers[{index}].restartPolicy", notes)


def _judge_own_restarts(policy: Any, path: str, notes: Notes) -> None:
    known = ("Always", "Never", "OnFailure")
    if isinstance(policy, str) and policy and policy not in known and notes.minor > RESTART_RULES:
        notes.wrong(path, "enum", f'unsupported value "{policy}", supported values: {", ".join(known)}')


def _judge_sleeps(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    """A hook may sleep as long as the pod has to end: validateSleepAction."""
    grace = number(spec.get("terminationGracePeriodSeconds", GRACE))
    if grace is None or notes.minor < SLEEPS or has_open_keys(spec):
        return
    for place, container in _containers(spec, path):
        for hook in ("preStop", "postStart"):
            seconds = number(
                mapping(mapping(mapping(container.get("lifecycle")).get(hook)).get("sleep")).get("seconds")
            )
            least = 0 if notes.minor >= SLEEPS_ZERO else 1
            if seconds is not None and not least <= seconds <= grace:
                says = (
                    f"{seconds} must be at least {least}, and at most terminationGracePeriodSeconds, which is {grace}"
                )
                notes.wrong(f"{place}.lifecycle.{hook}.sleep.seconds", "probe", says)


def _judge_claims(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    """What a pod claims of devices, and what its containers take of that."""
    if notes.minor < CLAIMS or is_open(spec.get("resourceClaims")):
        return
    rows = [mapping(row) for row in listed(spec.get("resourceClaims"))]
    for index, row in enumerate(rows):
        place = f"{path}.resourceClaims[{index}]"
        notes.exactly_one(row, place, ("resourceClaimName", "resourceClaimTemplateName"), POD, "claim")
    names = {row.get("name") for row in rows if isinstance(row.get("name"), str)}
    if len(names) < len(rows) or has_open_keys(spec):
        return
    for place, container in _containers(spec, path):
        for index, claim in enumerate(listed(mapping(container.get("resources")).get("claims"))):
            name = text(mapping(claim).get("name"))
            if name and name not in names:
                says = f'"{name}" is not found among the resourceClaims of the pod'
                notes.wrong(f"{place}.resources.claims[{index}].name", POD, says)


def _judge_dns(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    config = spec.get("dnsConfig")
    servers = mapping(config).get("nameservers")
    if spec.get("dnsPolicy") == "None" and not is_open(config) and not is_given(servers):
        says = "required: must provide at least one DNS nameserver when `dnsPolicy` is None"
        notes.wrong(f"{path}.dnsConfig.nameservers", POD, says)
    if len(listed(servers)) > MOST_NAMESERVERS:
        notes.wrong(f"{path}.dnsConfig.nameservers", POD, f"must not have more than {MOST_NAMESERVERS} nameservers")
    for index, search in enumerate(listed(mapping(config).get("searches"))):
        plain = search.removesuffix(".") if isinstance(search, str) else search
        if isinstance(plain, str) and notes.minor >= RELAXED_SEARCHES:
            plain = plain.replace("_", "x")
        notes.note(f"{path}.dnsConfig.searches[{index}]", POD, subdomain(plain) if plain != "" else None)


def toleration(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A toleration: its key, operator, value and effect."""
    operator = value.get("operator")
    if is_open(operator):
        return
    if lacks(value, "key") and operator != "Exists":
        says = "must be Exists when `key` is empty, which means to match all values and all keys"
        notes.wrong(f"{path}.operator", POD, says)
    if operator == "Exists" and is_given(value.get("value")):
        notes.wrong(f"{path}.value", POD, "must be empty when `operator` is 'Exists'")
    elif operator in (None, "", "Equal"):
        notes.note(f"{path}.value", POD, label_value(value.get("value")))
    elif operator in ("Lt", "Gt") and notes.minor >= COMPARING_TOLERATIONS:
        notes.doubtful(f"{path}.operator", POD, f"{operator} is supported only where the server's gate for it is on")
    elif operator != "Exists":
        notes.wrong(f"{path}.operator", "enum", f'unsupported value "{operator}", supported values: "Equal", "Exists"')
    effect = value.get("effect")
    if value.get("tolerationSeconds") is not None and effect != "NoExecute" and not is_open(effect):
        notes.wrong(f"{path}.effect", POD, "must be 'NoExecute' when `tolerationSeconds` is set")


def spread(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A constraint on how pods spread over nodes."""
    action = value.get("whenUnsatisfiable")
    if value.get("minDomains") is not None and action == "ScheduleAnyway" and notes.minor >= MIN_DOMAINS:
        says = "can only use minDomains if whenUnsatisfiable is DoNotSchedule"
        notes.wrong(f"{path}.minDomains", POD, says)
    selector = value.get("labelSelector")
    keys = listed(value.get("matchLabelKeys"))
    if not keys or notes.minor < MATCH_LABEL_KEYS:
        return
    if selector is None and not has_open_keys(value):
        notes.wrong(f"{path}.matchLabelKeys", POD, "must not be specified when labelSelector is not set")
    selected = {*mapping(mapping(selector).get("matchLabels"))}
    selected |= {text(mapping(row).get("key")) for row in listed(mapping(selector).get("matchExpressions"))}
    for index, key in enumerate(keys):
        notes.note(f"{path}.matchLabelKeys[{index}]", POD, qualified_name(key))
        if isinstance(key, str) and key in selected:
            notes.wrong(f"{path}.matchLabelKeys[{index}]", POD, "exists in both matchLabelKeys and labelSelector")


def node_term(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A term that selects nodes: of their fields only the name can be asked for."""
    for index, row in enumerate(mapping(row) for row in listed(value.get("matchFields"))):
        place, key, operator = f"{path}.matchFields[{index}]", text(row.get("key")), text(row.get("operator"))
        if key and key != "metadata.name":
            notes.wrong(f"{place}.key", POD, f'"{key}" is not a valid field selector key: must be metadata.name')
        if operator and operator not in ("In", "NotIn"):
            notes.wrong(f"{place}.operator", POD, f'unsupported value "{operator}", supported values: "In", "NotIn"')


RULES = {
    "core.v1.PodSpec": (pod_spec,),
    "core.v1.Toleration": (toleration,),
    "core.v1.TopologySpreadConstraint": (spread,),
    "core.v1.NodeSelectorTerm": (node_term,),
}
