"""Which cluster handler will run: that of the new assembly, since the provider is updated before the cluster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.analytics import METADATA, classes_in
from eks_guard.assembly.assets import UnreadableAssetError, find_asset
from eks_guard.assembly.constructs import construct_path, resource_path
from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.change.paths import below
from eks_guard.matching import regex
from eks_guard.model.properties import Property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.rules import Behaviour, Rules

CALLED = "USER_ON_EVENT_FUNCTION_ARN"
"""Where CDK's provider framework is told which function decides about an event."""
FUNCTION = "AWS::Lambda::Function"
FILES = ("cluster.js", "index.js")
MAX_CODE = 8 * 1024 * 1024
"""Bytes of the handler's code that are read; since 2.115 it holds the EKS client, 1.2 MB."""
_HASH = regex(r"[0-9a-f]{64}")
_LIBRARY = regex(r"(?:aws-cdk-lib|@aws-cdk/aws-eks|aws_cdk[.]aws_eks)[./]")


def behaviours_of(fates: Fates, cluster: Resource, stated: str | None = None) -> tuple[tuple[Behaviour, ...], str]:
    """The classes that the handler may be of, and what says so; all of them where nothing does.

    The code in the asset decides; where its marks leave several classes, the asset's hash and then the release do.
    """
    left, words = fates.rules.behaviours, "an unknown release of aws-cdk-lib"
    for found, word in _witnesses(fates, cluster, stated):
        narrowed = tuple(behaviour for behaviour in left if behaviour in found)
        if narrowed and len(narrowed) < len(left):
            left, words = narrowed, word
        if len(left) == 1:
            break
    return left, words


def _witnesses(fates: Fates, cluster: Resource, stated: str | None) -> Iterator[tuple[tuple[Behaviour, ...], str]]:
    """The classes that each source names, the best source first, with the words for it."""
    rules, assembly = fates.rules, fates.pairing.new
    function = _handler(fates, cluster)
    hashes: list[str] = _HASH.findall(json.dumps(fates.at(function, Property.CODE).raw)) if function else []
    digest = hashes[0] if hashes else None
    by_code = _by_code(assembly, rules, function, digest) if function else ()
    if by_code:
        yield by_code, f"aws-cdk-lib {by_code[0].releases} (asset {str(digest)[:8]}…)"
    if digest is not None and digest in rules.assets:
        release = rules.assets[digest]
        yield rules.behaviours_of(release), f"aws-cdk-lib {release}, asset {digest[:8]}…"
    for release in (*_releases(assembly, cluster), *([stated] if stated else [])):
        yield rules.behaviours_of(release), f"aws-cdk-lib {release}"


def _handler(fates: Fates, cluster: Resource) -> Resource | None:
    """The function behind the service token that answers events."""
    token = fates.at(cluster, Property.HANDLER).follow()
    if not isinstance(token, Attribute) or token.resource.type != FUNCTION:
        return None
    called = below(token.resource, *fates.rules.path(FUNCTION, Property.VARIABLES), CALLED).follow()
    found = called if isinstance(called, Attribute) else token
    return found.resource if found.resource.type == FUNCTION else None


def _by_code(assembly: CloudAssembly, rules: Rules, function: Resource, digest: str | None) -> tuple[Behaviour, ...]:
    """The classes that fit the marks in the code."""
    asset = find_asset(assembly.root, function, digest) if digest else None
    try:
        member = asset.member(*FILES) if asset else None
        if member is None:
            return ()
        with member.open() as stream:
            code = stream.read(MAX_CODE + 1)
    except UnreadableAssetError:
        return ()
    if len(code) > MAX_CODE or b"resourcesVpcConfig" not in code:
        return ()
    newest = next((mark.since for mark in rules.marks if mark.text in code), None)
    later = [mark.since for mark in rules.marks if newest is None or mark.since > newest]
    starts = [(found, tuple(map(int, found.since.split(".")))) for found in rules.behaviours]
    return tuple(
        found for found, start in starts if (newest is None or start >= newest) and not any(start >= at for at in later)
    )


def _releases(assembly: CloudAssembly, cluster: Resource) -> Iterator[str]:
    """The releases that the tree of constructs and the analytics string tell."""
    for path in (construct_path(cluster), resource_path(cluster)):
        info: dict[str, Any] = assembly.construct_info(path) if path else {}
        if _LIBRARY.match(str(info.get("fqn", ""))) and isinstance(info.get("version"), str):
            yield info["version"]
    for metadata in cluster.stack.root.of_type(METADATA):
        report = metadata.properties.dig("Analytics")
        if isinstance(report, Literal) and isinstance(report.node.raw, str):
            yield from (version for version, name in classes_in(report.node.raw) if _LIBRARY.match(name))
