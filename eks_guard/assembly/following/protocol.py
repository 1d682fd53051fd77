"""What the parts of an assembly ask of each other: of the follower, and of the assembly as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.files import Root
    from eks_guard.assembly.following.formulas import Formula
    from eks_guard.assembly.following.resolution import Attribute, Literal, Resolution
    from eks_guard.assembly.given import GivenValues
    from eks_guard.assembly.stack import Environment, Node, Resource, Stack
    from eks_guard.model.not_judged import NotJudged
    from eks_guard.model.value import Unknown, When


@dataclass(slots=True)
class Memory:
    """What was found already, so that no template makes the same question expensive twice."""

    exports: dict[tuple[Stack, str], Node | str] = field(default_factory=dict)
    exported: Exported | None = None
    parameters: dict[tuple[Stack, str], Resolution] = field(default_factory=dict)
    references: dict[tuple[Stack, str], Attribute] = field(default_factory=dict)
    attributes: dict[tuple[Stack, str, str], Attribute | Literal] = field(default_factory=dict)
    conditions: dict[tuple[Stack, str], bool | None] = field(default_factory=dict)
    existing: dict[tuple[Stack, str], bool | None] = field(default_factory=dict)
    questions: dict[tuple[Stack, str], tuple[str, bool]] = field(default_factory=dict)
    asked: dict[str, tuple[Stack, str, str]] = field(default_factory=dict)
    keys: dict[str, Resolution] = field(default_factory=dict)
    rules: dict[Stack, tuple[Formula, ...]] = field(default_factory=dict)
    possible: dict[When, bool] = field(default_factory=dict)
    by_values: dict[tuple[Stack, str], list[tuple[When, bool]]] = field(default_factory=dict)
    texts: dict[tuple[Stack, tuple[str | int, ...], int], tuple[Any, list[str | Resolution]]] = field(
        default_factory=dict
    )
    """Pieces of long texts, by the place and the identity of what makes them, which is held for that."""
    deployed_with: Mapping[Stack, Stack] | None = None
    depth: int = 0
    """How many values are being followed right now, each for the one before it."""


class Exported(Protocol):
    """The exports of all stacks."""

    def of(self, environment: Environment, name: str) -> list[Node]:
        """Return the values that stacks of an account and region export under a name."""


class Assembly(Protocol):
    """The assembly as its stacks, nested stacks and follower know it."""

    root: Root
    version: str | None
    stacks: list[Stack]
    given: GivenValues
    notes: list[str]

    def resources(self, *types: str, where: Callable[[Document], bool] = ...) -> Iterator[Resource]:
        """Return the resources of these types in all stacks and nested stacks whose template is as `where` says."""

    def stack(self, wanted: str) -> Stack:
        """Return the stack or nested stack of an id."""

    def family(self, stack: Stack, where: Callable[[Document], bool] = ...) -> Iterator[Stack]:
        """Return the stack that is deployed on its own and the nested ones below it whose template is as wanted."""

    def nested(self, resource: Resource) -> Stack | Unknown[Stack]:
        """Return the stack that an `AWS::CloudFormation::Stack` resource deploys."""

    def existing(self, directory: str, name: str) -> Document | None:
        """Return the template of a name, or what stands in its place; None where neither is there."""

    def nested_template_documents(self, directory: str) -> list[Document]:
        """Return the files in a folder that CDK names as templates of nested stacks."""

    def construct_info(self, path: str) -> dict[str, Any]:
        """Return the class and package version of a construct; empty where they are not told."""

    def add_problem(self, text: str) -> None:
        """Note something that could not be read."""

    def miss(self, entry: NotJudged) -> None:
        """Note something that may hold EKS resources and is not judged."""


class Follow(Protocol):
    """Follows the references of one assembly."""

    assembly: Assembly
    memory: Memory

    def follow(self, node: Node, hops: int = 0) -> Resolution:
        """Return what a node leads to."""

    def dig(self, node: Node, keys: tuple[str | int, ...], hops: int = 0) -> Resolution:
        """Return what the value at `keys` below a node leads to."""

    def exists(self, resource: Resource) -> bool | None:
        """Return whether each deployment makes a resource; False if none does, None where conditions decide."""

    def let_pass(self, declared: Node, name: str, allowed: Sequence[Node]) -> Sequence[Node]:
        """Return the values of a parameter that rules let pass, of those that it allows; empty where all are."""

    def expand(
        self, stack: Stack, name: str, section: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, tuple[str | int, ...]]]:
        """Return a section with its loops expanded, and where each of its keys is written."""

    def text(self, node: Node) -> str | None:
        """Return the text that a node makes; None where a part of it is open, or it is no text."""

    def text_with(self, node: Node, placeholder: Callable[[Resolution], str]) -> str | None:
        """Return the text that a node makes, with a placeholder for each part that only a deployment knows."""

    def parts(self, node: Node) -> Iterator[str | Resolution]:
        """Return the pieces of the text that a node makes: text, or what an open piece leads to."""

    def items(self, node: Node) -> tuple[Node, ...] | None:
        """Return the elements of the list that a node leads to, or the values of the object; else None."""
