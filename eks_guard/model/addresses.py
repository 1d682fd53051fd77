"""Where the project lives. Only its owner can register these names: docs/releasing.md lists all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_guard.model.policy import Policy

REPOSITORY = "https://github.com/eks-guard/eks-guard"
RAW = "https://raw.githubusercontent.com/eks-guard/eks-guard/main"
SITE = "https://eks-guard.github.io/eks-guard"
"""What `make site` builds is published here."""


def page(name: str) -> str:
    """Return the address of a page of the documentation, such as `formats`."""
    return f"{SITE}/{name}.html"


def schema_address(name: str) -> str:
    """Return where the JSON Schema of a file that people write is published, for editors."""
    return f"{SITE}/schemas/{name}.json"


def policy_page(policy: Policy) -> str | None:
    """Return the address of a built-in policy's page, which never changes; None for a policy of the project's."""
    return page(f"policies/{policy.id}") if policy.file is None else None


def help_page(policy: Policy) -> str:
    """Return where to read on about any policy: its page, else what it refers to."""
    return policy_page(policy) or (policy.references[0] if policy.references else page("writing-policies"))
