"""Nodes: their images, how far behind they may be, and how they follow the control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.describe import in_words
from eks_guard.model.fix import Language
from eks_guard.model.nodes import ImageParameter, NodeGroup, SelfManagedGroup
from eks_guard.model.outcome import Outcome
from eks_guard.model.upgrade import NOTHING_TO_WRITE, Phase, Remedy, Weight
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version
from eks_guard.model.workloads import Manifest
from eks_guard.policy.ahead import follows_minor, images_at
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.launches import kind_of, known_templates
from eks_guard.policy.facts.properties import is_written
from eks_guard.upgrade.journey import item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.fix import Fix
    from eks_guard.model.upgrade import Item
    from eks_guard.upgrade.journey import Journey

Nodes: TypeAlias = NodeGroup | SelfManagedGroup
WIDER_SKEW = Version(1, 28)
"""From this control plane on, kubelet may be three minors behind instead of two."""


def groups(journey: Journey) -> tuple[Nodes, ...]:
    """The groups of nodes of the cluster, managed or not."""
    return (*journey.cluster.node_groups, *journey.cluster.self_managed_groups)


def items(journey: Journey) -> Iterator[Item]:
    """What each group of nodes meets on the way."""
    for nodes in groups(journey):
        yield from _image(journey, nodes)
        yield from _skew(journey, nodes)
        yield from _own_image(journey, nodes)
        for minor in journey.steps:
            yield _follow(journey, nodes, minor)
    for manifest in journey.cluster.manifests:
        yield from _image(journey, manifest)
    for profile in journey.cluster.fargate.profiles:
        for minor in journey.steps:
            says = (
                f"pods of this Fargate profile keep the old kubelet until they are restarted on {minor}; a "
                "rollback of the control plane does not affect them"
            )
            fix = Remedy(commands="kubectl rollout restart deployment …")
            yield item("fargate-restart", minor, Weight.CHANGE, Phase.AFTER, "fargate-profile", profile.at, says, fix)
    if journey.cluster.auto_mode.compute == Known(value=True):
        says = "Auto Mode nodes follow the control plane automatically, within their disruption budgets"
        yield journey.of_cluster("auto-mode-nodes", journey.first, Weight.NOTE, Phase.AFTER, says)


def known_kubelets(journey: Journey, nodes: Nodes) -> tuple[Version, ...]:
    """The minors of kubelet that the assembly tells for a group: by Version, ReleaseVersion or the image."""
    observed = FACTS["nodegroup.minors_behind"].observe(nodes, journey.context(journey.start))
    return tuple(
        Version(journey.start.major, journey.start.minor - observation.value.value)
        for observation in observed
        if isinstance(observation.value, Known) and abs(observation.value.value) <= journey.start.minor
    )


def _image(journey: Journey, starts: Nodes | Manifest) -> Iterator[Item]:
    """The first minor for which an image does not exist; the minor in the path of an image moves with the version."""
    kind = "manifest" if isinstance(starts, Manifest) else kind_of(starts)
    brings = "Karpenter replaces the nodes" if kind == "manifest" else "creates a new group and moves its pods"
    for minor in journey.steps:
        asked = starts if isinstance(starts, Manifest) else images_at(starts, minor)
        verdict = journey.verdict("node-ami-supported", kind, asked, journey.context(minor))
        if verdict.outcome is Outcome.FAIL:
            observation = verdict.decisive[0]
            fix = _written(observation.fix, brings)
            source = journey.facts.source("ami_types")
            yield item(
                "node-ami-type",
                minor,
                Weight.BLOCKS,
                Phase.BEFORE,
                kind,
                starts.at,
                observation.says,
                fix,
                source=source,
            )
            return
        if verdict.outcome is Outcome.UNKNOWN and minor == journey.target:
            says = f"unknown whether the image exists for {minor}: {verdict.decisive[0].says}"
            yield item("node-ami-type", journey.first, Weight.UNKNOWN, Phase.BEFORE, kind, starts.at, says)


def _written(fix: Fix | None, text: str) -> Remedy:
    if fix is None:
        return NOTHING_TO_WRITE
    lines = {edit.language: edit.lines for edit in fix.edits}
    return Remedy(text, lines.get(Language.TYPESCRIPT), lines.get(Language.PYTHON), lines.get(Language.CLOUDFORMATION))


def _skew(journey: Journey, nodes: Nodes) -> Iterator[Item]:
    """Nodes too far behind the first step, before anything moved; later steps find them where the plan put them."""
    first = journey.first
    allowed = 3 if first >= WIDER_SKEW else 2
    for observation in FACTS["nodegroup.minors_behind"].observe(nodes, journey.context(first)):
        behind = observation.value
        if isinstance(behind, Unknown) or 0 <= behind.value <= allowed:
            continue
        release = _release(journey, nodes, journey.start)
        says = f"{observation.says}; {allowed} are allowed for a control plane on {first}"
        fix = Remedy(
            text=f"bring the nodes to {journey.start} in a deploy that changes nothing else in the group",
            typescript=f"releaseVersion: '{release}'" if release else None,
            python=f'release_version="{release}"' if release else None,
            cloudformation=f"ReleaseVersion: {release}" if release else None,
        )
        source = journey.facts.source("node_releases")
        yield item("node-skew", first, Weight.BLOCKS, Phase.BEFORE, kind_of(nodes), nodes.at, says, fix, source=source)
        return


def _own_image(journey: Journey, nodes: Nodes) -> Iterator[Item]:
    why = _why_own(nodes)
    if why is None:
        return
    demands = [f"{what} for {minor}" for minor, what in journey.facts.image_demands if journey.is_ahead(minor)]
    wants = f"; it needs {', '.join(demands)}" if demands else ""
    says = f"{why}: rebuild it for each step{wants}"
    source = journey.facts.source("upgrade_changes")
    yield item("custom-ami", journey.first, Weight.UNKNOWN, Phase.BEFORE, kind_of(nodes), nodes.at, says, source=source)


def _why_own(nodes: Nodes) -> str | None:
    """Why the image of a group is not one of EKS's; None where it is."""
    for launch in known_templates(nodes):
        image = launch.image
        if isinstance(image, Unknown):
            return f"the deployment decides the image of the nodes ({image.reason})"
        if isinstance(image.value, ImageParameter):
            if not follows_minor(image.value.path):
                return f"the nodes use your own image, {image.value.path}"
        elif image.value is not None:
            return f"the nodes use your own image, {image.value}"
    if isinstance(nodes, SelfManagedGroup):
        unread = nodes.launches
        return f"the image of the nodes is unknown ({unread.reason})" if isinstance(unread, Unknown) else None
    if isinstance(nodes.launch_template, Unknown):
        return f"the launch template is not in the app ({nodes.launch_template.reason}), and may name an image"
    return "the AMI type is CUSTOM" if nodes.ami_type == Known("CUSTOM") else None


