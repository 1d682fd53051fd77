"""Stacks, nested stacks and their resources, read from templates on demand."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.resource import ResourceId
from eks_guard.model.value import Place, joined_pointer
from eks_guard.records import cached_property, dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eks_guard.assembly.asset_manifests import Assets
    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.following.protocol import Assembly, Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.metadata import Metadata

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
LOOPED = ("Conditions", "Outputs", "Resources")
"""The sections in which `Fn::ForEach` may be."""
THE_CONDITION = "the condition "
"""Begins the question of a condition that has the name of a parameter."""
_ENVIRONMENT = regex(r"aws://([\w@.-]+)/([A-Za-z0-9-]+)(?!\w)")
METADATA = "AWS::CDK::Metadata"
"""What CDK adds to every stack under a condition on the region; it has no effect."""
CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"
NESTED_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a stack is deployed; None for what is decided at deploy time (environment-agnostic stacks).

    `partition` is given where the region is not, which else decides it.
    """

    account: str | None = None
    region: str | None = None
    partition: str | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str | None) -> Environment:
        """Read `aws://account/region` as CDK does, which writes `unknown-…` for what it does not know.

        It finds the first in a text, whatever stands around it:
        https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/lib/environment.ts
        No region has capitals: of one that does nothing is known.
        """
        found = _ENVIRONMENT.search(text or "")
        account, region = found.groups() if found else (None, None)
        return cls(
            None if account == "unknown-account" else account,
            None if region == "unknown-region" or (region and not region.islower()) else region,
        )


