"""From policy files to policies: everything that is wrong with a file is said at once, before anything is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.data import Tables
from eks_guard.errors import PolicyError
from eks_guard.kubernetes.paths import kind_meant_by
from eks_guard.policy.build import build_policy, kinds
from eks_guard.policy.cloudformation import known_types
from eks_guard.policy.kinds import KINDS
from eks_guard.policy.lines import check_section
from eks_guard.policy.names import nearest
from eks_guard.policy.reach import is_type
from eks_guard.policy.repository import inside
from eks_guard.policy.schema import PolicyFile
from eks_guard.policy.source import Source, read_source
from eks_guard.policy.written import validate
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from eks_guard.model.policy import Policy

LEAST_KEYS = 3
CASES_ENDING = ".test.yaml"


def load_policies(paths: Iterable[Path], root: Path | None = None) -> tuple[Policy, ...]:
    """The policies in files and folders. Raises PolicyError with the mistakes of all of them.

    No link may lead out of `root`, if there is one.
    """
    policies: dict[str, Policy] = {}
    mistakes: list[str] = []
    for path in (file for given in paths for file in policy_files(given)):
        if root and not inside(root, path):
            mistakes.append(f"{path}: outside the repository {root}; pass it with --policy")
            continue
        try:
            policy = load_policy(path)
        except PolicyError as error:
            mistakes.extend(error.mistakes)
            continue
        if policy.id in policies:
            mistakes.append(f"{path}: id: found {policy.id!r} twice, expected a unique id")
        policies[policy.id] = policy
    if mistakes:
        raise PolicyError(mistakes)
    return tuple(policies.values())


def policy_files(path: Path) -> list[Path]:
    """The policy files at a path: itself, or all below a folder. Raises PolicyError if there are none."""
    if not path.exists():
        raise PolicyError([f"{path}: no such file or folder"])
    if path.is_file():
        return [path]
    files = sorted(file for file in path.rglob("*.yaml") if not file.name.endswith(CASES_ENDING))
    if not files:
        raise PolicyError([f"{path}: found no policy, expected files that end in .yaml"])
    return files


def load_policy(path: Path) -> Policy:
    """One policy. Raises PolicyError with everything that is wrong with its file."""
    source = read_source(path)
    _list_conditions(source)
    if not _is_policy(source.data):
        raise PolicyError(
            [f"{path}: not a policy: expected id, title, severity, match, expect, rationale, remediation"]
        )
    written = validate(PolicyFile, source)
    if source.data and isinstance(source.data, dict):
        _check_words(source, source.data, path)
        _check_kinds(source, source.data)
    for section in ("when", "expect"):
        check_section(source, section)
    source.check()
    assert written, "a file without mistakes has a shape"
    return build_policy(source.data, path.parent.name, str(path))


def _list_conditions(source: Source) -> None:
    """Make a list of a `when` that is one line."""
    if isinstance(source.data, dict) and isinstance(source.data.get("when"), dict):
        source.data["when"] = [source.data["when"]]
        below = {keys: at for keys, at in source.positions.items() if keys[:1] == ("when",)}
        source.positions.update({("when", 0, *keys[1:]): at for keys, at in below.items()})


def _is_policy(data: Any) -> bool:
    """Whether a file is meant as a policy. Only then may a message quote it: it may be anything, and hold secrets."""
    return data is None or (isinstance(data, dict) and len(set(PolicyFile.model_fields) & set(data)) >= LEAST_KEYS)


def _check_words(source: Source, data: dict[str, Any], path: Path) -> None:
    """What the shape alone does not tell: the id is the file's name, and `match` names something."""
    name = path.name.removesuffix(".yaml").removesuffix(".yml")
    if isinstance(data.get("id"), str) and data["id"] != name:
        source.wrong(("id",), f"found {data['id']!r}, expected the name of the file, {name!r}")
    known = sorted(KINDS)
    for kind in kinds(data.get("match")):
        if kind not in KINDS and not is_type(kind):
            expected = f"{', '.join(known)} or a CloudFormation type{nearest(kind, known)}"
            source.wrong(("match",), f"found {kind!r}, expected {expected}")
        elif kind not in KINDS and kind not in known_types() and not kind.startswith("Custom::"):
            _check_type(source, kind)


def _check_type(source: Source, kind: str) -> None:
    """A type of AWS that there is not, or one of somebody else's that is nearly one of AWS."""
    hint = nearest(kind, sorted(known_types()))
    if kind.startswith(("AWS::", "Alexa::")) or slip(kind, known_types()):
        source.wrong(("match",), f"found {kind!r}, which is not a CloudFormation resource type{hint}")


def _check_kinds(source: Source, data: dict[str, Any]) -> None:
    """Only objects have kinds to choose from. One that is nearly a kind of Kubernetes' own is a typo of that."""
    if data.get("kinds") and kinds(data.get("match")) != ("object",):
        source.wrong(("kinds",), "found kinds, expected them with `match: object` only")
    given = data.get("kinds")
    for index, kind in enumerate(given if isinstance(given, list) else ()):
        meant = kind_meant_by(kind, Tables()) if isinstance(kind, str) else None
        if meant:
            source.wrong(("kinds", index), f"found {kind!r}, which is not a Kubernetes kind; did you mean {meant}?")
