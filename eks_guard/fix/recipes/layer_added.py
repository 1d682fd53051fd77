"""A kubectl layer for a cluster whose source gives it none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.callers import callers_of
from eks_guard.fix.change import Change, Job
from eks_guard.fix.clusters import made_there, module_of
from eks_guard.fix.constructs import V2, cluster_class, id_and_scope
from eks_guard.fix.edits import Edit
from eks_guard.fix.imports import refer
from eks_guard.fix.names import Names
from eks_guard.fix.options import Holder, holder_of, replaced
from eks_guard.fix.shapes import Name, Parameter
from eks_guard.fix.source import Refusal, Spot
from eks_guard.fix.syntax import ancestors, text_of

if TYPE_CHECKING:
    from eks_guard.data.rows import LayerPackage
    from eks_guard.fix.syntax import Node

ADDED = (
    ("AWS::Lambda::LayerVersion", ()),
    ("AWS::Lambda::Function", ("Layers",)),
    ("AWS::CloudFormation::Stack", ("TemplateURL", "Parameters")),
)


def add_layer(job: Job, names: Names, call: Spot, given: Spot | None, package: LayerPackage) -> Change | Refusal:
    """Return the edits that give the options a layer, in the scope of the cluster."""
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
        return Refusal("its scope is an expression, where no layer can be created", call)
    beside = made_there(job.clusters, job.cluster.source)
    if len({cluster.id.rpartition("/")[0] for cluster in beside}) != len(beside):
        return Refusal(f"the line makes {len(beside)} clusters in one scope, where each layer needs its own id", call)
    shared = _is_shared_scope(job, call, scope)
    if shared:
        return Refusal(f"`{text_of(scope)}` is a parameter, and several calls may create a layer in one scope", call)
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
        name
        if one is not None and one == two
        else Refusal(f"`{name}` is not available where the options are made", call)
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