class Stack:
    """A stack or nested stack: a template in the place where it is deployed.

    Two nested stacks may share one template file, so a place in the assembly is a stack and a pointer. `name` is None
    where AWS makes it up. `parent` is the resource that deploys a nested stack. `stage` names the assembly that holds
    it: cross-stack references stay inside one stage. `path` is the construct path of that stage, empty outside of any;
    `tags` are those that the manifest gives the stack, None without a manifest. `dependencies` are the ids of the
    stacks of its stage that are deployed before it, as far as the manifest names them.
    """

    def __init__(  # noqa: PLR0913 (the facts of a stack)
        self,
        *,
        id: str,  # noqa: A002 (CDK's word)
        name: str | None,
        stage: str,
        environment: Environment,
        document: Document,
        assets: Assets,
        metadata: Metadata,
        follower: Follow,
        parent: Resource | None = None,
        path: str = "",
        tags: Mapping[str, Any] | None = None,
        dependencies: tuple[str, ...] = (),
    ) -> None:
        self.id = id
        self.name = name
        self.stage = stage
        self.environment = environment
        self.document = document
        self.assets = assets
        self.metadata = metadata
        self.follower = follower
        self.parent = parent
        self.path = path
        self.tags = tags
        self.dependencies = dependencies
        self._expanded: dict[str, tuple[dict[str, Any], dict[str, tuple[str | int, ...]]]] = {}

    def __repr__(self) -> str:
        return f"Stack({self.id!r}, {self.document.name!r})"

    @property
    def assembly(self) -> Assembly:
        """The assembly that holds the stack."""
        return self.follower.assembly

    @property
    def name_or_id(self) -> str:
        """The name of the stack; its id where AWS makes the name up."""
        return self.name or self.id

    @property
    def root(self) -> Stack:
        """The stack that is deployed on its own, above all nested ones."""
        return self.parent.stack.root if self.parent else self

    @cached_property
    def body(self) -> dict[str, Any]:
        """The template. Raises TemplateError if it cannot be read or is no template."""
        data = self.document.data
        if not isinstance(data, dict):
            raise TemplateError(
                f"{self.document.name}: found {_kind(data)}, expected a template: an object with Resources"
            )
        return data

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources by logical id that a deployment may make. Raises TemplateError if there is no such section."""
        return {
            logical_id: resource
            for logical_id, resource in self.declared.items()
            if resource.condition is None or resource.type == METADATA or self.follower.exists(resource) is not False
        }

    @cached_property
    def declared(self) -> dict[str, Resource]:
        """Every resource of the template, those of conditions that never hold as well. Raises as `resources` does."""
        section = self.body.get("Resources", {})
        if not isinstance(section, dict):
            raise TemplateError(f"{self.document.name}: /Resources: found {_kind(section)}, expected an object")
        written = self._loops_expanded("Resources", section)[1]
        self.follower.assembly.root.budget.hold(len(section))
        return {
            logical_id: Resource(self, logical_id, body, written.get(logical_id, ("Resources", logical_id)))
            for logical_id, body in self.section("Resources").items()
            if isinstance(body, dict) and isinstance(body.get("Type"), str)
        }

    def section(self, name: str) -> dict[str, Any]:
        """A section such as `Parameters`, with its loops expanded where they can be; empty where there is none."""
        found = self.body.get(name)
        return self._loops_expanded(name, found)[0] if isinstance(found, dict) else {}

    def _loops_expanded(
        self, name: str, section: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, tuple[str | int, ...]]]:
        """A section with its loops expanded, and where each key is written that does not stand at its top."""
        if name not in LOOPED or not self.has_language_extensions or not self.document.mentions("Fn::ForEach::"):
            return section, {}
        if name not in self._expanded:
            self._expanded[name] = section, {}  # for a loop over what it makes itself
            self._expanded[name] = self.follower.expand(self, name, section)
        return self._expanded[name]

    def question(self, section: str, name: str) -> str:
        """The name of a condition, parameter or the like of the stack, with the stack where the app has several."""
        alone = self.parent is None and len(self.follower.assembly.stacks) == 1
        shared = section == "Conditions" and name in self.section("Parameters")
        named = f"{THE_CONDITION}{name}" if shared else name
        question = named if alone else f"{named} of {self.id}"
        self.follower.memory.asked[question] = self, section, name
        return question

    @cached_property
    def transforms(self) -> tuple[str, ...]:
        """The macros that the template as a whole goes through, in order."""
        return tuple(str(name) for name in _listed(self.body.get("Transform", [])))

    def lacks(self, name: str) -> str:
        """Why a name of something that no deployment makes is undecided: a macro may bring what is not declared."""
        never = self.declared.get(name)
        if never is not None:
            return f"refers to {name}, which is never made: its condition {never.condition} does not hold"
        makers = [macro for macro in self.transforms if macro != LANGUAGE_EXTENSIONS]
        brought = f", but {makers[0]} may create when the stack is deployed" if makers else ""
        return f"refers to {name}, which {self.document.name} does not contain{brought}"

    @property
    def has_language_extensions(self) -> bool:
        """Whether `Fn::ForEach`, `Fn::Length`, `Fn::ToJsonString` and defaults of look-ups work in the template."""
        return LANGUAGE_EXTENSIONS in self.transforms

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in template order."""
        found = [numbered for type_ in dict.fromkeys(types) for numbered in self._by_type.get(type_, ())]
        return (resource for _, resource in sorted(found, key=itemgetter(0)))

    @cached_property
    def _by_type(self) -> dict[str, list[tuple[int, Resource]]]:
        """The resources of each type with their places in the order: many ask for few of many."""
        found: dict[str, list[tuple[int, Resource]]] = {}
        for numbered in enumerate(self.resources.values()):
            found.setdefault(numbered[1].type, []).append(numbered)
        return found


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource of a stack. Two are the same only if they are the same object.

    `pointer` is where it is written: in a loop, several are written at one place.
    """

    stack: Stack
    logical_id: str
    body: dict[str, Any]
    pointer: tuple[str | int, ...]

    @cached_property
    def id(self) -> ResourceId:
        """What identifies it: one object, since many ask whether two are the same."""
        return ResourceId(self.stack.id, self.logical_id)

    @cached_property
    def type(self) -> str:
        """The CloudFormation type, such as `AWS::EKS::Cluster`."""
        return str(self.body["Type"])

    @property
    def answers_anything(self) -> bool:
        """Whether a function decides its id and attributes, which may be what another resource has; not CDK's own."""
        kind = self.type
        return kind == CUSTOM_RESOURCE or (kind.startswith("Custom::") and not kind.startswith("Custom::AWSCDK"))

    @property
    def condition(self) -> str | None:
        """The name of the condition under which the resource is made; None where it always is."""
        found = self.body.get("Condition")
        return found if isinstance(found, str) else None

    @cached_property
    def properties(self) -> Node:
        """The `Properties`, as a place to read on from."""
        return Node(self.stack, (*self.pointer, "Properties"), self.body.get("Properties", {}))

    @cached_property
    def service_token(self) -> Resolution:
        """What CloudFormation calls for a custom resource."""
        return self.properties.dig("ServiceToken")

    @property
    def metadata(self) -> dict[str, Any]:
        """The `Metadata`, where CDK notes construct paths and assets."""
        found = self.body.get("Metadata")
        return found if isinstance(found, dict) else {}

    @cached_property
    def place(self) -> Place:
        """The resource itself."""
        return place_of(self.stack, self.pointer)

    def way_up(self) -> Iterator[Resource]:
        """The resource, the nested stack that holds it, the one that holds that."""
        found: Resource | None = self
        while found:
            yield found
            found = found.stack.parent


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A place in a stack's template, and the JSON that stands there."""

    stack: Stack
    pointer: tuple[str | int, ...]
    raw: Any

    @property
    def place(self) -> Place:
        """Where the node stands."""
        return place_of(self.stack, self.pointer)

    def child(self, key: str | int, raw: Any) -> Node:
        """The node below this one."""
        return Node(self.stack, (*self.pointer, key), raw)

    def below(self, keys: tuple[str | int, ...], raw: Any) -> Node:
        """Return the node that stands further below this one."""
        return Node(self.stack, self.pointer + keys, raw) if keys else self

    def follow(self) -> Resolution:
        """Return what the node leads to when its references are followed."""
        return self.stack.follower.follow(self)

    def dig(self, *keys: str | int) -> Resolution:
        """Return what the value at `keys` below the node leads to; references are followed on the way."""
        return self.stack.follower.dig(self, keys)

    def text(self) -> str | None:
        """Return the text that the node makes; None where a part of it is open, or it is no text."""
        return self.stack.follower.text(self)

    def text_with(self, placeholder: Callable[[Resolution], str]) -> str | None:
        """Return the text that the node makes, with a placeholder for each part that only a deployment knows."""
        return self.stack.follower.text_with(self, placeholder)

    def parts(self) -> Iterator[str | Resolution]:
        """Return the pieces of the text that the node makes: text, or what an open piece leads to."""
        return self.stack.follower.parts(self)

    def items(self) -> tuple[Node, ...] | None:
        """Return the elements of the list that the node leads to, or the values of the object; else None."""
        return self.stack.follower.items(self)


def place_of(stack: Stack, pointer: tuple[str | int, ...]) -> Place:
    """The place of a pointer in a stack's template."""
    return Place(stack.document.name, joined_pointer(pointer))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _kind(data: object) -> str:
    match data:
        case None:
            return "nothing"
        case list():
            return "a list"
        case str():
            return "text"
        case bool() | int() | float():
            return json.dumps(data)
        case _:
            return f"a {type(data).__name__}"
