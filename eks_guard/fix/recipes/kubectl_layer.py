"""The kubectl layer of the cluster's minor: another class in the same place, or a new property."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import cluster_call, written_version
from eks_guard.fix.constructs import V2, cluster_class
from eks_guard.fix.locate import CALLS, calls_at
from eks_guard.fix.names import Names
from eks_guard.fix.options import is_absent, read
from eks_guard.fix.recipes.layer_added import add_layer
from eks_guard.fix.recipes.layer_replaced import is_same_line, replace_layer
from eks_guard.fix.source import Refusal, Spot
from eks_guard.fix.syntax import walk
from eks_guard.model.value import Known
from eks_guard.policy.facts.fixes import nearest_package
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Layer
    from eks_guard.model.version import Version


def propose(job: Job) -> Change | Refusal:
    """Return the edits that give a cluster the layer of its version."""
    assert job.cluster, "the policies are about clusters"
    layer = layer_of(job.cluster)
    if isinstance(layer, Refusal):
        return layer
    names = Names(job.names.project, near(job.names, layer))
    call = cluster_call(replace(job, names=names))
    if isinstance(call, Refusal):
        return call
    version = written_version(names, call, job.cluster)
    if isinstance(version, Refusal):
        return version
    return layer_change(job, names, call, version)


def layer_change(job: Job, names: Names, call: Spot, version: Version) -> Change | Refusal:
    """Return the edits that give a cluster the layer for a version."""
    assert job.cluster, "the policies are about clusters"
    layer = layer_of(job.cluster)
    if isinstance(layer, Refusal):
        return layer
    package = nearest_package(version, job.tables)
    python = call.source.dialect.name == "python"
    if package is None or (package.npm is None and not python):
        return Refusal(f"no kubectl layer is published for {version}", call)
    found = cluster_class(names, call)
    if found is not None and found[1] == "CfnCluster":
        given = _through_import(names)
    else:
        given = _given(names, call, found is not None and found[0] in V2)
    if isinstance(given, Refusal):
        return given
    if given is None or is_absent(given):
        return add_layer(job, names, call, given, package)
    return replace_layer(job, names, given, package, layer)


def layer_of(cluster: Cluster) -> Layer | Refusal | None:
    """Return the layer with kubectl that the cluster's only handler has, if the app makes one."""
    providers = [provider for provider in cluster.kubectl if provider.used]
    if len(providers) != 1:
        return Refusal("several handlers run kubectl against it")
    layers = [layer for layer in providers[0].layers if layer.evidence or not isinstance(layer.kubectl, Known)]
    if len(layers) > 1:
        return Refusal("its handler has several layers that may carry kubectl")
    return layers[0] if layers else None


def near(names: Names, layer: Layer | None) -> Spot | None:
    """Return the call that made the layer, where the assembly says it."""
    if layer is None or layer.source is None:
        return None
    path = names.project.find(layer.source.file)
    source = names.project.source(path) if path else None
    if source is None or isinstance(source, Refusal):
        return None
    return next(calls_at(source, layer.source.line, layer.source.column), None)


def _through_import(names: Names) -> Spot | Refusal | None:
    """Return the layer that the only import of a raw cluster gives to its handler."""
    found = []
    for word in ("kubectlLayer", "kubectl_layer"):
        for source in names.project.sources(word):
            for node in walk(source.root):
                call = Spot(source, node)
                made = cluster_class(names, call) if node.type in CALLS else None
                if made is None or len(made) == 2:  # noqa: PLR2004 (an import has a method behind module and class)
                    continue
                given = read(names, call, "kubectlLayer", sole=True)
                layer = names.follow(given, sole=True) if isinstance(given, Spot) else None
                if isinstance(layer, Spot) and names.near is not None and is_same_line(layer, names.near):
                    found.append(given)
    return found[0] if len(found) == 1 else None


def _given(names: Names, call: Spot, v2: bool) -> Spot | Refusal | None:
    """Return the expression of the layer: a property, in aws-eks-v2 one of `kubectlProviderOptions`."""
    if not v2:
        return read(names, call, "kubectlLayer", sole=True)
    options = read(names, call, "kubectlProviderOptions", sole=True)
    if options is None or isinstance(options, Refusal) or is_absent(options):
        return options
    target = names.follow(options, sole=True)
    if isinstance(target, Refusal):
        return target
    inner = names.entry(target, target.source.dialect.spelled("kubectlLayer"), sole=True)
    return Refusal("`kubectlProviderOptions` has no layer", target) if inner is None else inner


RECIPE = Recipe(("kubectl-layer-present", "kubectl-version-skew", "kubectl-prune-compatible"), propose, Safety.SAFE)
