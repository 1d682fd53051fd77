"""`eks-guard.yaml`: which policies apply, what the assembly cannot say, and what the project lives with."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import PolicyError
from eks_guard.model.declaration import NOTHING_DECLARED, Declarations, DeclaredLayer
from eks_guard.model.finding import Waiver
from eks_guard.model.given import GivenValue
from eks_guard.model.outcome import Severity
from eks_guard.model.report import Gate
from eks_guard.model.version import Version
from eks_guard.policy.repository import inside, is_root, root_around
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.policy.config_schema import ConfigFile
    from eks_guard.policy.source import Source

FILE = "eks-guard.yaml"
OTHER_SPELLING = "eks-guard.yml"


@dataclass(frozen=True, slots=True)
class Config:
    """The project's decisions; `given` tells whether there are any. `folder` is where its relative paths start.

    `positions` are line and column of its keys, both from 1.
    """

    folder: Path = Path()
    packs: tuple[str, ...] | None = None
    facts: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity | None = None
    strict: bool = False
    format: str | None = None
    output: tuple[str, ...] = ()
    data: Path | None = None
    declared: Declarations = NOTHING_DECLARED
    waivers: tuple[Waiver, ...] = ()
    file: str = FILE
    given: bool = False
    positions: Mapping[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)

    def at(self, *keys: str | int) -> str:
        """Where a key is, for a message: `eks-guard.yaml:3:5: disable.0`."""
        line, column = self.positions.get(keys, (1, 1))
        return f"{self.file}:{line}:{column}: {'.'.join(map(str, keys))}"

    def gate(self, fail_on: Severity | None = None, *, strict: bool | None = None) -> Gate:
        """The gate of an audit: what the caller says wins over the file, and the file over the defaults."""
        lowest = next((severity for severity in (fail_on, self.fail_on) if severity is not None), Severity.LOW)
        return Gate(lowest, self.strict if strict is None else strict)


def find_config(start: Path) -> Path | None:
    """The nearest configuration, upwards from a folder to the root of its repository; none if the folder is gone.

    Raises PolicyError where both spellings of its name lie in one folder, or a link leads out of the repository: its
    author would decide which file of the machine is read.
    """
    try:
        start = start.absolute()
    except FileNotFoundError:
        return None
    for folder in (start, *start.parents):
        found = [folder / name for name in (FILE, OTHER_SPELLING) if os.path.lexists(folder / name)]
        if len(found) > 1:
            raise PolicyError([f"{folder}: found both {FILE} and {OTHER_SPELLING}, expected one of them"])
        if found and not inside(root_around(folder), found[0]):
            raise PolicyError([f"{found[0]}: a link that leads out of the repository, expected a file in it"])
        if found:
            return found[0]
        if is_root(folder):
            return None
    return None


def load_config(path: Path) -> Config:
    """Read a configuration. Raises PolicyError with everything that is wrong with it."""
    from eks_guard.policy.source import read_source  # noqa: PLC0415 (most projects have no configuration)

    return _config(read_source(path), path.parent, path.name)


def parse_config(keys: Mapping[str, Any], folder: Path) -> Config:
    """The same keys from Python. Raises PolicyError with everything that is wrong with them."""
    from eks_guard.policy.source import parse_source  # noqa: PLC0415

    text = json.dumps(keys, default=str, ensure_ascii=False)  # JSON is YAML, and a date is written as the file has it
    return _config(parse_source("config", text), folder, "config")


def waivers_in(text: str, name: str) -> tuple[Waiver, ...]:
    """The waivers of a configuration of another project. Raises PolicyError with everything that is wrong with it."""
    from eks_guard.policy.config_schema import ConfigFile  # noqa: PLC0415
    from eks_guard.policy.source import parse_source  # noqa: PLC0415
    from eks_guard.policy.written import validate  # noqa: PLC0415

    source = parse_source(name, text)
    written = validate(ConfigFile, source)
    found = _waivers(source, written, name) if written else ()
    source.check()
    return found


def _waivers(source: Source, written: ConfigFile, name: str) -> tuple[Waiver, ...]:
    return tuple(
        Waiver(row.policy, row.subject, row.reason, _date(source, index, row.expires), name)
        for index, row in enumerate(written.waivers)
    )


def _config(source: Source, folder: Path, name: str) -> Config:
    from eks_guard.policy.config_schema import ConfigFile  # noqa: PLC0415
    from eks_guard.policy.written import validate  # noqa: PLC0415

    written = validate(ConfigFile, source)
    if written is None:
        source.check()
        return Config()
    declared = _declared(source, written)
    waivers = _waivers(source, written, name)
    data = _data(source, folder, written.data)
    for index, path in enumerate(written.policies):
        _check_inside(source, ("policies", index), folder, path, "--policy")
    _add_facts(source, written.facts)
    source.check()
    return Config(
        folder=folder,
        packs=None if written.packs is None else tuple(written.packs),
        facts=tuple(written.facts),
        policies=tuple(written.policies),
        select=tuple(written.select),
        ignore=tuple(written.ignore),
        disable=tuple(written.disable),
        severity={policy: Severity[name.upper()] for policy, name in written.severity.items()},
        fail_on=Severity[written.fail_on.upper()] if written.fail_on else None,
        strict=written.strict,
        format=written.format,
        output=tuple(written.output),
        data=data,
        declared=declared,
        waivers=waivers,
        file=source.file,
        given=True,
        positions=source.positions,
    )


def _declared(source: Source, written: ConfigFile) -> Declarations:
    layers = (
        DeclaredLayer(
            row.arn,
            _version(source, ("declare", "layers", index, "kubectl"), row.kubectl),
            _version(source, ("declare", "layers", index, "helm"), row.helm) if row.helm else None,
        )
        for index, row in enumerate(written.declare.layers)
    )
    clusters = (
        (row.name, _version(source, ("declare", "clusters", index, "version"), row.version))
        for index, row in enumerate(written.declare.clusters)
    )
    return Declarations(
        tuple(layers),
        tuple(clusters),
        tuple((row.id, row.egress) for row in written.declare.subnets),
        tuple(_given(source, key, value) for key, value in written.declare.parameters.items()),
    )


def _add_facts(source: Source, names: list[str]) -> None:
    """Load the facts that installed packages bring, before a policy asks for one."""
    if not names:
        return
    from eks_guard.policy.facts import FACTS  # noqa: PLC0415 (few projects have facts of their own)
    from eks_guard.policy.facts.added import add_facts  # noqa: PLC0415

    for index, name in enumerate(names):
        try:
            add_facts(name, FACTS)
        except (ValueError, ImportError, AttributeError) as error:
            source.wrong(("facts", index), str(error))


def _data(source: Source, folder: Path, written: str | None) -> Path | None:
    """The folder with tables, which must be there: a typo would look like the newest tables."""
    if written is None:
        return None
    path = folder / written
    if _check_inside(source, ("data",), folder, written, "--data") and not path.is_dir():
        source.wrong(("data",), f"{written!r}: no such folder; expected one with tables")
    return path


def _check_inside(source: Source, keys: tuple[str | int, ...], folder: Path, path: str, option: str) -> bool:
    """Whether a path stays in the repository: its author decides about what lies there, and about nothing beside."""
    root = root_around(folder)
    if not inside(root, folder / path):
        source.wrong(keys, f"{path[:200]!r} is outside the repository {root}; pass it with {option}")
        return False
    return True


def _version(source: Source, keys: tuple[str | int, ...], text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        source.wrong(keys, str(error))
        return Version(0, 0)


def _given(source: Source, key: str, value: str) -> GivenValue:
    keys = ("declare", "parameters", key)
    line, column = source.positions.get(keys, (1, 1))
    return GivenValue.parse(key, value, f"{source.file}:{line}:{column}: {'.'.join(keys)}")


def _date(source: Source, index: int, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        source.wrong(("waivers", index, "expires"), f"found {text!r}, which is not a valid date")
        return datetime.date.min
