"""Flow schemas and priority levels, by which the API server shares itself among its callers.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/flowcontrol/validation/validation.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Notes, below
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, lacks, listed, mapping, number, text

if TYPE_CHECKING:
    from eks_guard.kubernetes.walker import Rule

FLOW = "flow"
EXEMPT = "exempt"
BODIES = {"User": "user", "Group": "group", "ServiceAccount": "serviceAccount"}
QUEUES, HAND = 64, 8
"""The queues of a level, and the hand that is dealt from them, where nothing is said."""


def flow_schema(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The first place is for the schema that exempts."""
    name = mapping(value.get("metadata")).get("name")
    if number(mapping(value.get("spec")).get("matchingPrecedence")) == 1 and name != EXEMPT and not is_open(name):
        says = "only the schema named 'exempt' may have matchingPrecedence 1"
        notes.wrong("spec.matchingPrecedence", FLOW, says)


def policy_rules(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What a schema matches: some requests."""
    if lacks(value, "resourceRules") and lacks(value, "nonResourceRules"):
        says = "required: at least one of resourceRules and nonResourceRules has to be non-empty"
        notes.wrong(path, FLOW, says)


def subject(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """Who calls: the body that the kind asks for, and no other."""
    kind = text(value.get("kind"))
    for of, body in BODIES.items() if kind in BODIES else ():
        if of == kind and lacks(value, body):
            notes.wrong(below(path, body), FLOW, f"{body} is required when subject kind is '{kind}'")
        elif of != kind and is_given(value.get(body)) and not is_open(value[body]):
            notes.wrong(below(path, body), FLOW, f"{body} is forbidden when subject kind is not '{of}'")


def resource_rule(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """Requests for resources: a star stands alone, and what has a namespace names one."""
    for key in ("verbs", "apiGroups", "resources", "namespaces"):
        _judge_star(value, key, path, notes)
    if value.get("clusterScope") in (None, False) and lacks(value, "namespaces"):
        says = "resource rules that are not cluster scoped must supply at least one namespace"
        notes.wrong(f"{path}.namespaces", FLOW, f"required: {says}")


def plain_rule(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """Requests for paths: a star stands alone."""
    for key in ("verbs", "nonResourceURLs"):
        _judge_star(value, key, path, notes)


def _judge_star(value: dict[Any, Any], key: str, path: str, notes: Notes) -> None:
    found = listed(value.get(key))
    if "*" in found and len(found) > 1:
        notes.wrong(f"{path}.{key}", FLOW, f"if '*' is present, must not specify other {key}")


def priority_level(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """A level is limited but for the one named `exempt`, and has the body of its type."""
    name, spec = mapping(value.get("metadata")).get("name"), mapping(value.get("spec"))
    kind = text(spec.get("type"))
    if kind is None or has_open_keys(spec):
        return
    if isinstance(name, str) and (name == EXEMPT) is not (kind == "Exempt"):
        notes.wrong("spec.type", FLOW, "type must be 'Exempt' if and only if name is 'exempt'")
    if kind == "Limited" and lacks(spec, "limited"):
        notes.wrong("spec.limited", FLOW, "must not be empty when type is Limited")
    other = {"Limited": "exempt", "Exempt": "limited"}.get(kind, "")
    if is_given(spec.get(other)):
        notes.wrong(f"spec.{other}", FLOW, f"must be nil if the type is {kind}")


def limit_response(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What becomes of requests above the limit: those that queue say how."""
    kind, queuing = text(value.get("type")), value.get("queuing")
    if kind == "Reject" and is_given(queuing) and not is_open(queuing):
        notes.wrong(f"{path}.queuing", FLOW, "must be nil if limited.limitResponse.type is not Queue")
    if kind == "Queue" and lacks(value, "queuing"):
        notes.wrong(f"{path}.queuing", FLOW, "must not be empty if limited.limitResponse.type is Queue")
    queues, hand = (number(mapping(queuing).get(key, unset)) for key, unset in (("queues", QUEUES), ("handSize", HAND)))
    if kind == "Queue" and queues and hand and hand > queues:
        notes.wrong(f"{path}.queuing.handSize", FLOW, f"{hand} should not be greater than queues {queues}")


OF_EACH: dict[str, tuple[Rule, ...]] = {
    "FlowSchema": (flow_schema,),
    "PolicyRulesWithSubjects": (policy_rules,),
    "Subject": (subject,),
    "ResourcePolicyRule": (resource_rule,),
    "NonResourcePolicyRule": (plain_rule,),
    "PriorityLevelConfiguration": (priority_level,),
    "LimitResponse": (limit_response,),
}
RULES = {
    f"flowcontrol.{version}.{name}": rules
    for version in ("v1", "v1beta3", "v1beta2")
    for name, rules in OF_EACH.items()
}
