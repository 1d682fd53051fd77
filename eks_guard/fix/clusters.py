"""The calls that make a cluster, and the other clusters that the same lines make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.constructs import MODULES, class_of, cluster_class, qualified
from eks_guard.fix.imports import refer
from eks_guard.fix.locate import STALE, Wanted, locate, makes_cluster
from eks_guard.fix.options import read
from eks_guard.fix.shapes import Call, Member, Text
from eks_guard.fix.source import Refusal, Spot
from eks_guard.model.value import Known
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.fix.change import Job
    from eks_guard.fix.edits import Edit
    from eks_guard.fix.names import Names
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import SourcePosition


def cluster_call(job: Job) -> Spot | Refusal:
    """Return the call that makes or imports the cluster of a finding."""
    assert job.cluster, "a recipe of clusters is given one"
    return locate(job.names, Wanted(job.cluster.id, job.cluster.source, "cluster", makes_cluster(job.names)))


def owned_call(job: Job) -> Spot | Refusal:
    """Return the call that makes a cluster with the classes of CDK's, if all that it makes ask for the same change."""
    call = cluster_call(job)
    if isinstance(call, Refusal):
        return call
    found = cluster_class(job.names, call)
    if found is None or len(found) != 2 or found[1] == "CfnCluster":  # noqa: PLR2004 (module and class)
        return Refusal("it is not made by `eks.Cluster`, so the property has another name and form", call)
    assert job.cluster, "a recipe of clusters is given one"
    spared = [other for other in made_there(job.clusters, job.cluster.source) if other.id not in job.failing]
    if spared:
        return Refusal(f"the same line creates {spared[0].id}, which does not need this change", call)
    return call


def constant_writer(
    names: Names, call: Spot, name: str, member: str
) -> Callable[[Spot], tuple[str, Sequence[Edit]] | Refusal]:
    """Return what writes a constant of the module that the class of a call comes from."""

    def write(spot: Spot) -> tuple[str, Sequence[Edit]] | Refusal:
        module, spelled = module_of(names, call)
        known = refer(names, spot, (module, name), spelled)
        return known if isinstance(known, Refusal) else (f"{known[0]}.{member}", known[1])

    return write


def made_there(clusters: Sequence[Cluster], position: SourcePosition | None) -> tuple[Cluster, ...]:
    """Return all clusters that one line makes; a position without a column (Python) means the line."""
    return tuple(cluster for cluster in clusters if position is not None and cluster.source == position)


def written_version(names: Names, call: Spot, cluster: Cluster) -> Version | Refusal:
    """Return the version of a cluster if the source says it by one constant, and it is the one that was synthesized."""
    if not isinstance(cluster.version, Known):
        return Refusal("its version is unknown: declare it in eks-guard.yaml, under declare.clusters", call)
    synthesized = cluster.version.value.of_minor
    found = cluster_class(names, call)
    if found is not None and len(found) > 2:  # noqa: PLR2004 (an import has a method behind module and class)
        return synthesized  # the import says no version; eks-guard.yaml or the cluster's own code does
    given = read(names, call, "version")
    if given is None:
        return Refusal("it does not set a version", call)
    constant = names.follow(given, sole=False) if isinstance(given, Spot) else given
    if isinstance(constant, Refusal):
        return Refusal(f"its version is not one constant: {constant.reason}", constant.at or call)
    version = version_constant(names, constant)
    if version is None:
        return Refusal("its version is not one constant", constant)
    return version if version == synthesized else Refusal(f"it says {version}, not {synthesized}: {STALE}", constant)


def version_constant(names: Names, spot: Spot) -> Version | None:
    """Return the version that `KubernetesVersion.V1_33`, `KubernetesVersion.of('1.33')` or a text stands for."""
    shape = spot.source.dialect.shape(spot.node)
    if isinstance(shape, Text):
        return _parsed(shape.value)
    if isinstance(shape, Call):
        of = qualified(names, spot.at(shape.callee))
        if of is None or of[1:] != ("KubernetesVersion", "of") or len(shape.arguments) != 1:
            return None
        given = names.follow(spot.at(shape.arguments[0]), sole=False)
        text = given.source.dialect.shape(given.node) if isinstance(given, Spot) else None
        return _parsed(text.value) if isinstance(text, Text) else None
    found = qualified(names, spot)
    if found is None or len(found) != 3 or found[1] != "KubernetesVersion":  # noqa: PLR2004 (module, class, constant)
        return None
    return _parsed(found[2].removeprefix("V").replace("_", "."))


def _parsed(text: str) -> Version | None:
    try:
        return Version.parse(text)
    except ValueError:
        return None


def module_of(names: Names, call: Spot) -> tuple[str, str]:
    """Return the module that a cluster's class comes from, and its name in the language of the file."""
    shape = call.source.dialect.shape(call.node)
    found = class_of(names, call.at(shape.callee)) if isinstance(shape, Call) else None
    module = found[0] if found and found[0] in MODULES else _receiver_module(names, call)
    if call.source.dialect.name == "python":
        return module, f"aws_cdk.{module}"
    if module.endswith("_alpha"):
        return module, f"@aws-cdk/{module.replace('_', '-')}"
    return module, f"aws-cdk-lib/{module.replace('_', '-')}"


def _receiver_module(names: Names, call: Spot) -> str:
    """Return the module of the cluster whose method is called; aws-eks where the source does not say."""
    shape = call.source.dialect.shape(call.node)
    member = call.source.dialect.shape(shape.callee) if isinstance(shape, Call) else None
    cluster = names.follow(call.at(member.of), sole=False) if isinstance(member, Member) else None
    made = cluster_class(names, cluster) if isinstance(cluster, Spot) else None
    return made[0] if made else MODULES[0]
