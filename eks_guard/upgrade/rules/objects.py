"""Kubernetes objects in manifests: which API versions a minor no longer serves, as the policies judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.model.upgrade import NOTHING_TO_WRITE, ObjectName, Phase, Remedy, Weight
from eks_guard.model.value import Known, Unknown
from eks_guard.records import replace
from eks_guard.upgrade.journey import item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Verdict
    from eks_guard.model.upgrade import Item
    from eks_guard.model.version import Version
    from eks_guard.model.workloads import Manifest, ManifestObject
    from eks_guard.upgrade.journey import Journey

SERVED = "api-version-served"
VALID = "manifest-valid"


def items(journey: Journey) -> Iterator[Item]:
    """What each object of each manifest meets on the way; an object that two manifests have is said once."""
    seen: set[tuple[str, ObjectName]] = set()
    for manifest in journey.cluster.manifests:
        if isinstance(manifest.objects, Unknown):
            if _is_answered(journey):
                continue
            says = f"the deployment decides the content of this manifest: {manifest.objects.reason}"
            yield item(
                "manifest-unread",
                journey.first,
                Weight.UNKNOWN,
                Phase.BEFORE,
                "manifest",
                manifest.at,
                says,
                Remedy(
                    commands="aws eks list-insights --cluster-name … > insights.json  # then --insights insights.json"
                ),
            )
            continue
        for found in _of_manifest(journey, manifest, manifest.objects.value):
            key = (found.id, found.object) if found.object else None
            if key is None or key not in seen:
                yield found
            if key:
                seen.add(key)


def _is_answered(journey: Journey) -> bool:
    """Whether the insights of EKS say of every step that removes APIs which of them the cluster was asked for."""
    insights = journey.answers.insights
    removing = {row.removed_in for row in journey.facts.deprecations.values()}
    return insights is not None and all(insights.covers(minor) for minor in journey.steps if minor in removing)


def name_of(found: ManifestObject) -> ObjectName:
    """What names an object."""
    return ObjectName(found.api_version, found.kind, found.namespace, found.name)


def _of_manifest(journey: Journey, manifest: Manifest, objects: tuple[ManifestObject, ...]) -> Iterator[Item]:
    served = _suspects(journey, manifest, SERVED)
    valid = _suspects(journey, manifest, VALID)
    for found in objects:
        alone = replace(manifest, objects=Known((found,), manifest.objects.place))
        removed = _removal(journey, alone, found) if served else None
        if removed:
            yield _removed(journey, manifest, found, *removed)
            continue
        yield from _deprecated(journey, manifest, found)
        refused = _first_failure(journey, alone, VALID) if valid else None
        if refused and not _fails(journey, alone, VALID, journey.start):
            yield _refused(manifest, found, *refused)


def _suspects(journey: Journey, manifest: Manifest, policy: str) -> bool:
    """Whether a policy fails for the manifest at any step, so that its objects are worth a look each."""
    return any(_fails(journey, manifest, policy, minor) for minor in journey.steps)


def _fails(journey: Journey, manifest: Manifest, policy: str, minor: Version) -> Verdict | None:
    verdict = journey.verdict(policy, "manifest", manifest, journey.context(minor))
    return verdict if verdict.outcome is Outcome.FAIL else None


def _removal(journey: Journey, manifest: Manifest, of: ManifestObject) -> tuple[Version, Verdict] | None:
    """The step from which on an API version is not served; one that comes on the way is served in the end."""
    row = journey.facts.deprecations.get((of.api_version, of.kind))
    found = None
    for minor in reversed(journey.steps):
        verdict = _fails(journey, manifest, SERVED, minor)
        if verdict is None:
            break
        found = minor, verdict
        if row and minor == row.removed_in:  # what is wrong before that is not the upgrade's
            break
    return found


def _first_failure(journey: Journey, manifest: Manifest, policy: str) -> tuple[Version, Verdict] | None:
    for minor in journey.steps:
        verdict = _fails(journey, manifest, policy, minor)
        if verdict:
            return minor, verdict
    return None


def _removed(journey: Journey, manifest: Manifest, found: ManifestObject, minor: Version, verdict: Verdict) -> Item:
    row = journey.facts.deprecations.get((found.api_version, found.kind))
    says = verdict.decisive[0].says if verdict.decisive else f"{found.api_version} is not served from {minor} on"
    says += "; objects already applied stay, but the next deploy that changes this manifest fails"
    if row and row.removed_in <= journey.start:
        says += f". {journey.start} does not serve it either"
    pre_release = row is not None and row.pre_release
    if pre_release:
        says += ". This comes from a pre-release source, so verify it"
    fix = NOTHING_TO_WRITE
    if row and row.replacement:
        since = f", which {row.served_from} and later serve" if row.served_from else ""
        fix = Remedy(
            text=f"write {row.replacement} now{since}; fields may differ",
            typescript=f"apiVersion: '{row.replacement}'  // instead of {found.api_version}",
            python=f'"apiVersion": "{row.replacement}"  # instead of {found.api_version}',
        )
    weight = Weight.NOTE if pre_release else Weight.BLOCKS
    source = journey.facts.source("removed_apis")
    return item("api-removed", minor, weight, Phase.BEFORE, "manifest", manifest.at, says, fix, name_of(found), source)


def _deprecated(journey: Journey, manifest: Manifest, found: ManifestObject) -> Iterator[Item]:
    row = journey.facts.deprecations.get((found.api_version, found.kind))
    if row is None or row.deprecated_in is None or row.deprecated_in > journey.target:
        return
    at = max(row.deprecated_in, journey.first)
    instead = f"; {row.replacement} replaces it" if row.replacement else ""
    says = (
        f"{name_of(found)} is deprecated since {row.deprecated_in}; {row.removed_in} "
        f"{'is to stop' if row.pre_release else 'stops'} serving it{instead}"
    )
    source = journey.facts.source("removed_apis")
    yield item(
        "api-deprecated",
        at,
        Weight.NOTE,
        Phase.AFTER,
        "manifest",
        manifest.at,
        says,
        object_=name_of(found),
        source=source,
    )


def _refused(manifest: Manifest, found: ManifestObject, minor: Version, verdict: Verdict) -> Item:
    says = "; ".join(dict.fromkeys(observation.says for observation in verdict.decisive))
    return item(VALID, minor, Weight.BLOCKS, Phase.BEFORE, "manifest", manifest.at, says, object_=name_of(found))
