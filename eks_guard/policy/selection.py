"""Which policies an audit asks: those of the packs, those of the project, less those that are ignored."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.errors import PolicyError
from eks_guard.policy.kinds import asks_of_change
from eks_guard.policy.names import nearest
from eks_guard.policy.packs import builtin_names, builtin_packs, load_builtin, load_pack, wrong_pack
from eks_guard.policy.repository import root_around
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from eks_guard.model.outcome import Severity
    from eks_guard.model.policy import Policy
    from eks_guard.model.report import Gate
    from eks_guard.policy.config import Config

DEFAULT_PACKS = ("deploy-safety", "baseline")
UPDATE_PACK = "change-safety"
"""Joins the default packs where there is a previous assembly to compare with."""
Name: TypeAlias = tuple[str, str]
"""Id and pack of a policy."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller names besides the configuration: packs, files of policies, and ids, packs or globs of them."""

    packs: tuple[str, ...] = ()
    policies: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy with the severity that it has here, the one that its file gives, and whether it is asked."""

    policy: Policy
    written: Severity
    is_asked: bool
    is_ignored: bool

    def remark(self, file: str) -> str:
        """What the project's configuration changes; empty for a policy that is asked as it is written."""
        if not self.is_asked:
            return f"off, ignored by {file}" if self.is_ignored else "off"
        return f"{self.written} in its own file" if self.policy.severity != self.written else ""


def select_policies(
    config: Config, wanted: Wanted, *, update: bool = False
) -> tuple[tuple[str, ...], tuple[Policy, ...]]:
    """The packs that apply and all policies.

    `wanted.packs` and `wanted.select` replace those of the configuration, all else is added to it. `update`: whether
    there is a previous assembly to compare with. Raises PolicyError for a name that is none, and for what the caller
    asks about an update where there is none.
    """
    packs, select = _named(config, wanted, update=update)
    own, added = _read_all(config, wanted)
    chosen = frozenset(name for name, pack in builtin_names() if pack in packs or _matches((name, pack), select))
    kept_own = [policy for policy in own if not wanted.select or _matches(_name(policy), select)]
    policies = [*load_builtin(chosen), *kept_own, *added]
    _check_ids(policies)
    selected = [policy for policy in policies if not is_ignored(policy, config, wanted)]
    if not update:
        _check_comparable(selected, wanted)
    if not selected:
        raise PolicyError([f"{config.file}: no policy is left; select one, add a pack, or ignore or disable fewer"])
    return tuple(dict.fromkeys([*packs, *(name for name in select if name in builtin_packs())])), tuple(
        _with_severity(policy, config.severity) for policy in selected
    )


def check_gate(config: Config, policies: Sequence[Policy], gate: Gate) -> None:
    """Raise PolicyError where lowered severities leave nothing that could fail: such an audit always looks clean."""
    if config.severity and not any(policy.severity >= gate.fail_on for policy in policies):
        where = f"{config.file}: severity"
        raise PolicyError(
            [f"{where}: no policy is left that could fail, all are below {gate.fail_on}; waive findings by name"]
        )


def effective(config: Config) -> tuple[Standing, ...]:
    """Every policy that is known to a project, built in and own, with what its configuration makes of it."""
    _, asked = select_policies(config, Wanted())
    severities = {policy.id: policy.severity for policy in asked}
    known = [*(policy for pack in builtin_packs() for policy in load_pack(pack)), *own_policies(config)]
    return tuple(
        Standing(
            _with_severity(policy, severities),
            policy.severity,
            is_asked=policy.id in severities,
            is_ignored=is_ignored(policy, config, Wanted()),
        )
        for policy in known
    )


def own_policies(config: Config) -> tuple[Policy, ...]:
    """The policies that the configuration names. Raises PolicyError if one is wrong."""
    if not config.policies:
        return ()
    paths = [config.folder / path for path in config.policies]
    return _load(paths, config.at("policies"), root_around(config.folder))


def is_ignored(policy: Policy, config: Config, wanted: Wanted) -> bool:
    """Whether the configuration or the caller takes the policy out."""
    return policy.id in config.disable or _matches(_name(policy), (*config.ignore, *wanted.ignore))


def _load(paths: Sequence[Path], where: str = "--policy", root: Path | None = None) -> tuple[Policy, ...]:
    if not paths:
        return ()
    from eks_guard.policy.compile import load_policies  # noqa: PLC0415 (YAML and its checks, for own policies only)

    if missing := [path for path in paths if not path.exists()]:
        raise PolicyError([f"{where}: {path}: no such file or folder" for path in missing])
    return load_policies(paths, root)


