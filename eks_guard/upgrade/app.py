"""What an app is made with: its aws-cdk-lib, and whether a cluster is a plain `CfnCluster`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.analytics import METADATA, classes_in
from eks_guard.audit.low_level import is_low_level
from eks_guard.errors import TemplateError
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version
from eks_guard.upgrade.journey import App

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Value

STACKS = ("aws-cdk-lib.Stack", "@aws-cdk/core.Stack")


def app_of(assembly: CloudAssembly, cluster: Cluster) -> App:
    """What the stack of a cluster is made with."""
    return App(_release(assembly, cluster), is_low_level(assembly, cluster))


def _release(assembly: CloudAssembly, cluster: Cluster) -> Value[Version]:
    """The release of aws-cdk-lib: of the stack's construct, else of the stack's analytics."""
    found = sorted({version for version in _told(assembly, cluster) if version})
    versions = []
    for text in found:
        try:
            versions.append(Version.parse(text))
        except ValueError:
            return Unknown(f"found {text!r} where a release should be")
    if len(versions) == 1:
        return Known(versions[0])
    return Unknown("the assembly does not name it" if not versions else f"the assembly names {', '.join(found)}")


def _told(assembly: CloudAssembly, cluster: Cluster) -> Iterator[str]:
    for path in (cluster.stack, cluster.id.rpartition("/")[0]):
        info = assembly.construct_info(path)
        if info.get("fqn") in STACKS and isinstance(info.get("version"), str):
            yield info["version"]
            return
    for stack in assembly.stacks:
        if stack.id != cluster.stack:
            continue
        try:
            reports = [resource.properties.raw.get("Analytics") for resource in stack.of_type(METADATA)]
        except TemplateError:
            continue
        for report in reports:
            if isinstance(report, str):
                yield from (version for version, name in classes_in(report) if name in STACKS)
