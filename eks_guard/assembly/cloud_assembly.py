"""The stacks of one synthesized app, found without reading more than concerns EKS."""

from __future__ import annotations

from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.construct_tree import ConstructTree
from eks_guard.assembly.following.follower import Follower
from eks_guard.assembly.given import GivenValues
from eks_guard.assembly.nested import NestedStacks
from eks_guard.assembly.stack import NESTED_STACK, Stack
from eks_guard.assembly.template_files import is_nested_template
from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.not_judged import NotJudged
from eks_guard.records import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.files import Root
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.given import GivenValue
    from eks_guard.model.value import Unknown

_NODE = regex(r"\b(?:ts-node|tsx|node|npx|bun)\b|\.[cm]?[jt]s\b")


def _anywhere(_: Document) -> bool:
    return True


class _ByType:
    """The stacks and nested stacks of an app by the types that their templates write: each is asked once for them.

    One that does not tell them, or is cut off, is looked at whatever is asked for.
    """

    def __init__(self, roots: Sequence[Stack], found: Sequence[Stack]) -> None:
        self.roots = list(roots)
        self._found = found
        self._silent: list[int] = []
        self._numbers: dict[str, list[int]] = {}
        for number, stack in enumerate(found):
            types = self._types_of(stack.document)
            self._silent += [number] if types is None else []
            for written in types or ():
                self._numbers.setdefault(written, []).append(number)

    def stacks(self, parts: tuple[str, ...]) -> list[Stack]:
        """Those that may have a resource whose type contains one of the parts, in order."""
        writing = [numbers for written, numbers in self._numbers.items() if any(part in written for part in parts)]
        return [self._found[number] for number in sorted({*self._silent, *chain.from_iterable(writing)})]

    @staticmethod
    def _types_of(document: Document) -> list[str] | None:
        try:
            tells = document.looks_whole and not document.is_yaml and not document.mentions("Fn::ForEach")
            return document.found.types.split("\n") if tells else None
        except TemplateError:
            return None


