"""Helm charts: what Helm refuses of a release, its version, its values, and of a chart's own file.

https://github.com/helm/helm/blob/main/pkg/chart/v2/util/validate_name.go
https://github.com/Masterminds/semver#checking-version-constraints
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.parts import OpenText
from eks_guard.matching import regex
from eks_guard.model.value import OPEN_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_RELEASE = 53
MOST_PATCHES = 99
"""No Kubernetes minor had more patch releases."""
_RELEASE = regex(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_PART = r"(?:\d+|[xX*])"
_VERSION = rf"v?{_PART}(?:\.{_PART})?(?:\.{_PART})?(?P<{{}}>-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_ONE = regex(rf"(?P<op>=>|=<|>=|<=|!=|==|~>|[=<>~^])?\s*(?P<version>{_VERSION.format('pre')})")
_HYPHEN = regex(rf"({_VERSION.format('a')})\s+-\s+({_VERSION.format('b')})")
_NUMBERS = regex(r"\d+|[xX*]")
_TOO_LARGE = regex(r"\d{20}")
"""A number that Helm's library, which keeps them in 64 bits, does not read: https://github.com/Masterminds/semver"""
_SEMVER = regex(r"v?\d+(?:\.\d+)?(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def release_mistake(name: str) -> str | None:
    """What is wrong with the name of a release."""
    if len(name) > LONGEST_RELEASE:
        return f'release name "{name}" has {len(name)} characters, but Helm accepts at most {LONGEST_RELEASE}'
    if not _RELEASE.fullmatch(name):
        return (
            f'release name "{name}" must consist of lower-case letters, digits, "-" and ".", and begin and end with a '
            "letter or digit"
        )
    return None


def open_release_mistake(written: str) -> str | None:
    """What is wrong with the name of a release whatever its open parts, each a `${…}`, turn out to be."""
    shown = OPEN_PARTS.sub("…", written)
    fixed = OPEN_PARTS.sub("", written)
    if len(fixed) > LONGEST_RELEASE:
        return f'release name "{shown}" has more than the {LONGEST_RELEASE} characters that Helm accepts'
    if _RELEASE.fullmatch(OPEN_PARTS.sub("x", written)):
        return None
    return f'release name "{shown}" must consist of lower-case letters, digits, "-" and ".", whatever its open part is'


def version_mistake(version: str) -> str | None:
    """What is wrong with the version of a chart: Helm takes a SemVer version or a constraint such as `^1.2.0`."""
    if _groups(version) is None:
        says = "is neither a SemVer version nor a constraint: Helm will fail with “improper constraint”"
        return f'version "{version}" {says}'
    return None


def dotted_keys(values: Any) -> tuple[str, ...]:
    """The keys at the top of a chart's values that have a dot in them."""
    keys = values if isinstance(values, dict) else ()
    return tuple(str(key) for key in keys if _has_dot(key))


def _has_dot(key: Any) -> bool:
    return any("." in piece for piece in key.fixed) if isinstance(key, OpenText) else "." in str(key)


def allows_eks(constraint: str, minor: int, *, ends_in_zero: bool = False) -> bool | None:
    """Whether a chart's `kubeVersion` allows an EKS cluster of a minor; None where its patch decides, or for any.

    EKS calls itself `v1.33.4-eks-…`, which is a pre-release in SemVer, and a range without a pre-release allows none:
    https://github.com/helm/helm/issues/10375
    `ends_in_zero`: as if each version of the range ended in -0, and so allowed pre-releases.
    """
    if constraint.strip() in ("", "*"):
        return None
    groups = _groups(constraint)
    if groups is None:
        return False  # Helm takes what it cannot read for a range that nothing fits
    answers = {
        any(
            all(
                _meets(operator, written, is_pre or ends_in_zero, (1, minor, patch))
                for operator, written, is_pre in group
            )
            for group in groups
        )
        for patch in (0, MOST_PATCHES)
    }
    return answers.pop() if len(answers) == 1 else None


def _groups(constraint: str) -> list[list[tuple[str, str, bool]]] | None:
    """The alternatives of a constraint, each a list of (operator, version, has a pre-release); None if it is none."""
    if _TOO_LARGE.search(constraint):
        return None
    groups = []
    for text in constraint.split("||"):
        spread = _HYPHEN.sub(r">=\1 <=\3", text).replace(",", " ").strip()
        found, end = [], 0
        for match in _ONE.finditer(spread):
            if spread[end : match.start()].strip():
                return None
            found.append((match["op"] or "", match["version"], match["pre"] is not None))
            end = match.end()
        if not found or spread[end:].strip():
            return None
        groups.append(found)
    return groups


def _meets(operator: str, version: str, has_pre: bool, found: tuple[int, int, int]) -> bool:
    """Whether a pre-release of `found` meets one comparison; it comes after any `-0` of the same version."""
    if not has_pre:
        return False
    numbers = [int(part) if part.isdigit() else 0 for part in _NUMBERS.findall(version.partition("-")[0])]
    wanted = (*numbers, 0, 0)[:3]
    match operator:
        case ">=" | "=>" | ">":
            return found >= wanted
        case "<=" | "=<" | "<":
            return found < wanted
        case "~" | "~>":
            return found >= wanted and found[:2] == wanted[:2]
        case "^":
            return found >= wanted and found[0] == wanted[0]
        case "!=":
            return True
    return found == wanted


def chart_mistakes(chart: Any, names: Iterable[str]) -> tuple[str, ...]:
    """What is wrong with a Chart.yaml beside some files, each by its path."""
    if not isinstance(chart, dict):
        return ("Chart.yaml is not a mapping",)
    found = []
    if chart.get("apiVersion") not in ("v1", "v2"):
        found.append(f"Chart.yaml: apiVersion is {chart.get('apiVersion')!r}, but must be v1 or v2")
    name, version, kind = chart.get("name"), chart.get("version"), chart.get("type")
    if not name:
        found.append("Chart.yaml: name is missing")
    elif not isinstance(name, str) or "/" in name:
        found.append(f"Chart.yaml: name {name!r} is invalid, but must be text without a slash")
    if not isinstance(version, str) or not _SEMVER.fullmatch(version):
        found.append(f"Chart.yaml: version is {version!r}, but must be a SemVer version in quotes such as 1.0.0")
    if kind not in (None, "", "application"):
        says = "charts are not installable: Helm installs those of type application"
        found.append(f"Chart.yaml: type is {kind!r}, and {kind} {says}")
    numbers = [key for key in ("appVersion", "kubeVersion") if not isinstance(chart.get(key), str | None)]
    found += [f"Chart.yaml: {key} is {chart[key]!r}, but must be text, in quotes" for key in numbers]
    missing = _missing(chart.get("dependencies"), set(names))
    if missing:
        says = "found in Chart.yaml, but missing in charts/ directory; run helm dependency build"
        found.append(f"Chart.yaml: dependencies {', '.join(missing)}: {says}")
    return tuple(found)


def _missing(dependencies: Any, names: set[str]) -> list[str]:
    """The dependencies that are neither a folder nor an archive in charts/."""
    inside = {name.removeprefix("charts/").partition("/")[0] for name in names if name.startswith("charts/")}
    wanted = [row.get("name") for row in dependencies or () if isinstance(row, dict)]
    archives = [name for name in inside if name.endswith(".tgz")]
    here = {name for name in wanted if name in inside or any(file.startswith(f"{name}-") for file in archives)}
    return [str(name) for name in wanted if name and name not in here]
