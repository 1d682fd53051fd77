"""What to write so that a failure is gone: edits in the languages of apps, which texts, patches and reports render."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.model.version import Version


class Language(StrEnum):
    """What an app is written in. Edits are written in the first three.

    `javascript` is that which loads packages by `require`; what has `import` is written like TypeScript.
    """

    TYPESCRIPT = "typescript"
    PYTHON = "python"
    CLOUDFORMATION = "cloudformation"
    JAVA = "java"
    CSHARP = "csharp"
    GO = "go"
    JAVASCRIPT = "javascript"


class Disposition(StrEnum):
    """Whether an edit can be applied unread: `safe` changes nothing that runs but what failed."""

    SAFE = "safe"
    REVIEW = "needs-review"


_ODD = regex(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069<>`]|\*/|(?<=\])\(")


def in_comment(text: str) -> str:
    """A name of the app's as it may stand in a comment of an edit: on one line, and nothing that ends the comment."""
    return _ODD.sub("?", text)


def snake_case(camel: str) -> str:
    """The name of an option or a method as Python spells it: `serviceIpv4Cidr` is `service_ipv4_cidr`."""
    pairs = zip(f"_{camel}", camel, strict=False)
    return "".join(f"_{here}" if here.isupper() and _ends_a_word(before) else here for before, here in pairs).lower()


def _ends_a_word(letter: str) -> bool:
    return letter.islower() or letter.isdigit()


def camel_case(name: str) -> str:
    """The name of a property of CloudFormation as CDK's plain resources (`CfnCluster`) spell it."""
    return name[0].lower() + name[1:]


@dataclass(frozen=True, slots=True)
class Edit:
    """What to write in one language: `install` in a shell, `imports` on top of the file, `lines` at the construct.

    In CloudFormation, `lines` are YAML below the resource's `Properties`.
    """

    language: Language
    lines: str
    imports: tuple[str, ...] = ()
    install: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """All of it, in the order in which a person does it."""
        return "\n".join(part for part in (*self.install, *self.imports, self.lines.rstrip("\n")) if part)


_STAR = regex(r"import \* as (\w+) from ('[^']+');")
_SURE = regex(r"(?<=\w)!(?=\.)")
_NAMED = regex(r"import (\{[^}]+\}) from ('[^']+');")


def as_javascript(line: str) -> str:
    """A line of TypeScript in JavaScript without modules: imports by `require`, and no `!` after what may be unset."""
    required = _NAMED.sub(r"const \1 = require(\2);", _STAR.sub(r"const \1 = require(\2);", line))
    return _SURE.sub("", required)


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out of a failure, in every language that it can be written in.

    `version` is the one that the cluster has afterwards, where the edit depends on it.
    """

    title: str
    disposition: Disposition
    edits: tuple[Edit, ...]
    version: Version | None = None

    @classmethod
    def of(  # noqa: PLR0913 (one argument for each language)
        cls,
        title: str,
        *,
        typescript: str | None = None,
        python: str | None = None,
        cloudformation: str | None = None,
        module: str | None = None,
        disposition: Disposition = Disposition.REVIEW,
    ) -> Fix:
        """A fix of plain lines, which need no packages, and of aws-cdk-lib the one `module`, such as `ec2`."""
        imports = {
            Language.TYPESCRIPT: f"import * as {module} from 'aws-cdk-lib/aws-{module}';",
            Language.PYTHON: f"from aws_cdk import aws_{module} as {module}",
        }
        written = (
            (Language.TYPESCRIPT, typescript),
            (Language.PYTHON, python),
            (Language.CLOUDFORMATION, cloudformation),
        )
        edits = (
            Edit(language, lines, (imports[language],) if module and language in imports else ())
            for language, lines in written
            if lines
        )
        return cls(title, disposition, tuple(edits))

    def edit(self, language: Language) -> Edit | None:
        """The edit in a language, where there is one."""
        return next((edit for edit in self.edits if edit.language is language), None)
