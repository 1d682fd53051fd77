"""Which files of a folder may be templates, by their names."""

from __future__ import annotations

ENDINGS = (".json", ".yaml", ".yml", ".template")
"""CloudFormation's own documentation writes all four, and takes any: what is read is decided by the content."""
NOT_TEMPLATES = (
    "manifest.json",
    "tree.json",
    "cdk.json",
    "package.json",
    "package-lock.json",
    "validation-report.json",
)
_BESIDE = (".assets.json", ".metadata.json")


def may_be_template(name: str) -> bool:
    """Whether a file is named as templates are, in letters of any case."""
    lower = name.lower()
    return lower.endswith(ENDINGS) and lower not in NOT_TEMPLATES and not lower.endswith(_BESIDE)


def is_nested_template(name: str) -> bool:
    """Whether CDK would name the template of a nested stack so."""
    return ".nested.template." in name


def stem(name: str) -> str:
    """The name without its ending."""
    return name[: -len(ending)] if (ending := next((e for e in ENDINGS if name.lower().endswith(e)), "")) else name
