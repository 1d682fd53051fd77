"""Facts about EKS add-ons, and the cluster that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.value import Known, Unknown, Value, choose, known_in, lift
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact, later
from eks_guard.policy.facts.fixes import addon_fix
from eks_guard.policy.facts.properties import beside_cluster, is_written, parsed_version
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.data import Tables
    from eks_guard.data.rows import AddonVersions
    from eks_guard.model.addons import Addon
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation

KUBE_PROXY = "kube-proxy"
NUMBERED = frozenset({KUBE_PROXY, "coredns", "vpc-cni"})
"""Add-ons whose every version is written alike, without the `minimal` of an image:
https://github.com/hashicorp/terraform-provider-aws/issues/33385
"""
_DIGITS = regex(r"\d{1,9}")
_VERSION = regex(r"v\d+\.\d+\.\d+-eksbuild\.\d+")
MAX_BEHIND = 3
"""Minors that kube-proxy may be older: https://kubernetes.io/releases/version-skew-policy/#kube-proxy"""


def _addon_fits(addon: Addon, context: Context) -> tuple[Observation, ...]:
    """kube-proxy counts as Kubernetes does; for others EKS has lists, and one newer than ours may have come since."""
    cluster, pinned, name = context.cluster_of(addon.owner), addon.version, addon.name
    if cluster is None or not is_written(pinned):
        return ()
    runs = running(cluster, context)
    if no_version := _no_version(name, pinned):
        return (_of_version(addon, cluster, runs, Known(value=False), no_version),)
    if isinstance(name, Unknown):
        return (_of_version(addon, cluster, runs, Unknown(name.reason, pinned.place), ""),)
    if name.value == KUBE_PROXY:
        behind = lift(lambda server, proxy: minors_between(server, proxy or server), runs, parsed_version(pinned))
        fits: Value[bool | None] = lift(
            lambda minors, version: 0 <= minors <= MAX_BEHIND and _is_numbered(version), behind, pinned
        )
        return (_of_version(addon, cluster, runs, fits, "kube-proxy may be at most three minors older, and not newer"),)
    listed = lift(lambda version: _row(str(name.value), version, context.tables), runs)
    if listed == Known(None):
        return ()
    fits = lift(_is_listed, pinned, listed)
    newest = listed.value.newest if isinstance(listed, Known) and listed.value else None
    if None in known_in(fits):
        fits = Unknown(_not_judged(pinned, newest, context.tables), pinned.place)
    expected = f"{newest} is the newest" if newest else "EKS lists it for none of them"
    observed = _of_version(addon, cluster, runs, lift(bool, fits), expected)
    return (replace(observed, fix=addon_fix(newest) if newest else None),)


def _no_version(name: Value[Any], pinned: Value[Any]) -> str | None:
    """What is wrong with a text that is no version of any add-on, such as `latest`, or of this one."""
    if not isinstance(pinned, Known):
        return None
    if not any(letter.isdecimal() for letter in str(pinned.value)):
        return "EKS takes a version that it lists by number"
    if isinstance(name, Known) and name.value in NUMBERED and not _is_numbered(pinned.value):
        return f"EKS writes the versions of {name.value} as v1.2.3-eksbuild.4"
    return None


def _is_numbered(version: Any) -> bool:
    return version is None or bool(_VERSION.fullmatch(str(version)))


def _not_judged(pinned: Value[Any], newest: str | None, tables: Tables) -> str:
    """Why the table cannot tell about a version."""
    as_of = tables.used["eks_addons"]
    if isinstance(pinned, Unknown):
        written = [(one.when, Known(one.value)) for one in pinned.candidates if one.value is not None]
        pinned = choose(written, pinned.reason, pinned.place)
    if isinstance(pinned, Unknown):
        return f"{in_branches(pinned)}: the table of add-on versions, as of {as_of}, does not know all of them"
    if newest is None:
        return f"the table of add-on versions, as of {as_of}, does not cover {in_words(pinned)} for every minor"
    than = "newer" if _build(in_words(pinned)) > _build(newest) else "from an older release"
    return f"{in_words(pinned)} is {than} than {newest}, the newest for this minor as of {as_of}"


def _of_version(addon: Addon, cluster: Cluster, runs: Value[Version], fits: Value[Any], expected: str) -> Observation:
    pinned = in_branches(addon.version)
    says = (
        f"the add-on version is {pinned}, the control plane runs {in_branches(runs)} ({expected}): the "
        'deploy will fail with "Addon version specified is not supported"'
    )
    return beside_cluster(cluster, "addon", addon.at, f"version {pinned}", fits, says, addon.version.place)


def _row(addon: str, version: Version, tables: Tables) -> AddonVersions | None:
    return tables.addons.get(addon, {}).get(version.of_minor)


def _is_listed(version: Any, listed: AddonVersions | None) -> bool | None:
    """None for a version that the table cannot judge: newer than what it knows, or of a release that may be dropped.

    Where none is written, EKS takes one that it lists.
    """
    if version is None:
        return True
    if not _is_numbered(version):
        return False
    if listed is None:
        return None
    if version in listed.every:
        return True
    pinned, newest = _build(version), _build(listed.newest)
    if pinned > newest:
        return None
    if listed.every:
        return False
    return True if pinned[:2] == newest[:2] else None


def _build(version: Any) -> tuple[int, ...]:
    """`v1.12.4-eksbuild.31` as numbers."""
    return tuple(int(digits) for digits in _DIGITS.findall(str(version)))


FACTS = (
    Fact(
        "addon.exists",
        BOOLEAN,
        "Whether EKS has an add-on of the name; only where the list of AWS lacks it, without those of the marketplace.",
        "true",
        later("eks_guard.policy.facts.addon_name", "exists"),
        match=("addon",),
    ),
    Fact(
        "addon.version_fits",
        BOOLEAN,
        (
            "Whether the pinned version of an add-on fits its cluster, by kube-proxy's version skew or by the "
            "versions that EKS lists."
        ),
        "true",
        _addon_fits,
        match=("addon",),
        by_version=True,
    ),
)
