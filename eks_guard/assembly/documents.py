"""A file of an assembly: read once, parsed when somebody asks."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.budget import Budget
from eks_guard.assembly.search import HANDED_IN, WORDS, Found, has_escapes, holds, search
from eks_guard.errors import OversizeError, TemplateError
from eks_guard.reading import TooLongError, read_regular_file
from eks_guard.records import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_FILE_BYTES = 64 * 1024 * 1024
"""A larger JSON or YAML file is refused: CloudFormation takes templates of 1 MB, CDK manifests of a few."""

_SMALL, _LARGE = 64 * 1024, 1024 * 1024
"""Bytes of a file that is kept although nobody may parse it, and of one that is kept twice, as bytes and as text."""

FAMILIES = ("AWS::EKS::", "Custom::AWSCDK-EKS-")
"""How the types about EKS begin."""

SHARED = ("Transform", "Chart", "Manifest", "Json")
"""Parts of many words that are looked for: where one is missing, none of those words needs to be looked for."""

_WIDE = (b"\xff\xfe", b"\xfe\xff")


class Document:
    """A JSON or YAML file. `name` is its path relative to the assembly, for people and for reports.

    `item` is set for one template of a file that holds a list of them, `_whole` is that file then. `within` is set for
    a text in another document: that document and the text's place. `places` is what `positions` has found so far.
    """

    def __init__(  # noqa: PLR0913 (where it is, and how it is read)
        self,
        name: str,
        path: str | None = None,
        content: bytes | None = None,
        *,
        budget: Budget | None = None,
        limit: int = MAX_FILE_BYTES,
        read: Callable[[str, int], bytes] = read_regular_file,
        exists: Callable[[str], bool] = os.path.exists,
    ) -> None:
        self._read_file = read
        self._has_file = exists
        self.name = name
        self.path = path
        self._budget = budget or Budget()
        self._limit = limit
        self.item: int | None = None
        self._whole: Document | None = None
        self.within: tuple[Document, str] | None = None
        self.places: Any = None  # the `Places` in it, once somebody asked for one
        self._content = content
        self._mentioned: dict[str, bool] = {}

    @property
    def content(self) -> bytes:
        """The bytes of the file, without a byte order mark. Raises TemplateError if it cannot be read."""
        if self._whole is not None:
            return self._whole.content
        text = None if "_bytes" in self.__dict__ else self.__dict__.get("text")
        return self._bytes if text is None else text.encode("utf-8")

    @cached_property
    def _bytes(self) -> bytes:
        raw = self._content if self._content is not None else self._read()
        if raw.startswith(_WIDE) or b"\0" in raw[:4]:
            raise TemplateError(f"{self.name}: found UTF-16 or UTF-32, expected JSON or YAML in UTF-8")
        return raw.removeprefix(b"\xef\xbb\xbf")

    @property
    def exists(self) -> bool:
        """Whether there is such a file; a name that the system does not take is none."""
        return self.path is not None and self._has_file(self.path)

    @cached_property
    def text(self) -> str:
        """The decoded file. Raises TemplateError if it is not UTF-8."""
        if self._whole is not None:
            return self._whole.text
        try:
            text = self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise TemplateError(
                f"{self.name}: byte {error.start}: found a byte that is not UTF-8, expected JSON or YAML in UTF-8"
            ) from None
        self._let_go(_LARGE)
        return text

    @cached_property
    def yaml_root(self) -> Any:
        """The nodes of a YAML file with their places."""
        from eks_guard.assembly.yaml_template import compose_yaml  # noqa: PLC0415 (most assemblies have none)

        return compose_yaml(self.text)

    @cached_property
    def is_yaml(self) -> bool:
        """Whether the file is read as YAML: by its ending, or because it does not begin like JSON."""
        if self.name.endswith((".yaml", ".yml")):
            return True
        return not self.name.endswith(".json") and self.content.lstrip()[:1] not in (b"{", b"[")

    def mentions(self, word: str) -> bool:
        """Whether a word may stand in the file, without parsing it. Raises TemplateError if it cannot be read.

        Yes where it could be written in another way: nobody hides a cluster behind an escape.
        """
        if word not in self._mentioned:
            self._mentioned[word] = self.has_escapes or self._holds(word)
        return self._mentioned[word]

    def contains(self, word: str) -> bool:
        """Whether a word may stand in a file of which nothing else is asked; as `mentions`, without the rest."""
        content = self.content
        escapes = b"\\" in content if self.is_yaml else has_escapes(content)
        found = escapes or holds(content, word.encode(errors="surrogatepass"))
        if not found:
            self._let_go(_SMALL)
        return found

    def may_have_type(self, *parts: str) -> bool:
        """Whether the type of a resource may contain one of the parts. Raises TemplateError if it cannot be read.

        A loop may write its variable in a type.
        """
        if self.mentions("Fn::ForEach"):
            return True
        if self.is_yaml:
            return any(self.mentions(part) for part in parts)
        return any(part in self.found.types for part in parts)

    @property
    def hands_in_trust(self) -> bool:
        """Whether a role may get its trust from elsewhere. Raises TemplateError if the file cannot be read."""
        return self.is_yaml or HANDED_IN in self.found.words

    @cached_property
    def found(self) -> Found:
        """What a JSON file has of all that is ever asked of each. A large one that few will parse is let go."""
        if self._whole is not None:
            return self._whole.found
        found = search(self.content)
        if self._content is None and not any(family in found.types for family in FAMILIES):
            self._let_go(_SMALL)
        return found

    def _let_go(self, kept: int) -> None:
        """Forget the bytes of the file if there are more than some; they can be had again."""
        if len(self.__dict__.get("_bytes", b"")) > kept:
            del self._bytes

    def _holds(self, word: str) -> bool:
        if word in WORDS and not self.is_yaml:
            return word in self.found.words
        part = _part_of(word)
        return (part is None or self.mentions(part)) and holds(self.content, word.encode(errors="surrogatepass"))

    @cached_property
    def has_escapes(self) -> bool:
        """Whether a word may be written in another way than by its letters."""
        return b"\\" in self.content if self.is_yaml else self.found.escapes

    @cached_property
    def looks_whole(self) -> bool:
        """Whether a file that nobody parses is complete; of YAML, nobody can tell."""
        return self.is_yaml or self.found.whole

    @cached_property
    def data(self) -> Any:
        """The parsed file. Raises TemplateError with line and column of the first mistake."""
        if self.is_yaml:
            from eks_guard.assembly.yaml_template import parse_yaml  # noqa: PLC0415 (most assemblies have none)

            return parse_yaml(self.name, self.text)
        content = self.content
        self._budget.parse(content.count(b"[") + content.count(b"{"), content.count(b","))
        try:
            return json.loads(self.text, object_pairs_hook=_without_twins, parse_constant=str)
        except json.JSONDecodeError as error:
            raise TemplateError(
                f"{self.name}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}; "
                "is the file complete? synthesize again with `cdk synth`"
            ) from None
        except RecursionError:
            raise TemplateError(f"{self.name}: nested deeper than any template that CDK writes") from None
        except ValueError as error:  # a number with more digits than Python converts
            raise TemplateError(f"{self.name}: not valid JSON: {str(error).partition('; use ')[0]}") from None

    @property
    def whole(self) -> Document:
        """The file that the document is, or is a part of."""
        return self if self._whole is None else self._whole

    @property
    def is_parsed(self) -> bool:
        """Whether the file was parsed, and so is valid, with each key once in its object."""
        return "data" in self.__dict__

    def items(self) -> list[Document]:
        """The templates in the file: itself, or one document for each entry where it holds a list."""
        if not isinstance(self.data, list):
            return [self]
        documents = []
        for index, entry in enumerate(self.data):
            document = Document(f"{self.name}#{index}", self.path)
            document.item, document.data, document._whole = index, entry, self
            document._mentioned = self._mentioned
            document.is_yaml, document.has_escapes, document.looks_whole = (
                self.is_yaml,
                self.has_escapes,
                self.looks_whole,
            )
            documents.append(document)
        return documents

    def _read(self) -> bytes:
        assert self.path is not None, "a document has a path or content"
        try:
            content = self._read_file(self.path, self._limit)
        except FileNotFoundError:
            raise TemplateError(f"{self.name}: no such file") from None
        except OSError as error:
            raise TemplateError(f"{self.name}: cannot be read: {error.strerror}") from None
        except TooLongError as error:
            raise OversizeError(f"{self.name}: {error}") from None
        except ValueError as error:
            raise TemplateError(f"{self.name}: {error}") from None
        self._budget.read(len(content))
        return content


@cache
def _part_of(word: str) -> str | None:
    """What many words share with a word, a longer part before a shorter one."""
    return next((part for part in SHARED if part in word and part != word), None)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Raises ValueError for a key that is there twice: readers differ in which of them counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        counted = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counted.items() if count > 1)
        raise ValueError(f"found the key {twice[:100]!r} twice in one object, expected it once")
    return found


def is_unicode(text: str) -> bool:
    """Whether a text can be a name at all: JSON may hold halves of characters, which no file system takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