class CloudAssembly:
    """What `cdk synth` wrote, with what could not be read (`problems`) and what is worth telling (`notes`).

    `path` is as the user gave it, `app` the folder of the app in its repository, `version` the manifest's schema
    version or None without a manifest. `directories` are the folders that were read: of the app, and of its stages.
    """

    def __init__(self, path: str, root: Root, values: Sequence[GivenValue] = ()) -> None:
        self.path = path
        self.app = ""
        self.root = root
        self.version: str | None = None
        self.stacks: list[Stack] = []
        self.unlisted_templates: tuple[str, ...] = ()
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.not_judged: dict[NotJudged, None] = {}
        self.directories: list[str] = []
        self.lookups_missing = False
        self.follower = Follower(self)
        self.given = GivenValues(values)
        self._nested = NestedStacks(self)
        self._tree = ConstructTree(root, self.notes)
        self._by_id: dict[str, Stack] = {}
        self._families: dict[Stack, tuple[Stack, ...]] = {}
        self._by_type: _ByType | None = None
        self._by_template: dict[tuple[str, str], Stack] = {}

    @cached_property
    def project(self) -> str:
        """The folder of the project, with forward slashes; empty where there is none to look into."""
        project = self.root.project
        return project.as_posix() if project else ""

    def reachable(self, where: Callable[[Document], bool]) -> Iterator[Stack]:
        """The stacks and nested stacks whose template is as `where` says: the others are not parsed.

        A template that cannot be read becomes a problem; the others are still found.
        """
        for root in self.stacks:
            yield from self.family(root, where)

    def of_types(self, *parts: str) -> Iterator[Stack]:
        """The stacks and nested stacks that may have a resource whose type contains one of the parts."""
        return self._of_types(parts, _anywhere)

    def resources(self, *types: str, where: Callable[[Document], bool] = _anywhere) -> Iterator[Resource]:
        """The resources of these types in all stacks and nested stacks whose template is as `where` says."""
        for stack in self._of_types(types, where):
            yield from stack.of_type(*types)

    def of_families(self, *families: str) -> Iterator[Resource]:
        """The resources in all stacks and nested stacks whose type begins as one of some."""
        for stack in self.of_types(*families):
            yield from (found for found in stack.resources.values() if found.type.startswith(families))

    def _of_types(self, parts: tuple[str, ...], where: Callable[[Document], bool]) -> Iterator[Stack]:
        def wanted(document: Document) -> bool:
            return document.may_have_type(*parts) and where(document)

        if self._by_type is None or self._by_type.roots != self.stacks:
            if any(root not in self._families for root in self.stacks):
                return self.reachable(wanted)
            self._by_type = _ByType(self.stacks, [found for root in self.stacks for found in self._families[root]])
        return (found for found in self._by_type.stacks(parts) if self._can_be_read(found, wanted))

    def stack(self, wanted: str) -> Stack:
        """The stack or nested stack of an id; templates of other stacks are left alone."""
        if wanted not in self._by_id:
            ids = {*accumulate(wanted.split("/"), "{}/{}".format)}
            above = [root for root in self.stacks if root.id in ids]
            self._by_id.update((root.id, root) for root in above)
            nested = (stack for root in above if wanted not in self._by_id for stack in self.family(root))
            self._by_id.update((stack.id, stack) for stack in tuple(nested))
        return self._by_id[wanted]

    def family(self, stack: Stack, where: Callable[[Document], bool] = _anywhere) -> Iterator[Stack]:
        """The stack that is deployed on its own, and all nested stacks below it, whose template is as `where` says."""
        root = stack.root
        if root not in self._families:
            self._families[root] = tuple(self._below(root))
        return (found for found in self._families[root] if self._can_be_read(found, where))

    def with_template(self, name: str, near: str) -> Stack | None:
        """A stack that is made of a template: of those deployed with the stack of an id, else any; None for none."""
        if not self._by_template:
            for root in self.stacks:
                self.family(root)
                for found in self._families[root]:
                    self._by_template.setdefault((root.id, found.document.name), found)
                    self._by_template.setdefault(("", found.document.name), found)
        stack = self._by_template.get((near, name)) or self._by_template.get(("", name))
        return stack if stack and self._can_be_read(stack, _anywhere) else None

    def nested(self, resource: Resource) -> Stack | Unknown[Stack]:
        """The stack that an `AWS::CloudFormation::Stack` resource deploys, unknown if its template is not here."""
        return self._nested.find(resource)

    def _below(self, stack: Stack) -> Iterator[Stack]:
        try:
            nested = list(stack.of_type(NESTED_STACK)) if stack.document.may_have_type(NESTED_STACK) else []
        except TemplateError as error:
            self.add_problem(str(error))
            return
        yield stack
        for resource in nested:
            child = self.nested(resource)
            if isinstance(child, Stack):
                yield from self._below(child)

    def _can_be_read(self, stack: Stack, where: Callable[[Document], bool]) -> bool:
        """Whether a template is as wanted, and can be parsed; one that is cut off is a problem whatever it holds."""
        try:
            wanted = where(stack.document)
            if wanted or not stack.document.looks_whole:
                stack.resources  # noqa: B018 (parsed here, so that a broken template is met here)
        except TemplateError as error:
            self.add_problem(str(error))
            return False
        return wanted

    def add_problem(self, text: str) -> None:
        """Note something that could not be read, once."""
        if text not in self.problems:
            self.problems.append(text)

    def miss(self, entry: NotJudged) -> None:
        """Note something that may hold EKS resources and is not judged, once."""
        self.not_judged[entry] = None

    def used_documents(self) -> set[str]:
        """The names of the files that are templates of stacks and of nested stacks, as far as those were met."""
        return {stack.document.name.partition("#")[0] for stack in (*self.stacks, *self._nested.met())}

    @property
    def stale_templates(self) -> tuple[str, ...]:
        """The templates in the folder to which neither the manifest leads nor a nested stack, as far as was met."""
        used = self.used_documents() if self.unlisted_templates else set()
        return tuple(name for name in self.unlisted_templates if name not in used)

    @cached_property
    def never_deployed(self) -> set[str]:
        """The names of the files that are templates of nested stacks whose conditions never hold."""
        return self._nested.never_deployed((*self.stacks, *self._nested.met()))

    def existing(self, directory: str, name: str) -> Document | None:
        """The named template, or its YAML twin where a team converts its output; None if there is neither.

        Raises TemplateError if the name leads out of the assembly.
        """
        document = self.root.document(directory, name)
        if document.exists:
            return document
        stem = name.removesuffix(".json")
        for twin in (f"{stem}.yaml", f"{stem}.yml"):
            document = self.root.document(directory, twin)
            if twin != name and document.exists:
                why = f"it is missing; {document.name} was read instead and may differ"
                self.miss(NotJudged(name, document.name, why))
                return document
        return None

    def document_of(self, name: str) -> Document | None:
        """The document that a place names; None if there is none of that name."""
        for stack in self.stacks:
            if stack.document.name == name:
                return stack.document
        try:
            return self.root.document("", name)
        except TemplateError:
            return None

    def nested_template_documents(self, directory: str) -> list[Document]:
        """The files in a folder that CDK names as templates of nested stacks."""
        return [self.root.document(directory, name) for name in self.root.names(directory) if is_nested_template(name)]

    def construct_info(self, path: str) -> dict[str, Any]:
        """`constructInfo` of a construct: its class as `fqn` and the `version` of its package; empty if not told."""
        return self._tree.info(path)
