"""Another kubectl layer in the place of one that the source makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.change import Change, Job
from eks_guard.fix.constructs import qualified
from eks_guard.fix.edits import Edit
from eks_guard.fix.imports import dropped_import, is_alone, local_name, occurrences, refer, replaced_import
from eks_guard.fix.locate import STALE
from eks_guard.fix.names import Names
from eks_guard.fix.options import replaced
from eks_guard.fix.shapes import Call, Import, Member, Name
from eks_guard.fix.source import Refusal, Spot
from eks_guard.fix.syntax import text_of
from eks_guard.matching import regex
from eks_guard.model.value import Known
from eks_guard.policy.facts.fixes import nearest_package

if TYPE_CHECKING:
    from eks_guard.data.rows import LayerPackage
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Layer

LAYER_CLASS = regex(r"Kubectl(?:V\d+)?Layer")
REPLACED = (("AWS::Lambda::LayerVersion", ()),)


def replace_layer(job: Job, names: Names, given: Spot, package: LayerPackage, layer: Layer | None) -> Change | Refusal:
    """Return the edits that make the layer by the class of another package."""
    made = names.follow(given, sole=True)
    if isinstance(made, Refusal):
        return Refusal(f"the layer cannot be changed for this cluster alone: {made.reason}", made.at or given)
    shape = made.source.dialect.shape(made.node)
    found = qualified(names, made.at(shape.callee)) if isinstance(shape, Call) else None
    if not isinstance(shape, Call) or found is None or not LAYER_CLASS.fullmatch(found[-1]):
        return Refusal("the layer is not created with one of CDK's layer classes", made)
    if names.near is not None and not is_same_line(made, names.near):
        return Refusal(f"the layer was created at {names.near.place}, which these options do not lead to", made)
    if found[-1] == package.class_name:
        return _there_already(package, layer, made)
    unlike = _unlike(job, package, layer)
    if unlike:
        return Refusal(f"the same line makes the layer of {unlike.id}, which does not need this layer", made)
    edits = renamed(names, made, shape, package)
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), made.place, f"layer {made.place}", REPLACED, package, made.source.path)


def is_same_line(made: Spot, near: Spot) -> bool:
    """Return whether a call is the one that the assembly names; Python gives it no column."""
    return made.source.path == near.source.path and made.node.start_point[0] == near.node.start_point[0]


def _there_already(package: LayerPackage, layer: Layer | None, made: Spot) -> Refusal:
    """Return why the right class is not enough: the assembly is older than the source, or the package is."""
    kubectl = layer.kubectl.value if layer is not None and isinstance(layer.kubectl, Known) else None
    if layer is None or (kubectl is not None and kubectl.of_minor != package.minor):
        return Refusal(f"{package.class_name} is already there: {STALE}", made)
    return Refusal(f"{package.class_name} is installed in a release without kubectl; install the newest", made)


def _unlike(job: Job, package: LayerPackage, layer: Layer | None) -> Cluster | None:
    """Return a cluster whose layer comes from the same line and must be another one."""
    for cluster in job.clusters:
        sources = {inner.source for provider in cluster.kubectl for inner in provider.layers if inner.source}
        same = (layer is not None and layer.source in sources) or (
            job.cluster is not None
            and job.cluster.source is not None
            and cluster.source == job.cluster.source
            and not sources
        )
        version = cluster.version.value if isinstance(cluster.version, Known) else None
        fits = version is not None and nearest_package(version, job.tables) == package
        if same and not (fits and cluster.id in job.failing):
            return cluster
    return None


def renamed(names: Names, made: Spot, shape: Call, package: LayerPackage) -> list[Edit] | Refusal:
    """Return the edits that construct another class: the name at the call, and the import."""
    source, callee = made.source, shape.callee
    python = source.dialect.name == "python"
    module = package.python_module if python else package.npm or ""
    wanted = (package.python_module.rpartition(".")[2], package.class_name)
    inner = source.dialect.shape(callee)
    root = source.dialect.shape(inner.of) if isinstance(inner, Member) else inner
    old = source.dialect.binding(callee, root.text) if isinstance(root, Name) else None
    if not isinstance(old, Import):
        return Refusal(f"`{text_of(callee)}` is not imported in a way that is followed", made)
    known = refer(names, Spot(source, callee), wanted, module)
    if isinstance(known, Refusal):
        return known
    text, edits = known
    sole = occurrences(source, local_name(old)) == 1
    if not sole:
        return [*edits, replaced(made.at(callee), text)]
    if not edits:
        same = text.partition(".")[0] == local_name(old)
        return [*([] if same else dropped_import(source, old)), replaced(made.at(callee), text)]
    is_class = isinstance(inner, Name) and old.member is not None
    alias = local_name(old) if is_class and local_name(old) != old.member and is_alone(source, old) else None
    swapped = replaced_import(source, old, package.class_name, module, alias)
    if alias or isinstance(swapped, Refusal):
        return swapped
    return [*swapped, replaced(made.at(callee), package.class_name)]
