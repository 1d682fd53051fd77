"""From policy files to policies: everything that is wrong with a file is said at once, before anything is judged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import PolicyError
from eks_guard.model.finding import Severity
from eks_guard.model.policy import NO_DEFAULT, Control, Expectation, Fix, OnUnknown, Operator, Policy
from eks_guard.policy.facts import FACTS
from eks_guard.policy.operators import ANY, parse_operand
from eks_guard.policy.schema import PolicyFile, nearest, validate
from eks_guard.policy.select import KINDS
from eks_guard.policy.source import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.policy.source import Keys

CASES_ENDING = ".test.yaml"
_TYPE = re.compile(r"^(?:[A-Za-z0-9]+::){2}[A-Za-z0-9]+$|^Custom::[A-Za-z0-9_@-]+$")


def builtin_folder() -> Path:
    """The folder of the packs: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent.parent / "policies"
    return inside if inside.is_dir() else inside.parent.parent / "policies"


def builtin_packs() -> tuple[str, ...]:
    """The names of the packs that come with eks-guard."""
    return tuple(sorted(path.name for path in builtin_folder().iterdir() if path.is_dir()))


def load_pack(name: str) -> tuple[Policy, ...]:
    """The policies of a built-in pack. Raises PolicyError for a name that is none."""
    packs = builtin_packs()
    if name not in packs:
        raise PolicyError(
            [f"pack {name!r}: found no such pack, expected one of {', '.join(packs)}{nearest(name, list(packs))}"]
        )
    return load_policies([builtin_folder() / name])


def load_policies(paths: Iterable[Path]) -> tuple[Policy, ...]:
    """The policies in files and folders. Raises PolicyError with the mistakes of all of them."""
    policies: dict[str, Policy] = {}
    mistakes: list[str] = []
    for path in (file for given in paths for file in policy_files(given)):
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
    written = validate(PolicyFile, source)
    if source.data and isinstance(source.data, dict):
        _check_words(source, source.data, path)
    when = _expectations(source, "when")
    expect = _expectations(source, "expect")
    source.check()
    assert written, "a file without mistakes has a shape"
    return Policy(
        id=written.id,
        pack=path.parent.name,
        title=written.title,
        severity=Severity[written.severity.upper()],
        match=written.match,
        when=when,
        expect=expect,
        unknown=OnUnknown(written.unknown),
        rationale=written.rationale.strip(),
        remediation=written.remediation.strip(),
        fix=Fix(written.fix.typescript, written.fix.python) if written.fix else None,
        controls=tuple(Control(control.id, control.title, control.source) for control in written.controls),
        references=tuple(written.references),
    )


def _check_words(source: Source, data: dict[str, Any], path: Path) -> None:
    """What the shape alone does not tell: the id is the file's name, and `match` names something."""
    name = path.name.removesuffix(".yaml").removesuffix(".yml")
    if isinstance(data.get("id"), str) and data["id"] != name:
        source.wrong(("id",), f"found {data['id']!r}, expected the name of the file, {name!r}")
    match = data.get("match")
    if isinstance(match, str) and match not in KINDS and not _TYPE.match(match):
        known = sorted(KINDS)
        source.wrong(
            ("match",),
            f"found {match!r}, expected {', '.join(known)} or a CloudFormation type{nearest(match, known)}",
        )


def _expectations(source: Source, section: str) -> tuple[Expectation, ...]:
    """The lines of a section; those that are wrong are noted and left out."""
    lines = source.data.get(section) if isinstance(source.data, dict) else None
    match = source.data.get("match") if isinstance(source.data, dict) else None
    compiled = []
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        if isinstance(line, dict):
            expectation = _expectation(source, (section, index), line, match)
            if expectation:
                compiled.append(expectation)
    return tuple(compiled)


def _expectation(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> Expectation | None:
    operators = [name for name in Operator if name.value in line]
    if len(operators) != 1:
        found = f"found {' and '.join(operators)}" if operators else "found no operator"
        source.wrong(keys, f"{found}, expected exactly one of {', '.join(Operator)}")
    if ("fact" in line) is ("path" in line):
        found = "both fact and path" if "fact" in line else "neither fact nor path"
        source.wrong(keys, f"found {found}, expected one of them")
        return None
    kind = ANY
    if "fact" in line:
        fact = FACTS.get(line["fact"]) if isinstance(line["fact"], str) else None
        if fact is None:
            source.wrong(
                (*keys, "fact"),
                f"found {line['fact']!r}, which is no fact{nearest(line['fact'], list(FACTS))}",
            )
            return None
        if isinstance(match, str) and match in KINDS and match != fact.match:
            source.wrong((*keys, "fact"), f"found {fact.name}, which is about a {fact.match}, not about a {match}")
        if "default" in line:
            source.wrong((*keys, "default"), "found a default for a fact, expected one for a path only")
        kind = fact.type
    elif not _is_jsonpath(source, (*keys, "path"), line["path"]):
        return None
    if len(operators) != 1:
        return None
    try:
        operand = parse_operand(operators[0], kind, line[operators[0].value])
    except ValueError as error:
        source.wrong((*keys, operators[0].value), str(error))
        return None
    severity = line.get("severity")
    return Expectation(
        fact=line.get("fact"),
        path=line.get("path"),
        operator=operators[0],
        operand=operand,
        default=line.get("default", NO_DEFAULT),
        severity=Severity[severity.upper()]
        if isinstance(severity, str) and severity.upper() in Severity.__members__
        else None,
    )


def _is_jsonpath(source: Source, keys: Keys, path: Any) -> bool:
    from eks_guard.policy.paths import parse_path  # noqa: PLC0415 (most policies have no path)

    try:
        parse_path(path)
    except ValueError as error:
        source.wrong(keys, str(error))
        return False
    return True
