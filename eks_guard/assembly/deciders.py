"""The parameters and environments that decide what is unknown, named as `--parameters` takes them."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from eks_guard.assembly.following.deciding import Deciding
from eks_guard.assembly.following.expressions import Open
from eks_guard.assembly.stack import Stack
from eks_guard.errors import TemplateError
from eks_guard.model.value import unescape_pointer
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import Place, When

PARTITION, REGION = "AWS::Partition", "AWS::Region"
OF_ENVIRONMENT = {name: name for name in ("AWS::AccountId", PARTITION, REGION)} | {"AWS::URLSuffix": PARTITION}
"""Pseudo parameters that the environment of a stack decides, each with the one that is given for it."""
LIMITS = {"AllowedValues", "AllowedPattern"}


@dataclass(frozen=True, slots=True)
class About:
    """What is unknown: answers on which values depend, and the parameters, conditions and `pseudo` that reasons name.

    `chosen` are places about which conditions decide, `values` those whose text or number is open, `near` those of the
    proof, whose stacks declare what reasons name, as a rule.
    """

    answers: tuple[When, ...] = ()
    parameters: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    pseudo: tuple[str, ...] = ()
    chosen: tuple[Place, ...] = ()
    values: tuple[Place, ...] = ()
    near: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Deciders:
    """Parameters and pseudo parameters of environments, each as `KEY` or, in an app of several stacks, as `STACK:KEY`.

    `unlimited`: whether some of the parameters may be anything. `in_app`: whether the app may say where it goes.
    """

    parameters: tuple[str, ...]
    pseudo: tuple[str, ...]
    unlimited: bool
    in_app: bool


def deciders(assembly: CloudAssembly, stack: str, about: About) -> Deciders:
    """Return what decides about some things that are unknown of a subject of this stack."""
    found = dict.fromkeys(_found(assembly, stack, about))
    given = [(one.scope, str(one.name)) for one in found if one.kind == "parameter" and isinstance(one.scope, Stack)]
    given = [(above, name) for above, name in given if above.parent is None]
    return Deciders(
        tuple(dict.fromkeys(_as_given(assembly, above, name) for above, name in given)),
        tuple(sorted(_of_environment(assembly, stack, found))),
        any(not LIMITS & set(_declared(above, name)) for above, name in given),
        assembly.version is not None,
    )


def _of_environment(assembly: CloudAssembly, wanted: str, found: Iterable[Open]) -> set[str]:
    """The pseudo parameters to give; a region decides its partition as well."""
    asked = {
        (one.scope.root if isinstance(one.scope, Stack) else assembly.stack(wanted), OF_ENVIRONMENT[str(one.name)])
        for one in found
        if one.kind == "pseudo" and one.name in OF_ENVIRONMENT
    }
    needed = (one for one in asked if one[1] != PARTITION or (one[0], REGION) not in asked)
    return {_as_given(assembly, above, name) for above, name in needed}


def _found(assembly: CloudAssembly, wanted: str, about: About) -> Iterator[Open]:
    deciding = Deciding(assembly.follower)
    for when in about.answers:
        yield from deciding.answers(when)
    for name in about.parameters:
        yield from (Open("parameter", holder, name) for holder in _having(assembly, wanted, about, "Parameters", name))
    for name in about.conditions:
        for holder in _having(assembly, wanted, about, "Conditions", name):
            yield from deciding.condition(holder, name)
    yield from (Open("pseudo", None, name) for name in about.pseudo)
    for place in about.chosen:
        for resource, keys in _at(assembly, wanted, place):
            yield from deciding.choices(resource, keys)
    for place in about.values:
        for resource, keys in _at(assembly, wanted, place):
            yield from deciding.value(resource, keys)


def _having(assembly: CloudAssembly, wanted: str, about: About, section: str, name: str) -> Iterator[Stack]:
    """Yield the nearest stack that declares something of a name, if any does: those of the proof before all others."""
    of_proof = (assembly.with_template(place.template, wanted) for place in about.near)
    near = dict.fromkeys((assembly.stack(wanted), *(one.root for one in of_proof if one)))
    roots = chain(near, (root for root in assembly.stacks if root not in near))
    stacks = (one for root in roots for one in assembly.family(root, lambda document: document.mentions(name)))
    yield from islice((one for one in stacks if name in _section(one, section)), 1)


def _at(assembly: CloudAssembly, wanted: str, place: Place) -> Iterator[tuple[Resource, list[str]]]:
    """Yield the resource that a place leads into, and the keys below it."""
    holder = assembly.with_template(place.template, wanted)
    resource = holder.declared.get(place.logical_id or "") if holder else None
    if resource:
        yield resource, [unescape_pointer(key) for key in place.pointer.split("/")[3:]]


def _as_given(assembly: CloudAssembly, stack: Stack, name: str) -> str:
    return f"{stack.id}:{name}" if len(assembly.stacks) > 1 else name


def _section(stack: Stack, name: str) -> Mapping[str, object]:
    try:
        return stack.section(name)
    except TemplateError:
        return {}


def _declared(stack: Stack, name: str) -> Iterable[str]:
    found = _section(stack, "Parameters").get(name)
    return found if isinstance(found, dict) else ()