def _named(config: Config, wanted: Wanted, *, update: bool) -> tuple[Sequence[str], Sequence[str]]:
    """The packs and the selection of whoever speaks last: the caller, the configuration, or nobody."""
    if wanted.packs or wanted.select:
        return wanted.packs, wanted.select
    if config.packs is None:
        default = (*DEFAULT_PACKS, UPDATE_PACK) if update else DEFAULT_PACKS
        return (() if config.select else default), config.select
    return config.packs, config.select


def _read_all(config: Config, wanted: Wanted) -> tuple[tuple[Policy, ...], tuple[Policy, ...]]:
    """The policies of the configuration and of the caller. Raises PolicyError with all that is wrong with either."""
    mistakes = [mistake for where, pack in _packs_of(config, wanted) for mistake in wrong_pack(pack, where)]
    found: list[tuple[Policy, ...]] = []
    for read in (partial(own_policies, config), partial(_load, wanted.policies)):
        try:
            found.append(read())
        except PolicyError as error:
            mistakes += error.mistakes
    if len(found) == 2:  # noqa: PLR2004 (else a name may be that of a policy which could not be read)
        known = [*builtin_names(), *(_name(policy) for policies in found for policy in policies)]
        mistakes += _wrong_names(known, config, wanted)
    if mistakes:
        raise PolicyError(mistakes)
    return found[0], found[1]


def _check_comparable(policies: Sequence[Policy], wanted: Wanted) -> None:
    """A caller who asks about an update has to say what is deployed."""
    named = [policy for policy in policies if policy.pack in wanted.packs or _matches(_name(policy), wanted.select)]
    asked = [policy for policy in named if asks_of_change(policy)]
    if asked:
        raise PolicyError([f"{asked[0].id}: judges updates; pass what is deployed with --against"])


def _with_severity(policy: Policy, severities: Mapping[str, Severity]) -> Policy:
    """The policy with the severity that is given for its id; as it is where none is."""
    given = severities.get(policy.id, policy.severity)
    return policy if given == policy.severity else replace(policy, severity=given)


def _name(policy: Policy) -> Name:
    return policy.id, policy.pack


def _matches(named: Name, patterns: Iterable[str]) -> bool:
    """Whether one of some ids, packs or globs of them names the policy."""
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in named)


def _check_ids(policies: Sequence[Policy]) -> None:
    """Two policies with one id could not be told apart in a report."""
    ids = [policy.id for policy in policies]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise PolicyError([f"policy {name!r}: found twice, expected a unique id" for name in twice])


def _wrong_names(known: Sequence[Name], config: Config, wanted: Wanted) -> list[str]:
    """Each name that matches no policy: a mistake, never silence."""
    ids = sorted(name for name, _ in known)
    mistakes = [
        f"{where}: found {name!r}, which is not a policy{nearest(name, ids)}"
        for where, name in _ids_of(config)
        if name not in ids
    ]
    mistakes += [
        f"{where}: found {pattern!r}, which matches no policy or pack"
        f"{nearest(pattern, sorted({word for named in known for word in named}))}"
        for where, pattern in _patterns_of(config, wanted)
        if not any(_matches(named, (pattern,)) for named in known)
    ]
    return mistakes


def _packs_of(config: Config, wanted: Wanted) -> Iterator[tuple[str, str]]:
    yield from ((config.at("packs", index), name) for index, name in enumerate(config.packs or ()))
    yield from (("--pack", name) for name in wanted.packs)


def _ids_of(config: Config) -> Iterator[tuple[str, str]]:
    yield from ((config.at("disable", index), name) for index, name in enumerate(config.disable))
    yield from ((config.at("severity", name), name) for name in config.severity)
    yield from ((config.at("waivers", index, "policy"), waiver.policy) for index, waiver in enumerate(config.waivers))


def _patterns_of(config: Config, wanted: Wanted) -> Iterator[tuple[str, str]]:
    yield from ((config.at("select", index), name) for index, name in enumerate(config.select))
    yield from ((config.at("ignore", index), name) for index, name in enumerate(config.ignore))
    yield from (("--select", name) for name in wanted.select)
    yield from (("--ignore", name) for name in wanted.ignore)
