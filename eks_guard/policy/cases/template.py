"""From a case to the template that it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import OPEN, OpenParameters
from eks_guard.policy.cases.cluster import A_NUMBER, cluster_resources
from eks_guard.policy.cases.identity import identity_resources
from eks_guard.policy.cases.kubectl import kubectl_resources
from eks_guard.policy.cases.layers import Hashes
from eks_guard.policy.cases.subject import SUBJECT, image_parameter, subject_resources
from eks_guard.policy.cases.workloads import manifest_id, workload_resources
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.policy.cases.cloudformation import Resources
    from eks_guard.policy.cases.schema import CaseFile, ClusterWords

__all__ = ["Case", "Hashes", "template_of"]


@dataclass(frozen=True, slots=True)
class Case:
    """The template of a case. What it cannot say is beside it.

    `declared_version` is that of an imported cluster, where the case knows it. `subject` is the logical id of what is
    judged: None for the cluster, or for whatever the policy matches.
    """

    template: dict[str, Any]
    declared_version: str | None
    subject: str | None


def template_of(case: CaseFile, hashes: Hashes) -> Case:
    """Expand the words of a case. Raises PolicyError for a layer that nobody published."""
    if case.template is not None:
        return Case(case.template, None, case.subject)
    words, body = case.cluster, case.resource
    resources: Resources = {}
    if words is not None:
        resources |= cluster_resources(words) | kubectl_resources(words, hashes)
        resources |= identity_resources(words) | workload_resources(words)
    if body is not None:
        resources |= subject_resources(words, body)
    return Case(_template(resources, body or {}), _declared(words), _subject(words, body))


def _template(resources: Resources, body: dict[str, Any]) -> dict[str, Any]:
    open_ = OpenParameters()
    filled = open_.fill(resources)
    parameters = {**image_parameter(body), **open_.declared}
    return {**({"Parameters": parameters} if parameters else {}), "Resources": filled}


def _declared(words: ClusterWords | None) -> str | None:
    if words is None or words.origin != "imported" or words.version == OPEN or words.version.startswith(A_NUMBER):
        return None
    return words.version


def _subject(words: ClusterWords | None, body: dict[str, Any] | None) -> str | None:
    if body is not None:
        return SUBJECT
    return manifest_id(len(words.manifests) - 1) if words is not None and words.manifests else None
