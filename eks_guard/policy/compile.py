"""From policy files to policies: everything that is wrong with a file is said at once, before anything is judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.errors import PolicyError
from eks_guard.model.policy import Operator
from eks_guard.policy.build import build_expectation, build_policy, kinds
from eks_guard.policy.cloudformation import SECTIONS, known_types, unknown_property
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER
from eks_guard.policy.kinds import KINDS, resource_types
from eks_guard.policy.names import nearest
from eks_guard.policy.repository import inside
from eks_guard.policy.schema import PolicyFile, validate
from eks_guard.policy.source import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from eks_guard.model.policy import Policy
    from eks_guard.policy.source import Keys

LEAST_KEYS = 3
CASES_ENDING = ".test.yaml"
WITHOUT_BODY = {
    "cluster": "ask a fact (`eks-guard facts`), or match AWS::EKS::Cluster and Custom::AWSCDK-EKS-Cluster",
    "stack": "ask a fact (`eks-guard facts`)",
}
"""Kinds of subjects that no resource stands for, and what to write instead."""
WITH_CLUSTER = frozenset(KINDS) - {"cluster", "handler", "stack"}
"""Kinds of subjects that belong to a cluster, whose facts they can be asked for."""
OBJECTS = ("service-account", "object")
"""Kinds whose body is a Kubernetes object."""
_STEADY = re.compile(r"\$(?:\.[A-Za-z0-9_-]+(?:\[(?:\d+|\*)\])*)*")
"""The beginning of a path that names keys one by one, with indexes and wildcards of lists."""
_SEGMENT = re.compile(r"\.([A-Za-z0-9_-]+)")
_TYPE = re.compile(r"^(?:[A-Za-z0-9]+::){2}[A-Za-z0-9]+$|^Custom::[A-Za-z0-9_@-]+$")


def load_policies(paths: Iterable[Path], root: Path | None = None) -> tuple[Policy, ...]:
    """The policies in files and folders. Raises PolicyError with the mistakes of all of them.

    No link may lead out of `root`, if there is one.
    """
    policies: dict[str, Policy] = {}
    mistakes: list[str] = []
    for path in (file for given in paths for file in policy_files(given)):
        if root and not inside(root, path):
            mistakes.append(f"{path}: leads out of {root}, the repository; name it by --policy")
            continue
        try:
            policy = load_policy(path)
        except PolicyError as error:
            mistakes.extend(error.mistakes)
            continue
        if policy.id in policies:
            mistakes.append(f"{path}: id: found {policy.id!r} twice, expected an id of its own")
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
    if not _is_policy(source.data):
        raise PolicyError(
            [f"{path}: not a policy: expected id, title, severity, match, expect, rationale, remediation"]
        )
    written = validate(PolicyFile, source)
    if source.data and isinstance(source.data, dict):
        _check_words(source, source.data, path)
        _check_kinds(source, source.data)
    for section in ("when", "expect"):
        _check_expectations(source, section)
    source.check()
    assert written, "a file without mistakes has a shape"
    return build_policy(source.data, path.parent.name)


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
        if kind not in KINDS and not _TYPE.match(kind):
            expected = f"{', '.join(known)} or a CloudFormation type{nearest(kind, known)}"
            source.wrong(("match",), f"found {kind!r}, expected {expected}")
        elif kind.startswith(("AWS::", "Alexa::")) and known_types() and kind not in known_types():
            hint = nearest(kind, sorted(known_types()))
            source.wrong(("match",), f"found {kind!r}, which is no resource type of CloudFormation{hint}")


def _check_kinds(source: Source, data: dict[str, Any]) -> None:
    """Only objects have kinds to choose from."""
    if data.get("kinds") and kinds(data.get("match")) != ("object",):
        source.wrong(("kinds",), "found kinds, expected them with `match: object` only")


def _check_expectations(source: Source, section: str) -> None:
    """Note what is wrong with each line of a section."""
    lines = source.data.get(section) if isinstance(source.data, dict) else None
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        if isinstance(line, dict):
            _check_expectation(source, (section, index), line, source.data.get("match"))


def _check_expectation(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> None:
    operators = [name for name in Operator if name.value in line]
    if len(operators) != 1:
        found = f"found {' and '.join(operators)}" if operators else "found no operator"
        source.wrong(keys, f"{found}, expected exactly one of {', '.join(Operator)}")
    if ("fact" in line) is ("path" in line):
        found = "both fact and path" if "fact" in line else "neither fact nor path"
        source.wrong(keys, f"found {found}, expected one of them")
        return
    known = _is_fact(source, keys, line, match) if "fact" in line else _is_jsonpath(source, keys, line, match)
    if known and len(operators) == 1:
        try:
            build_expectation({key: value for key, value in line.items() if key not in ("severity", "absent")})
        except ValueError as error:
            source.wrong((*keys, operators[0].value), str(error))


def _is_fact(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> bool:
    fact = FACTS.get(line["fact"]) if isinstance(line["fact"], str) else None
    if fact is None:
        hint = nearest(line["fact"], list(FACTS))
        source.wrong((*keys, "fact"), f"found {line['fact']!r}, which is no fact{hint}")
        return False
    asked = [kind for kind in kinds(match) if kind in KINDS]
    answers = {*fact.match, *(WITH_CLUSTER if fact.match == ABOUT_CLUSTER else ())}
    if asked and fact.match != ABOUT_ANY and not set(asked) & answers:
        about, asked_about = " or a ".join(fact.match), " or a ".join(asked)
        source.wrong((*keys, "fact"), f"found {fact.name}, which is about a {about}, not about a {asked_about}")
    for key, name in (("default", "a default"), ("absent", "absent")):
        if key in line:
            source.wrong((*keys, key), f"found {name} for a fact, expected one for a path only")
    return True


def _is_jsonpath(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> bool:
    path = line["path"]
    from eks_guard.policy.paths import parse_path  # noqa: PLC0415 (most policies have no path)

    if not isinstance(path, str):
        source.wrong((*keys, "path"), f"found {path!r}, expected a JSONPath such as $.Properties.AmiType")
        return False
    try:
        parse_path(path)
    except ValueError as error:
        source.wrong((*keys, "path"), str(error))
        return False
    if "absent" in line and ("default" in line or "exists" in line):
        other = "default" if "default" in line else "exists"
        source.wrong((*keys, "absent"), f"found absent beside {other}, which says the same; expected one of them")
    _check_subjects(source, keys, path, match)
    return True


def _check_subjects(source: Source, keys: Keys, path: str, match: Any) -> None:
    """Note a path that can find nothing on what the policy matches."""
    for kind in kinds(match):
        if kind in WITHOUT_BODY:
            source.wrong((*keys, "path"), f"a {kind} has no resource to look into; {WITHOUT_BODY[kind]}")
        elif kind not in OBJECTS and (kind in KINDS or _TYPE.match(kind)):
            _check_path(source, keys, path, kind)


def _check_path(source: Source, keys: Keys, path: str, kind: str) -> None:
    """Note a section or a property that no resource of a kind has; what is behind a wildcard is not looked at."""
    if kind == "manifest" and path.startswith(("$..", "$.Properties.Manifest.")):
        message = f"found {path!r}: the objects of a manifest are one text in $.Properties.Manifest; ask a fact"
        source.wrong((*keys, "path"), f"{message} (`eks-guard facts`), or match object")
        return
    first, *names = _SEGMENT.findall(_STEADY.match(path)[0]) or [""]  # type: ignore[index] # it matches every text
    if not first:
        return
    if first not in SECTIONS:
        hint = nearest(first, list(SECTIONS))
        source.wrong((*keys, "path"), f"found {path!r}: a resource has no {first}, such as $.Properties.Name{hint}")
        return
    types = resource_types(kind)
    wrong = [unknown_property(name, tuple(names)) for name in types] if first == "Properties" else [None]
    if wrong and all(wrong):
        name, known = wrong[0] or ("", [])
        hint = nearest(name, known)
        source.wrong((*keys, "path"), f"found {path!r}: {' and '.join(types)} has no {name} there{hint}")
