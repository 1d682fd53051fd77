"""What a user can get wrong, and the exit code that each mistake leads to."""

from __future__ import annotations


class EksGuardError(Exception):
    """A mistake that the user can mend; anything else is a bug and surfaces as a traceback."""

    exit_code = 2


class UsageError(EksGuardError):
    """An option or argument that cannot be used as given."""


class PolicyError(EksGuardError):
    """Everything wrong with one policy, test or configuration file, one line a mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class AssemblyError(EksGuardError):
    """The input cannot be audited: missing, unreadable, or not what CDK writes."""

    exit_code = 3


class NoAssemblyError(AssemblyError):
    """There is neither a cloud assembly nor a template."""


class LimitError(AssemblyError):
    """The input asks for more than is spent on any: nothing is judged."""


class TemplateError(AssemblyError):
    """One file of the assembly cannot be read; the others still can."""


class OversizeError(TemplateError):
    """A file is longer than what is read of one."""
