"""EKS add-ons: which version goes with each minor, as far as somebody was seen to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.data.upgrades import numbers
from eks_guard.model.addons import POD_IDENTITY_AGENT
from eks_guard.model.upgrade import Phase, Remedy, Weight
from eks_guard.model.value import Unknown
from eks_guard.model.version import Version
from eks_guard.upgrade.journey import item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.addons import Addon
    from eks_guard.model.upgrade import Item
    from eks_guard.upgrade.journey import Journey

KUBE_PROXY = "kube-proxy"
ONE_MINOR_AT_A_TIME = ("vpc-cni", POD_IDENTITY_AGENT)
"""EKS moves these by one minor of theirs in an update: https://docs.aws.amazon.com/eks/latest/userguide/vpc-add-on-update.html"""


def items(journey: Journey) -> Iterator[Item]:
    """What each add-on of the cluster meets on the way."""
    for addon in journey.cluster.addons:
        if isinstance(addon.name, Unknown) or addon.name.value is None:
            continue
        name, version = addon.name.value, addon.version
        if isinstance(version, Unknown):
            says = f"the version of add-on {name} is unknown: {version.reason}"
            yield _item("addon-version", journey, addon, journey.first, Weight.UNKNOWN, says, _ask(name, journey.first))
        elif version.value is None:
            yield _unpinned(journey, addon, name)
        else:
            yield from _pinned(journey, addon, name, version.value)


def _item(  # noqa: PLR0913 (the parts of an item)
    id_: str,
    journey: Journey,
    addon: Addon,
    at: Version,
    weight: Weight,
    says: str,
    fix: Remedy,
    phase: Phase = Phase.AFTER,
) -> Item:
    source = journey.facts.source("addon_observations")
    return item(id_, at, weight, phase, "addon", addon.at, says, fix, source=source)


def _ask(name: str, minor: Version) -> Remedy:
    command = f"aws eks describe-addon-versions --addon-name {name} --kubernetes-version {minor}"
    return Remedy(commands=f"{command} > versions.json  # then --addon-versions versions.json")


def _unpinned(journey: Journey, addon: Addon, name: str) -> Item:
    says = f"add-on {name} has no pinned version, so it keeps the installed version when the cluster is upgraded"
    if name == KUBE_PROXY:
        says += "; it may be three minors older than the control plane, and the fourth step exceeds that"
    fix = Remedy(commands=f"aws eks update-addon --cluster-name … --addon-name {name} --addon-version …")
    return _item("addon-unpinned", journey, addon, journey.first, Weight.NOTE, says, fix)


def _pinned(journey: Journey, addon: Addon, name: str, written: str) -> Iterator[Item]:
    yield from _minimum(journey, addon, name, written)
    current = written
    for minor in journey.steps:
        offered = _offered(journey, name, minor)
        if offered is not None:
            found, current = _by_offer(journey, addon, name, current, offered, minor)
            yield from found
            continue
        observed = journey.facts.observed(name, minor)
        if name == KUBE_PROXY:
            if numbers(current)[:2] == (minor.major, minor.minor):
                continue
        elif current in observed:
            continue
        if not observed:
            says = f"no version of {name} is known to run with {minor}, {current} included"
            weight = Weight.CHANGE if name == KUBE_PROXY else Weight.UNKNOWN
            yield _item("addon-version", journey, addon, minor, weight, says, _ask(name, minor))
            continue
        newest = observed[-1]
        if numbers(newest) < numbers(current):
            says = f"{name} {current} is newer than {newest}, the newest version known to run with {minor}"
            yield _item("addon-version", journey, addon, minor, Weight.UNKNOWN, says, _ask(name, minor))
            continue
        yield _raise(journey, addon, name, current, newest, minor)
        current = newest
    yield from _steps(journey, addon, name, written, current)


def _offered(journey: Journey, name: str, minor: Version) -> tuple[str, ...] | None:
    """The versions that EKS offers for a minor, where its answer was given."""
    given = journey.answers.addons
    return given.of(name, minor) if given else None


def _by_offer(  # noqa: PLR0913 (from where to where)
    journey: Journey, addon: Addon, name: str, current: str, offered: tuple[str, ...], minor: Version
) -> tuple[list[Item], str]:
    """What the offer of EKS makes of a version at a step, and the version that the add-on has after it."""
    is_of_minor = name != KUBE_PROXY or numbers(current)[:2] == (minor.major, minor.minor)
    if current in offered and is_of_minor:
        return [], current
    if not offered:
        says = f"EKS offers no version of {name} for {minor}"
        return [_said(journey, addon, minor, Weight.BLOCKS, says, _ask(name, minor), Phase.BEFORE)], current
    before = _offered(journey, name, Version(minor.major, minor.minor - 1)) or ()
    both = [version for version in offered if version in before]
    if current in offered or not both:
        says = f"raise {name} from {current} to {offered[-1]}, the newest that EKS offers for {minor}"
        return [_said(journey, addon, minor, Weight.CHANGE, says, _write(offered[-1]), Phase.AFTER)], offered[-1]
    says = f"EKS does not offer {name} {current} for {minor}: raise it to {both[-1]} first, which runs on both minors"
    return [_said(journey, addon, minor, Weight.BLOCKS, says, _write(both[-1]), Phase.BEFORE)], both[-1]


def _said(  # noqa: PLR0913 (the parts of an item)
    journey: Journey, addon: Addon, at: Version, weight: Weight, says: str, fix: Remedy, phase: Phase
) -> Item:
    """An item that EKS's own answer is the source of."""
    source = journey.answers.addons.source if journey.answers.addons else None
    return item("addon-version", at, weight, phase, "addon", addon.at, says, fix, source=source)


def _write(version: str, ask: str | None = None) -> Remedy:
    return Remedy(
        typescript=f"addonVersion: '{version}'",
        python=f'addon_version="{version}"',
        cloudformation=f"AddonVersion: {version}",
        commands=ask,
    )


def _raise(  # noqa: PLR0913 (from where to where)
    journey: Journey, addon: Addon, name: str, current: str, newest: str, minor: Version
) -> Item:
    when = ", after the nodes" if name == KUBE_PROXY else ""
    says = f"raise {name} from {current} to {newest}, the newest version known to run with {minor}{when}"
    fix = _write(newest, _ask(name, minor).commands)
    return _item("addon-version", journey, addon, minor, Weight.CHANGE, says, fix)


def _minimum(journey: Journey, addon: Addon, name: str, written: str) -> Iterator[Item]:
    for change in journey.facts.changes:
        below = change.find.get("below")
        is_mine = change.find.get("addon") == name and journey.is_ahead(change.minor)
        if is_mine and below and numbers(written)[:3] < numbers(below):
            says, fix = f"{name} {written}: {change.says}", Remedy(text=change.do)
            yield _item(change.id, journey, addon, change.minor, Weight(change.weight), says, fix, Phase.BEFORE)


def _steps(journey: Journey, addon: Addon, name: str, written: str, last: str) -> Iterator[Item]:
    """The versions in between, where EKS moves an add-on by one minor only."""
    first, final = numbers(written)[:2], numbers(last)[:2]
    if name not in ONE_MINOR_AT_A_TIME or first[0] != final[0] or final[1] - first[1] <= 1:
        return
    minors = " → ".join(f"{first[0]}.{minor}" for minor in range(first[1], final[1] + 1))
    says = f"EKS moves {name} by one of its minor versions per update: {minors}, each in a separate deploy"
    yield _item(
        "addon-steps", journey, addon, journey.first, Weight.NOTE, says, _ask(name, journey.first), Phase.BEFORE
    )
