"""Exports that go or change while another stack of PREVIOUS imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.assembly.stack import Node
from eks_guard.change.lines import export_again
from eks_guard.change.sameness import is_same
from eks_guard.change.wording import before
from eks_guard.errors import TemplateError
from eks_guard.model.change import Effect, Fate, Question, ResourceChange
from eks_guard.model.kubectl import Step
from eks_guard.model.resource import ResourceId
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Stack
    from eks_guard.change.fates import Fates
    from eks_guard.model.fix import Fix

KEEP = (
    "Keep the resource and its export for one more deploy, in which the importing stack takes another value; "
    "remove both in the deploy after that."
)
IMPORT = "Fn::ImportValue"
REFUSES = "CloudFormation will refuse"


def lost_exports(fates: Fates) -> Iterator[ResourceChange]:
    """The exporting stacks of which the update cannot be carried out."""
    pairing = fates.pairing
    for old in pairing.old.stacks:
        new = pairing.stack_partner(old)
        if new is None or not old.document.mentions("Export") or old.document.content == new.document.content:
            continue
        try:
            effects = tuple(_effects(fates, old, new))
        except TemplateError as error:
            pairing.new.add_problem(str(error))
            continue
        if effects:
            yield ResourceChange(
                kind="stack",
                type="stack",
                id=new.id,
                stack=new.id,
                logical_id="",
                resource=ResourceId(new.id, ""),
                place=effects[0].place or before(Node(old, (), None).place),
                fate=Fate.KEPT,
                because="",
                effects=effects,
            )


def _effects(fates: Fates, old: Stack, new: Stack) -> Iterator[Effect]:
    kept = dict(_exports(new))
    for name, node in _exports(old):
        after = kept.get(name)
        importer = _importer(fates, old, name)
        if importer is None:
            continue
        place = after.place if after else before(node.place)
        steps = [Step(0, "before", f"{name} is exported by {old.id}", before(node.place))]
        steps.append(
            Step(1, "importer", f"{importer.id} imports it in PREVIOUS", before(Node(importer, (), None).place))
        )
        if after is None:
            says = f"{REFUSES}: Export {name} cannot be deleted as it is in use by {importer.name_or_id}"
            fix = _export_again(fates, node, new, importer)
            yield Effect(Question.EXPORT, Known(says), says, place, tuple(steps), None if fix else KEEP, fix=fix)
            continue
        same = fates.comparison.same(node, after)
        if isinstance(same, Unknown):
            reason = f"unknown whether the export {name}, which {importer.name_or_id} imports, changes: {same.reason}"
            yield Effect(Question.EXPORT, Unknown(reason), reason, place, tuple(steps))
        elif not is_same(same):
            says = f"{REFUSES}: Export {name} cannot be updated as it is in use by {importer.name_or_id}"
            steps.append(Step(1, "after", f"{name} has a different value", place))
            yield Effect(Question.EXPORT, Known(says), says, place, tuple(steps), KEEP)


def _export_again(fates: Fates, value: Node, new: Stack, importer: Stack) -> Fix | None:
    """The lines for an export whose resource is still there as it was deployed."""
    found = value.follow()
    partner = fates.pairing.partner(found.resource) if isinstance(found, Attribute) else None
    if partner is None or partner.stack is not new or fates.of(partner).fate is not Fate.KEPT:
        return None
    return export_again(Attribute(partner, found.name), importer.name_or_id) if isinstance(found, Attribute) else None


def _exports(stack: Stack) -> Iterator[tuple[str, Node]]:
    for key, output in stack.section("Outputs").items():
        if isinstance(output, dict) and isinstance(output.get("Export"), dict) and "Value" in output:
            name = Node(stack, ("Outputs", key, "Export", "Name"), output["Export"].get("Name")).text()
            if name is not None:
                yield name, Node(stack, ("Outputs", key, "Value"), output["Value"])


def _imports(stack: Stack) -> frozenset[str]:
    """The names under which a stack imports values, as far as they are decided."""
    if not stack.document.mentions(IMPORT):
        return frozenset()
    found, pending = set(), [Node(stack, (key,), raw) for key, raw in stack.body.items()]
    while pending:
        node = pending.pop()
        if isinstance(node.raw, dict):
            pending += [node.child(key, raw) for key, raw in node.raw.items()]
            if IMPORT in node.raw:
                found.add(node.child(IMPORT, node.raw[IMPORT]).text())
        elif isinstance(node.raw, list):
            pending += [node.child(index, raw) for index, raw in enumerate(node.raw)]
    return frozenset(name for name in found if name is not None)


def _lets_go_before(fates: Fates, importer: Stack, exporter: Stack, name: str) -> bool:
    """Whether the same deploy takes the import out before it updates the stack that exports."""
    pairing = fates.pairing
    after, then = pairing.stack_partner(importer), pairing.stack_partner(exporter)
    if after is None or then is None or not pairing.is_updated_before(importer, then):
        return False
    try:
        return name not in _imports(after)
    except TemplateError as error:
        pairing.new.add_problem(str(error))
        return False


def _importer(fates: Fates, exporter: Stack, name: str) -> Stack | None:
    """A stack of PREVIOUS that imports a name, and that is not updated before the exporter."""
    for stack in fates.pairing.old.stacks:
        if (
            stack is exporter
            or stack.environment != exporter.environment
            or _lets_go_before(fates, stack, exporter, name)
        ):
            continue
        try:
            if name in _imports(stack):
                return stack
        except TemplateError as error:
            fates.pairing.old.add_problem(str(error))
    return None
