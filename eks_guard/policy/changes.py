"""What a configuration changes in an audit, in words: whoever reads the verdict sees who decided about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.configured import Configured
from eks_guard.policy.packs import load_builtin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.policy.config import Config

MOST = 12
"""Names that are listed of one change; the others are counted."""


def configured(config: Config, tables: Sequence[str]) -> Configured | None:
    """What the configuration changes; None without one. `tables` are the names of the tables that it replaces."""
    return Configured(config.file, tuple(_changes(config, tables))) if config.given else None


def _changes(config: Config, tables: Sequence[str]) -> Iterator[str]:
    if config.packs is not None:
        yield f"packs: {_listed(config.packs)} instead of the default ones"
    if config.select:
        yield f"selects {_listed(config.select)}"
    yield from _added(config)
    if config.disable:
        yield f"disables {_listed(config.disable)}"
    if config.ignore:
        yield f"ignores {_listed(config.ignore)}"
    yield from _severities(config)
    if config.fail_on is not None:
        yield f"fails on {config.fail_on} or worse"
    if config.strict:
        yield "treats unknown results as failures"
    if config.data:
        yield f"replaces the data of {_listed(tables)} with that in {config.data}"
    yield from _declared(config)
    if config.waivers:
        named = dict.fromkeys(f"{w.policy} for {w.subject!r} until {w.expires}" for w in config.waivers)
        yield f"waives {_listed(named)}"


def _added(config: Config) -> Iterator[str]:
    """What comes from elsewhere: code that is installed, and files of the project."""
    if config.facts:
        yield f"loads the facts of {_listed(config.facts)}"
    if config.policies:
        yield f"adds the policies in {_listed(config.policies)}"


def _severities(config: Config) -> Iterator[str]:
    built_in = {policy.id: policy.severity for policy in load_builtin(frozenset(config.severity))}
    lowered = [n for n, severity in config.severity.items() if n in built_in and severity < built_in[n]]
    other = [n for n in config.severity if n not in lowered]
    for verb, names in (("lowers", lowered), ("sets", other)):
        if names:
            yield f"{verb} the severity of {_listed(f'{name} to {config.severity[name]}' for name in names)}"


def _declared(config: Config) -> Iterator[str]:
    declared = config.declared
    if declared.layers:
        yield f"declares kubectl in {_listed(layer.arn for layer in declared.layers)}"
    if declared.clusters:
        yield f"declares the version of {_listed(f'{name} as {version}' for name, version in declared.clusters)}"
    if declared.subnets:
        yield f"declares the egress of {_listed(name for name, _ in declared.subnets)}"
    if declared.parameters:
        keys = (f"{one.stack}:{one.key}" if one.stack else one.key for one in declared.parameters)
        yield f"gives values to {_listed(keys)}"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - MOST} more" if len(every) > MOST else ""
    return f"{', '.join(every[:MOST]) or 'none'}{more}"
