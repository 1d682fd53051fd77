"""The lines that take a change back, or make it in a way that CloudFormation, EKS and Kubernetes accept."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

from eks_guard.assembly.constructs import resource_path
from eks_guard.change.custom_resources import CHART, MANIFEST, PATCH
from eks_guard.change.sameness import is_same
from eks_guard.change.wording import name_of
from eks_guard.model.fix import Fix, camel_case, in_comment, snake_case

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Attribute
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates

APPLIED = {MANIFEST: "manifest", CHART: "chart", PATCH: "patch"}
"""What kubectl and Helm apply, whatever of it changes, and the variable that has it in the lines."""
RETAINED = "Retain what the old construct made, one deploy before"
SECOND = "2"
"""Ends the new name or id of something whose own one is taken."""


def keep_id(fates: Fates, old: Resource, new: Resource) -> Fix | None:
    """A rename of a construct's logical id to the deployed one; None where that would not leave all as it is."""
    if old.type != new.type or fates.pairing.stack_partner(old.stack) is not new.stack:
        return None
    if old.logical_id in new.stack.resources or not (old.type in APPLIED or _is_unchanged(fates, old, new)):
        return None
    return _renamed(new, old.logical_id, f"{name_of(new)} keeps the logical id of {name_of(old)}")


def _is_unchanged(fates: Fates, old: Resource, new: Resource) -> bool:
    return is_same(fates.comparison.same(old.properties, new.properties))


def another_id(old: Resource, new: Resource) -> Fix:
    """A rename of a construct's logical id to one that is free before and after."""
    taken = {*old.stack.declared, *new.stack.declared}
    wanted = next(name for number in count(int(SECOND)) if (name := f"{new.logical_id}{number}") not in taken)
    return _renamed(new, wanted, f"{name_of(new)} gets a logical id of its own")


def _renamed(new: Resource, wanted: str, why: str) -> Fix:
    comment = in_comment(f"in the stack {new.stack.id}: {why}")
    return Fix.of(
        f"Rename the logical id to {wanted}",
        typescript=f"// {comment}\nthis.renameLogicalId({quoted(new.logical_id)}, {quoted(wanted)});",
        python=f"# {comment}\nself.rename_logical_id({json.dumps(new.logical_id)}, {json.dumps(wanted)})",
        cloudformation=f"# the resource {new.logical_id} under the logical id {wanted}",
    )


def retain(old: Resource) -> Fix:
    """What a construct made stays when the construct goes: to deploy before it does."""
    variable = APPLIED.get(old.type, "construct")
    made = f"({variable}.node.defaultChild as cdk.CfnResource)"
    comment = in_comment(f"one deploy before; {variable}: {name_of(old)}")
    return Fix.of(
        RETAINED,
        typescript=f"// {comment}\n{made}.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN);",
        python=f"# {comment}\n{variable}.node.default_child.apply_removal_policy(cdk.RemovalPolicy.RETAIN)",
        cloudformation=f"# one deploy before, at {old.logical_id}: DeletionPolicy: Retain",
    )


def keep_unpruned() -> Fix:
    """A manifest whose objects stay when it no longer lists them, in the same deploy."""
    return Fix.of(
        "Do not prune",
        typescript="prune: false",
        python="prune=False",
        cloudformation="# a Manifest without PruneLabel",
    )


def expand_class(words: str) -> Fix:
    """A StorageClass that lets claims grow, to deploy before one does."""
    comment = in_comment(f"one deploy before, in the manifest of {words}")
    return Fix.of(
        "Let the StorageClass expand volumes",
        typescript=f"allowVolumeExpansion: true,  // {comment}",
        python=f'"allowVolumeExpansion": True,  # {comment}',
        cloudformation=f'# {comment}: "allowVolumeExpansion": true',
    )


def keep_text(name: str, value: str) -> Fix:
    """An option of a construct with the deployed text; `name` is that of the property."""
    return _option(f"Keep the deployed {camel_case(name)}", name, value)


def another_text(name: str, value: str) -> Fix:
    """An option of a construct with another text than the deployed one; `name` is that of the property."""
    wanted = f"{value}-{SECOND}"
    return _option(f"Give it the name {wanted}", name, wanted)


def _option(title: str, name: str, value: str) -> Fix:
    option, doubled = camel_case(name), json.dumps(value)
    return Fix.of(
        title,
        typescript=f"{option}: {quoted(value)}",
        python=f"{snake_case(option)}={doubled}",
        cloudformation=f"{name}: {doubled}",
    )


def set_mode(mode: str) -> Fix:
    """The authentication mode to deploy."""
    return Fix.of(
        f"Set the authentication mode to {mode}",
        typescript=f"authenticationMode: eks.AuthenticationMode.{mode}",
        python=f"authentication_mode=eks.AuthenticationMode.{mode}",
        cloudformation=f"AccessConfig:\n  AuthenticationMode: {mode}",
    )


def preserve_addon(name: str) -> Fix:
    """An add-on whose software stays on the cluster when it is removed from the template."""
    return Fix.of(
        f"Preserve {name}, and remove it in the next deploy",
        typescript="preserveOnDelete: true",
        python="preserve_on_delete=True",
        cloudformation="PreserveOnDelete: true",
    )


def rename_object(name: str, words: str) -> Fix:
    """Another name for a Kubernetes object, so that a second one is made and the first one goes."""
    wanted, comment = f"{name}-{SECOND}", in_comment(words)
    return Fix.of(
        f"Name the object {wanted}",
        typescript=f"name: {quoted(wanted)},  // metadata of {comment}",
        python=f'"name": {json.dumps(wanted)},  # metadata of {comment}',
        cloudformation=f'# in the Manifest: "name": {json.dumps(wanted)}, metadata of {comment}',
    )


def export_again(found: Attribute, importer: str) -> Fix | None:
    """The export of an attribute of a resource, through the ids of its constructs; None where these are not told."""
    construct = construct_of(found.resource)
    if construct is None:
        return None
    is_ref = found.name == "Ref"
    got = ("ref", "ref") if is_ref else (f"getAtt({quoted(found.name)})", f"get_att({json.dumps(found.name)})")
    comment = in_comment(f"until {importer} is deployed without the import")
    return Fix.of(
        "Export the value for one more deploy",
        typescript=f"// {comment}\nthis.exportValue(({construct[0]} as cdk.CfnResource).{got[0]});",
        python=f"# {comment}\nself.export_value({construct[1]}.{got[1]})",
    )


def construct_of(resource: Resource) -> tuple[str, str] | None:
    """How the stack of a resource finds its construct, in TypeScript and in Python; None where no CDK wrote it."""
    path, above = resource_path(resource), f"{resource.stack.id}/"
    if path is None or not path.startswith(above):
        return None
    ids = path.removeprefix(above).split("/")
    typescript = "".join(f".node.findChild({quoted(one)})" for one in ids)
    return f"this{typescript}", f"self{''.join(f'.node.find_child({json.dumps(one)})' for one in ids)}"


def quoted(text: str) -> str:
    """A text in TypeScript."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
