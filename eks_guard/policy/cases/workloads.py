"""What a case puts on its cluster: the manifests of the case, pods, and what the pods run on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import OPEN, Resources, joined, pieces_of, resource
from eks_guard.policy.cases.consumers import ANOTHER_ROLE, HELM_CHART, MANIFEST, cluster_name, consumer

if TYPE_CHECKING:
    from eks_guard.policy.cases.schema import ClusterWords, ManifestWords


def workload_resources(words: ClusterWords) -> Resources:
    """All of them."""
    made: Resources = {
        manifest_id(number): _manifest(words, manifest) for number, manifest in enumerate(words.manifests)
    }
    if words.workloads is not False:
        text = OPEN if words.workloads == OPEN else json.dumps([_object("apps/v1 Deployment default/workload")])
        made["Workload"] = consumer(words, MANIFEST, {"Manifest": text})
    return made | _fargate(words)


def manifest_id(number: int) -> str:
    """The logical id of a manifest, by its place in the list."""
    return f"Manifest{number}"


def _manifest(words: ClusterWords, manifest: ManifestWords) -> dict[str, Any]:
    return consumer(
        words,
        MANIFEST,
        {"Manifest": _text(manifest.objects), "Overwrite": manifest.overwrite or None},
        DependsOn=[manifest_id(other) for other in manifest.after] or None,
    )


def _text(objects: list[str] | str) -> Any:
    """The JSON of some objects; a `$` in it is open."""
    return objects if isinstance(objects, str) else joined(pieces_of(json.dumps(list(map(_object, objects)))))


def _object(text: str) -> dict[str, Any]:
    api_version, kind, path = text.split(" ")
    namespace, separator, name = path.rpartition("/")
    metadata = {"namespace": namespace, "name": name} if separator else {"name": name}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _fargate(words: ClusterWords) -> Resources:
    """A profile; beside it nothing, nodes, or a chart that may make some."""
    if words.fargate is None:
        return {}
    made: Resources = {
        "Profile": resource(
            "AWS::EKS::FargateProfile",
            {
                "ClusterName": cluster_name(words),
                "PodExecutionRoleArn": ANOTHER_ROLE,
                "Selectors": _selectors(words.fargate_coredns),
            },
        )
    }
    if words.fargate == OPEN:
        made["ChartOfSomeKind"] = consumer(words, HELM_CHART, {"Chart": OPEN, "Release": "some-kind"})
    elif not words.fargate:
        made["Nodes"] = resource(
            "AWS::EKS::Nodegroup",
            {"ClusterName": cluster_name(words), "NodeRole": ANOTHER_ROLE, "Subnets": ["subnet-one", "subnet-two"]},
        )
    return made


def _selectors(takes_coredns: bool | str) -> Any:
    if not isinstance(takes_coredns, bool):
        return takes_coredns
    return [{"Namespace": "default"}, *([{"Namespace": "kube-system"}] if takes_coredns else [])]