def _follow(journey: Journey, nodes: Nodes, minor: Version) -> Item:
    says, fix = _managed(journey, nodes, minor) if isinstance(nodes, NodeGroup) else _self_managed(nodes, minor)
    source = journey.facts.source("node_releases")
    return item("nodes-follow", minor, Weight.CHANGE, Phase.AFTER, kind_of(nodes), nodes.at, says, fix, source=source)


def _managed(journey: Journey, group: NodeGroup, minor: Version) -> tuple[str, Remedy]:
    release = _release(journey, group, minor)
    cluster, name = _shell_name(journey.cluster.name), _shell_name(group.name)
    command = f"aws eks update-nodegroup-version --cluster-name {cluster} --nodegroup-name {name}"
    if _is_by_release(group) or is_written(group.version):
        written = group.release_version if _is_by_release(group) else group.version
        now = f" (now {in_words(written)})" if minor == journey.first else ""
        says = (
            f"the template pins the nodes{now}: write {'a release of ' if _is_by_release(group) else ''}{minor}, in a "
            "deploy that changes nothing else in the group"
        )
    else:
        says = (
            f"CloudFormation leaves these nodes on their version: the group has no version, so {minor} changes "
            "nothing in it"
        )
    if _why_own(group):
        return (
            f"{says}; the group uses your own image, so a new version of the launch template moves them",
            NOTHING_TO_WRITE,
        )
    if is_written(group.version) and not _is_by_release(group):
        return says, Remedy(
            typescript=f"version: '{minor}'",
            python=f'version="{minor}"',
            cloudformation=f'Version: "{minor}"',
            commands=command,
        )
    return says, Remedy(
        typescript=f"releaseVersion: '{release}'  // the newest known release" if release else None,
        python=f'release_version="{release}"  # the newest known release' if release else None,
        cloudformation=f"ReleaseVersion: {release}" if release else None,
        commands=command,
    )


def _is_by_release(group: NodeGroup) -> bool:
    return is_written(group.release_version)


def _self_managed(group: SelfManagedGroup, minor: Version) -> tuple[str, Remedy]:
    if any(
        isinstance(launch.image, Known)
        and isinstance(launch.image.value, ImageParameter)
        and follows_minor(launch.image.value.path)
        for launch in known_templates(group)
    ):
        says = (
            f"the image moves to {minor} with the version, but running instances stay until they are replaced: "
            "by the group's update policy, or by hand"
        )
    else:
        says = f"start new instances from an image for {minor}, and replace the running ones"
    return says, Remedy(
        typescript="updatePolicy: autoscaling.UpdatePolicy.rollingUpdate()",
        python="update_policy=autoscaling.UpdatePolicy.rolling_update()",
        commands="aws autoscaling start-instance-refresh --auto-scaling-group-name …",
    )


def _release(journey: Journey, nodes: Nodes, minor: Version) -> str | None:
    if isinstance(nodes, SelfManagedGroup) or not isinstance(nodes.ami_type, Known):
        return None
    return journey.facts.release_version(str(nodes.ami_type.value), minor)


def _shell_name(name: object) -> str:
    return name.value if isinstance(name, Known) and isinstance(name.value, str) else "…"
