"""Which class of CDK's an expression names, however it was imported, aliased or exported again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.fix.shapes import Assigned, Call, Import, Member, Name
from eks_guard.fix.source import Source, Spot
from eks_guard.fix.syntax import ancestors, text_of

if TYPE_CHECKING:
    from eks_guard.fix.names import Names
    from eks_guard.fix.syntax import Node

Qualified: TypeAlias = tuple[str, ...]
"""Module and member without the library's name, in Python's spelling: `("aws_eks", "Cluster")`."""

MODULES = ("aws_eks", "aws_eks_v2", "aws_eks_v2_alpha")
V2 = MODULES[1:]
CLUSTERS = ("Cluster", "FargateCluster")
_LIBRARIES = ("aws-cdk-lib", "aws_cdk", "monocdk")
_DEPTH = 12


def qualified(names: Names, spot: Spot, depth: int = 0) -> Qualified | None:
    """Return the name of a class or constant of CDK's; None for everything else."""
    shape = spot.source.dialect.shape(spot.node)
    if depth > _DEPTH:
        return None
    match shape:
        case Member(of, name):
            module = _module(names, spot.at(of))
            if module is not None:
                return _export(names, module, name, depth + 1)
            outer = qualified(names, spot.at(of), depth + 1)
            return (*outer, name.replace("-", "_")) if outer is not None else None
        case Name(text):
            binding = spot.source.dialect.binding(spot.node, text)
            if isinstance(binding, Assigned):
                outer = qualified(names, spot.at(binding.value), depth + 1)
                return (*outer, *binding.path) if outer is not None else None
            if isinstance(binding, Import):
                return of_import(names, spot.source, binding, depth)
    return None


def _module(names: Names, spot: Spot) -> Source | None:
    """Return the file of the project that a name stands for as a whole, as after `import * as aws from './aws'`."""
    shape = spot.source.dialect.shape(spot.node)
    binding = spot.source.dialect.binding(spot.node, shape.text) if isinstance(shape, Name) else None
    if not isinstance(binding, Import) or binding.member is not None:
        return None
    return names.project.module(spot.source, binding.module)


def of_import(names: Names, source: Source, binding: Import, depth: int = 0) -> Qualified | None:
    """Return what an import brings in, in terms of CDK's modules."""
    target = names.project.module(source, binding.module)
    if target is None:
        return _normal(binding)
    if binding.member is None or depth > _DEPTH:
        return None
    return _export(names, target, binding.member, depth + 1)


def _export(names: Names, target: Source, member: str, depth: int) -> Qualified | None:
    found = target.dialect.exported(target.root, member)
    if isinstance(found, Import):
        return of_import(names, target, found, depth)
    if isinstance(found, Assigned):
        outer = qualified(names, Spot(target, found.value), depth + 1)
        return (*outer, *found.path) if outer is not None else None
    if found is None and depth <= _DEPTH:
        for module in target.dialect.star_exports(target.root):
            inner = names.project.module(target, module)
            through = _export(names, inner, member, depth + 1) if inner else _normal_parts(module, member)
            if through is not None:
                return through
    return None


def _normal(binding: Import) -> Qualified | None:
    if binding.member is None and "." in binding.module and binding.specifier.child_by_field_name("alias") is None:
        return () if binding.module.startswith("aws_cdk.") else None  # `import aws_cdk.aws_eks` gives `aws_cdk`
    return _normal_parts(binding.module, binding.member)


def _normal_parts(module: str, member: str | None) -> Qualified | None:
    parts = module.replace(".", "/").split("/") if not module.startswith("@") else module.split("/")
    if parts[0] == "@aws-cdk" or parts[0] in _LIBRARIES:
        rest = tuple(part.replace("-", "_") for part in parts[1:])
        return (*rest, member) if member is not None else rest
    return None


def base_of(names: Names, source: Source, class_node: Node, depth: int = 0) -> Qualified | None:
    """Return the class of CDK's that a class extends, through classes of the project."""
    for base in source.dialect.bases(class_node):
        found = class_of(names, Spot(source, base), depth + 1)
        if found is not None:
            return found
    return None


def class_of(names: Names, callee: Spot, depth: int = 0) -> Qualified | None:
    """Return the class of CDK's that a callee constructs: itself, or as a base without a constructor between."""
    direct = qualified(names, callee)
    if direct is not None or depth > _DEPTH:
        return direct
    dialect = callee.source.dialect
    if dialect.is_super(callee.node):
        holder = next((node for node in ancestors(callee.node) if node.type in dialect.classes), None)
        return base_of(names, callee.source, holder, depth + 1) if holder is not None else None
    target = names.follow(callee, sole=False) if isinstance(dialect.shape(callee.node), Name) else None
    if isinstance(target, Spot) and target.node.type in target.source.dialect.classes:
        return base_of(names, target.source, target.node, depth + 1)
    return None


def cluster_class(names: Names, call: Spot) -> Qualified | None:
    """Return the class of the cluster that a call makes or imports; None if it does neither."""
    shape = call.source.dialect.shape(call.node)
    if not isinstance(shape, Call):
        return None
    found = class_of(names, call.at(shape.callee))
    if found is None or len(found) < 2 or found[0] not in MODULES:  # noqa: PLR2004 (module and class)
        return None
    imports = found[2:] in (("fromClusterAttributes",), ("from_cluster_attributes",))
    if found[1] in CLUSTERS and (len(found) == 2 or imports):  # noqa: PLR2004
        return found
    return found if found[1] == "CfnCluster" and len(found) == 2 else None  # noqa: PLR2004


def id_and_scope(call: Spot) -> tuple[Node | None, Node | None]:
    """Return the expressions of a construct's id and scope."""
    shape = call.source.dialect.shape(call.node)
    if not isinstance(shape, Call):
        return None, None
    named = {entry.name: entry.value for entry in shape.keywords.entries} if shape.keywords else {}
    scope = shape.arguments[0] if shape.arguments else named.get("scope")
    identifier = shape.arguments[1] if len(shape.arguments) > 1 else named.get("id")
    return identifier, scope


def short(node: Node) -> str:
    """Return an expression on one line, for a sentence."""
    return " ".join(text_of(node).split())[:60]
