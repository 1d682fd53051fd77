"""The logs of the control plane that a policy asks for, beside those that are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import module_of, owned_call
from eks_guard.fix.constructs import qualified
from eks_guard.fix.imports import refer
from eks_guard.fix.locate import STALE
from eks_guard.fix.options import holder_of, inserted, is_absent, read, replaced
from eks_guard.fix.shapes import Items
from eks_guard.fix.source import Refusal, Spot
from eks_guard.model.policy import alternatives_of

if TYPE_CHECKING:
    from eks_guard.fix.edits import Edit
    from eks_guard.fix.names import Names
    from eks_guard.model.finding import Finding

CONSTANTS = {
    "api": "API",
    "audit": "AUDIT",
    "authenticator": "AUTHENTICATOR",
    "controllerManager": "CONTROLLER_MANAGER",
    "scheduler": "SCHEDULER",
}
ANNOUNCES = (
    ("Custom::AWSCDK-EKS-Cluster", ("Config.logging",)),
    ("AWS::EKS::Cluster", ("Logging",)),
)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that turn the missing logs on."""
    call = owned_call(job)
    if isinstance(call, Refusal):
        return call
    wanted = [CONSTANTS[name] for name in _expected(job.finding) if name in CONSTANTS]
    given = read(job.names, call, "clusterLogging", sole=True)
    if isinstance(given, Refusal):
        return given
    edits = _written(job.names, call, given, wanted)
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), call.place, f"logging of {call.place}", ANNOUNCES)


def _expected(finding: Finding) -> tuple[str, ...]:
    """Return the logs that the policy asks for."""
    lines = (line for asked in finding.policy.expect for line in alternatives_of(asked))
    operands = [line.operand for line in lines if line.fact == "logging.types"]
    return tuple(str(name) for operand in operands for name in operand)


def _written(names: Names, call: Spot, given: Spot | None, wanted: list[str]) -> list[Edit] | Refusal:
    if given is not None and not is_absent(given):
        return _completed(names, call, given, wanted)
    holder = holder_of(names, call)
    if holder is None or isinstance(holder, Refusal):
        return holder or Refusal("it has no options", call)
    known = _constants(names, call, given or holder.spot)
    if isinstance(known, Refusal):
        return known
    text, imports = known
    value = f"[{', '.join(f'{text}.{name}' for name in wanted)}]"
    if given is not None:
        return [*imports, replaced(given, value)]
    added = holder.insertion(call.source.dialect.spelled("clusterLogging"), value)
    return added if isinstance(added, Refusal) else [*imports, *added]


def _completed(names: Names, call: Spot, given: Spot, wanted: list[str]) -> list[Edit] | Refusal:
    """Return the edits that add what a list does not hold."""
    found = names.follow(given, sole=True)
    if isinstance(found, Refusal):
        return found
    shape = found.source.dialect.shape(found.node)
    if not isinstance(shape, Items) or shape.hidden:
        return Refusal("the list of logs is not written as one list", found)
    there = [qualified(names, found.at(item)) for item in shape.items]
    if any(item is None or item[1:2] != ("ClusterLoggingTypes",) for item in there):
        return Refusal("the list of logs contains something that eks-guard cannot follow", found)
    missing = [name for name in wanted if name not in [item[-1] for item in there if item]]
    if not missing:
        return Refusal(f"the source turns them on already: {STALE}", found)
    known = _constants(names, call, found)
    if isinstance(known, Refusal):
        return known
    text, imports = known
    joined = ", ".join(f"{text}.{name}" for name in missing)
    return [*imports, *inserted(found.source, shape.node, shape.items, joined)]


def _constants(names: Names, call: Spot, where: Spot) -> tuple[str, list[Edit]] | Refusal:
    module, spelled = module_of(names, call)
    return refer(names, where, (module, "ClusterLoggingTypes"), spelled)


RECIPE = Recipe(
    ("control-plane-logging", "cis-control-plane-logging", "pci-control-plane-logging"),
    propose,
    Safety.SAFE,
    "logging",
)
