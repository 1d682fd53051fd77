"""The kubectl layer of the cluster's minor: another class in the same place, or a new property."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eks_guard.fix.callers import callers_of
from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import cluster_call, made_there, module_of, written_version
from eks_guard.fix.constructs import V2, cluster_class, id_and_scope, qualified
from eks_guard.fix.edits import Edit
from eks_guard.fix.imports import dropped_import, is_alone, local_name, occurrences, refer, replaced_import
from eks_guard.fix.locate import CALLS, STALE, calls_at
from eks_guard.fix.names import Names
from eks_guard.fix.options import Holder, holder_of, is_absent, read, replaced
from eks_guard.fix.shapes import Call, Import, Member, Name, Parameter
from eks_guard.fix.source import Refusal, Spot
from eks_guard.fix.syntax import ancestors, text_of, walk
from eks_guard.matching import regex
from eks_guard.model.value import Known
from eks_guard.policy.facts.fixes import nearest_package

if TYPE_CHECKING:
    from eks_guard.data.rows import LayerPackage
    from eks_guard.fix.syntax import Node
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Layer
    from eks_guard.model.version import Version

LAYER_CLASS = regex(r"Kubectl(?:V\d+)?Layer")
REPLACED = (("AWS::Lambda::LayerVersion", ()),)
ADDED = (
    ("AWS::Lambda::LayerVersion", ()),
    ("AWS::Lambda::Function", ("Layers",)),
    ("AWS::CloudFormation::Stack", ("TemplateURL", "Parameters")),
)


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
        return _added(job, names, call, given, package)
    return _replaced(job, names, given, package, layer)


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
                if isinstance(layer, Spot) and names.near is not None and _is_same_line(layer, names.near):
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
    return Refusal("`kubectlProviderOptions` is there without a layer", target) if inner is None else inner


def _replaced(job: Job, names: Names, given: Spot, package: LayerPackage, layer: Layer | None) -> Change | Refusal:
    made = names.follow(given, sole=True)
    if isinstance(made, Refusal):
        return Refusal(f"the layer cannot be changed for this cluster alone: {made.reason}", made.at or given)
    shape = made.source.dialect.shape(made.node)
    found = qualified(names, made.at(shape.callee)) if isinstance(shape, Call) else None
    if not isinstance(shape, Call) or found is None or not LAYER_CLASS.fullmatch(found[-1]):
        return Refusal("the layer is not made by the name of one of CDK's classes", made)
    if names.near is not None and not _is_same_line(made, names.near):
        return Refusal(f"the layer was made at {names.near.place}, which these options do not lead to", made)
    if found[-1] == package.class_name:
        return _there_already(package, layer, made)
    unlike = _unlike(job, package, layer)
    if unlike:
        return Refusal(f"the same line makes the layer of {unlike.id}, which does not ask for this one", made)
    edits = renamed(names, made, shape, package)
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), made.place, f"layer {made.place}", REPLACED, package, made.source.path)


def _is_same_line(made: Spot, near: Spot) -> bool:
    """Return whether a call is the one that the assembly names; Python gives it no column."""
    return made.source.path == near.source.path and made.node.start_point[0] == near.node.start_point[0]


def _there_already(package: LayerPackage, layer: Layer | None, made: Spot) -> Refusal:
    """Return why the right class is not enough: the assembly is older than the source, or the package is."""
    kubectl = layer.kubectl.value if layer is not None and isinstance(layer.kubectl, Known) else None
    if layer is None or (kubectl is not None and kubectl.of_minor != package.minor):
        return Refusal(f"{package.class_name} is already there: {STALE}", made)
    return Refusal(f"{package.class_name} is there, in a release without kubectl; install the newest", made)


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


def _added(job: Job, names: Names, call: Spot, given: Spot | None, package: LayerPackage) -> Change | Refusal:
    assert job.cluster, "the policies are about clusters"
    found = cluster_class(names, call)
    if found is None or found[1] == "CfnCluster":
        return Refusal("kubectl reaches it through an imported cluster, which takes the layer", call)
    holder = holder_of(names, call)
    if isinstance(holder, Refusal):
        return Refusal(f"the options cannot be changed for this cluster alone: {holder.reason}", holder.at or call)
    if holder is None:
        return Refusal("it has no options", call)
    scope = _scope(job, call, holder)
    if isinstance(scope, Refusal):
        return scope
    python = call.source.dialect.name == "python"
    module = package.python_module if python else package.npm or ""
    wanted = (package.python_module.rpartition(".")[2], package.class_name)
    known = refer(names, holder.spot, wanted, module)
    if isinstance(known, Refusal):
        return known
    name, edits = known
    identifier = _free_id(job, holder, package)
    value = f'{name}({scope}, "{identifier}")' if python else f"new {name}({scope}, '{identifier}')"
    edit = _property(names, call, holder, given, value, edits)
    if isinstance(edit, Refusal):
        return edit
    return Change(tuple(edit), call.place, f"layer of {call.place}", ADDED, package, holder.source.path)


def _property(  # noqa: PLR0913 (where, what, and the imports that it needs)
    names: Names, call: Spot, holder: Holder, given: Spot | None, value: str, imports: list[Edit]
) -> list[Edit] | Refusal:
    """Return the edits that write the property; those of aws-eks-v2 stand in a struct of their own."""
    spelled = call.source.dialect.spelled
    if given is not None:
        made = given if given.source.path == holder.source.path else None
        return [*imports, replaced(made, value)] if made else Refusal("the options come from another file", given)
    found = cluster_class(names, call)
    if found is None or found[0] not in V2:
        added = holder.insertion(spelled("kubectlLayer"), value)
        return added if isinstance(added, Refusal) else [*imports, *added]
    struct = f"{{ kubectlLayer: {value} }}"
    if call.source.dialect.name == "python":
        module, spelled_module = module_of(names, call)
        known = refer(names, holder.spot, (module, "KubectlProviderOptions"), spelled_module)
        if isinstance(known, Refusal):
            return known
        struct, imports = f"{known[0]}(kubectl_layer={value})", [*imports, *known[1]]
    added = holder.insertion(spelled("kubectlProviderOptions"), struct)
    return added if isinstance(added, Refusal) else [*imports, *added]


def _scope(job: Job, call: Spot, holder: Holder) -> str | Refusal:
    """Return the scope of the cluster as it can be written in its options."""
    assert job.cluster, "the policies are about clusters"
    _, scope = id_and_scope(call)
    if scope is None or not (scope.type == "this" or isinstance(call.source.dialect.shape(scope), Name)):
        return Refusal("its scope is an expression, in which a layer cannot be made", call)
    beside = made_there(job.clusters, job.cluster.source)
    if len({cluster.id.rpartition("/")[0] for cluster in beside}) != len(beside):
        return Refusal(f"the line makes {len(beside)} clusters in one scope, in which each layer needs an id", call)
    shared = _is_shared_scope(job, call, scope)
    if shared:
        return Refusal(f"`{text_of(scope)}` is a parameter, and several calls may make a layer in one scope", call)
    inside = holder.source.path == call.source.path and _contains(call, holder.spot)
    if inside:
        return text_of(scope)
    if len(beside) > 1:
        return Refusal("the options serve several clusters", call)
    dialect = call.source.dialect
    if holder.source.path != call.source.path:
        return Refusal("the options are written in another file, where the scope of the cluster is not available", call)
    if scope.type == "this" or dialect.is_self(scope):
        here, there = (_class(spot) for spot in (call, holder.spot))
        return text_of(scope) if here is not None and here == there else Refusal("the options are made elsewhere", call)
    name = text_of(scope)
    one, two = dialect.binding(call.node, name), dialect.binding(holder.spot.node, name)
    return (
        name if one is not None and one == two else Refusal(f"`{name}` is not known where the options are made", call)
    )


def _is_shared_scope(job: Job, call: Spot, scope: Node) -> bool:
    """Return whether a scope is given by several callers, two of which may give the same."""
    shape = call.source.dialect.shape(scope)
    binding = call.source.dialect.binding(scope, shape.text) if isinstance(shape, Name) else None
    if not isinstance(binding, Parameter) or call.source.dialect.is_self(scope):
        return False
    callers = callers_of(job.names.project, call.at(binding.function))
    return not isinstance(callers, Refusal) and len(callers) > 1


def _class(spot: Spot) -> object:
    return next((node for node in ancestors(spot.node) if node.type in spot.source.dialect.classes), None)


def _contains(outer: Spot, inner: Spot) -> bool:
    return outer.node.start_byte <= inner.node.start_byte and inner.node.end_byte <= outer.node.end_byte


def _free_id(job: Job, holder: Holder, package: LayerPackage) -> str:
    """Return an id that neither the file nor the assembly uses."""
    stem = package.class_name.removesuffix("Layer")
    taken = {part for cluster in job.clusters for part in cluster.id.split("/")}
    taken |= {inner.id.rpartition("/")[2] for c in job.clusters for p in c.kubectl for inner in p.layers}
    candidates = [stem, f"{stem}Layer", *(f"{stem}Layer{number}" for number in range(2, 99))]
    return next(name for name in candidates if name not in taken and not _is_text(holder, name))


def _is_text(holder: Holder, name: str) -> bool:
    content = holder.source.content
    return any(f"{quote}{name}{quote}".encode() in content for quote in "'\"`")


RECIPE = Recipe(("kubectl-layer-present", "kubectl-version-skew", "kubectl-prune-compatible"), propose, Safety.SAFE)
