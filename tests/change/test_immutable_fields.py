"""Which changes of an object `kubectl apply` is refused for, and which it is not."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY

FREE = {"containers": [{"name": "web", "image": "web:1"}]}
OTHER_IMAGE = {"containers": [{"name": "web", "image": "web:2"}]}
CLAIM = {"accessModes": ["ReadWriteOnce"]}
RBAC = "rbac.authorization.k8s.io"


def held(size):
    return {"spec": {**CLAIM, "resources": {"requests": {"storage": size}}}}


def job(**spec):
    return {"spec": {**spec, "template": {"spec": {**FREE, "restartPolicy": "Never"}}}}


def bound(**ref):
    return {"roleRef": {"kind": "Role", "name": "reader", **ref}}


def crd(scope):
    return {"spec": {"scope": scope, "group": "toys.example.org", "names": {"kind": "Kite", "plural": "kites"}}}


def balanced(class_=None):
    return {"spec": {"type": "LoadBalancer", **({"loadBalancerClass": class_} if class_ else {})}}


def claim(**spec):
    return {"spec": {**CLAIM, **spec}}


def claimed(metadata, storage="1Gi", **item):
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}}
    return {"spec": {"volumeClaimTemplates": [{"metadata": {"name": "kites", **metadata}, "spec": spec, **item}]}}


def run_by(**container):
    return {"spec": {"template": {"spec": {"containers": [{**FREE["containers"][0], **container}]}}}}


def sealed(**data):
    return {"immutable": True, **data}


REFUSED = {
    "completions of a job": ("batch/v1", "Job", job(completions=1), job(completions=3), "spec.completions"),
    "completions that were not set": ("batch/v1", "Job", job(), job(completions=3), "spec.completions"),
    "a service without an address": ("v1", "Service", {"spec": {}}, {"spec": {"clusterIP": "None"}}, "set"),
    "a class of load balancers": (
        "v1",
        "Service",
        balanced("a/b"),
        balanced("a/c"),
        "loadBalancerClass",
    ),
    "a class for a balancer without one": ("v1", "Service", balanced(), balanced("a/b"), "loadBalancerClass"),
    "a balancer that loses its class": ("v1", "Service", balanced("a/b"), balanced(), "loadBalancerClass"),
    "what fails a job": (
        "batch/v1",
        "Job",
        job(),
        job(podFailurePolicy={"rules": [{"action": "Ignore"}]}),
        "podFailurePolicy",
    ),
    "the source of a claim": (
        "v1",
        "PersistentVolumeClaim",
        claim(),
        claim(dataSource={"name": "kites"}),
        "dataSource",
    ),
    "a label of a claim template": (
        "apps/v1",
        "StatefulSet",
        claimed({}),
        claimed({"labels": {"a": "b"}}),
        "Templates",
    ),
    "immutable taken back": ("v1", "ConfigMap", {"immutable": True}, {}, "immutable of"),
    "an immutable secret": (
        "v1",
        "Secret",
        sealed(stringData={"a": "1"}),
        sealed(stringData={"a": "2"}),
        "data of",
    ),
    "a key that an immutable secret loses": (
        "v1",
        "Secret",
        sealed(data={"a": "MQ==", "b": "Mg=="}),
        sealed(data={"a": "MQ=="}),
        "data of",
    ),
    "plain text that is said no more": (
        "v1",
        "Secret",
        sealed(stringData={"a": "1", "b": "2"}),
        sealed(stringData={"a": "1"}),
        "data of",
    ),
    "other bytes by the other field": (
        "v1",
        "Secret",
        sealed(data={"a": "MQ=="}),
        sealed(stringData={"a": "2"}),
        "data of",
    ),
    "a key that plain text overrides": (
        "v1",
        "Secret",
        sealed(data={"a": "MQ=="}),
        sealed(data={"a": "MQ=="}, stringData={"a": "2"}),
        "data of",
    ),
    "a smaller volume": ("v1", "PersistentVolumeClaim", held("2Gi"), held("2000Mi"), "shrinks"),
    "a volume elsewhere": (
        "v1",
        "PersistentVolume",
        {"spec": {"csi": {"volumeHandle": "fs-1"}}},
        {"spec": {"csi": {"volumeHandle": "fs-2"}}},
        "spec.csi",
    ),
    "preemption": ("scheduling.k8s.io/v1", "PriorityClass", {}, {"preemptionPolicy": "Never"}, "preemptionPolicy"),
    "a runtime": ("node.k8s.io/v1", "RuntimeClass", {"handler": "a"}, {"handler": "b"}, "handler"),
    "the scope of a definition": (
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        crd("Namespaced"),
        crd("Cluster"),
        "spec.scope",
    ),
    "a pod's command": (
        "v1",
        "Pod",
        {"spec": FREE},
        {"spec": {"containers": [{**FREE["containers"][0], "args": ["-v"]}]}},
        "image",
    ),
    "another role": (f"{RBAC}/v1", "RoleBinding", bound(), bound(name="writer"), "roleRef.name"),
}
TAKEN = {
    "the bytes of a secret by the other field": (
        "v1",
        "Secret",
        sealed(data={"a": "MQ=="}),
        sealed(stringData={"a": "1"}),
    ),
    "the default of a history": ("apps/v1", "StatefulSet", {"spec": {}}, {"spec": {"revisionHistoryLimit": 10}}),
    "how many run at once": ("batch/v1", "Job", job(parallelism=1), job(parallelism=2)),
    "an indexed job grows": (
        "batch/v1",
        "Job",
        job(completionMode="Indexed", completions=1, parallelism=1),
        job(completionMode="Indexed", completions=2, parallelism=2),
    ),
    "an address that is given up": ("v1", "Service", {"spec": {"clusterIP": "None"}}, {"spec": {}}),
    "a name elsewhere": (
        "v1",
        "Service",
        {"spec": {"clusterIP": "None"}},
        {"spec": {"type": "ExternalName", "externalName": "toys.example.org"}},
    ),
    "a class that comes with the balancer": ("v1", "Service", {"spec": {}}, balanced("a/b")),
    "a template of a claim as the server writes it": (
        "apps/v1",
        "StatefulSet",
        claimed({}),
        claimed({"creationTimestamp": None}, "1024Mi", apiVersion="v1", kind="PersistentVolumeClaim", status={}),
    ),
    "a job as the server writes it": (
        "batch/v1",
        "Job",
        run_by(resources={"limits": {"cpu": "500m"}}),
        run_by(
            resources={"limits": {"cpu": 0.5}, "requests": {"cpu": "0.5"}}, imagePullPolicy="IfNotPresent", tty=False
        ),
    ),
    "immutable from now on": ("v1", "ConfigMap", {"data": {"a": "1"}}, {"data": {"a": "2"}, "immutable": True}),
    "the same size": ("v1", "PersistentVolumeClaim", held("2Gi"), held("2048Mi")),
    "a larger volume": ("v1", "PersistentVolumeClaim", held("2Gi"), held("3Gi")),
    "another image": ("v1", "Pod", {"spec": FREE}, {"spec": OTHER_IMAGE}),
    "the group that is the default": (f"{RBAC}/v1", "RoleBinding", bound(apiGroup=RBAC), bound()),
}


UNKNOWN = {
    "the bytes of a secret that move to base64": (
        "v1",
        "Secret",
        sealed(stringData={"a": "1"}),
        sealed(data={"a": "MQ=="}),
        "may empty a key",
    ),
    "a secret whose text is open": (
        "v1",
        "Secret",
        sealed(data={"a": "MQ=="}),
        sealed(stringData={"a": "${x}"}),
        "data of",
    ),
    "a history of a set": (
        "apps/v1",
        "StatefulSet",
        {"spec": {}},
        {"spec": {"revisionHistoryLimit": 3}},
        "version of its cluster is not in the assembly",
    ),
    "a job that goes when it is done": (
        "batch/v1",
        "Job",
        job(ttlSecondsAfterFinished=60, completions=1),
        job(ttlSecondsAfterFinished=60, completions=3),
        "deleted 60 s after it ends",
    ),
    "a class that may be the default": (
        "v1",
        "PersistentVolumeClaim",
        claim(),
        claim(storageClassName="gp3"),
        "the default StorageClass may have set it",
    ),
    "a class that a webhook sets": (
        "v1",
        "Service",
        balanced(),
        balanced("service.k8s.aws/nlb"),
        "webhook of the AWS Load Balancer Controller",
    ),
    "a claim that grows, of the class that EKS makes": (
        "v1",
        "PersistentVolumeClaim",
        {"spec": {**held("1Gi")["spec"], "storageClassName": "gp2"}},
        {"spec": {**held("2Gi")["spec"], "storageClassName": "gp2"}},
        "EKS made StorageClass gp2",
    ),
    "a version of a definition that may be stored": (
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        {"spec": {"versions": [{"name": "v1"}, {"name": "v1beta1"}]}},
        {"spec": {"versions": [{"name": "v1"}]}},
        "status.storedVersions",
    ),
}


@pytest.fixture
def updated(run, tmp_path):
    def call(before, after):
        for name, manifest in (("before", before), ("after", after)):
            properties = {"ClusterName": "toys", "ServiceToken": "arn:aws:lambda:x", "Manifest": manifest}
            resource = {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}
            template = {"Parameters": {"Text": {"Type": "String"}}, "Resources": {"Toys": resource}}
            (tmp_path / name).mkdir()
            (tmp_path / name / "Toys.template.json").write_text(json.dumps(template))
        arguments = ("--against", tmp_path / "before", "--select", "object-update-possible", "--pack", "change-safety")
        return run("check", tmp_path / "after", *arguments, "--format", "json", "--today", TODAY).json["findings"]

    return call


def written(api_version, kind, body):
    return json.dumps([{"apiVersion": api_version, "kind": kind, "metadata": {"name": "kites"}, **body}])


@pytest.mark.parametrize("case", REFUSED)
def test_a_change_of_an_immutable_field_fails(updated, case):
    api_version, kind, before, after, says = REFUSED[case]
    (found,) = updated(written(api_version, kind, before), written(api_version, kind, after))
    assert found["outcome"] == "fail"
    assert says in found["because"][0]


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_change_that_the_cluster_decides_about_is_unknown(updated, case):
    api_version, kind, before, after, says = UNKNOWN[case]
    (found,) = updated(written(api_version, kind, before), written(api_version, kind, after))
    assert found["outcome"] == "unknown"
    assert says in found["because"][0]


@pytest.mark.parametrize("case", TAKEN)
def test_a_change_that_the_server_takes_does_not(updated, case):
    api_version, kind, before, after = TAKEN[case]
    assert not updated(written(api_version, kind, before), written(api_version, kind, after))


@pytest.mark.parametrize(
    ("version", "outcomes"), [("1.31", ["fail"]), ("1.32", ["fail"]), ("1.33", ["unknown"]), ("1.34", []), ("1.36", [])]
)
def test_the_history_of_a_set_may_change_from_some_version_on(run, write, version, outcomes):
    """Kubernetes 1.31 refuses it, as does 1.32: https://github.com/kubernetes/kubernetes/issues/130263."""

    def app(limit):
        manifest = written("apps/v1", "StatefulSet", {"spec": {"revisionHistoryLimit": limit}})
        properties = {"ClusterName": {"Ref": "Control"}, "ServiceToken": "arn:aws:lambda:x", "Manifest": manifest}
        return {
            "Control": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}},
            "Toys": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties},
        }

    before, after = (write(f"{limit}/Toys.template.json", {"Resources": app(limit)}) for limit in (3, 5))
    arguments = (
        "--against",
        before,
        "--select",
        "object-update-possible",
        "--pack",
        "change-safety",
        "--format",
        "json",
    )
    assert [one["outcome"] for one in run("check", after, *arguments, "--today", TODAY).json["findings"]] == outcomes


def test_an_object_whose_name_says_what_it_is_is_not_renamed(updated):
    (found,) = updated(
        *(written(*REFUSED["the scope of a definition"][:2], crd(one)) for one in ("Namespaced", "Cluster"))
    )
    assert "Undo the change" in found["remediation"]
    assert "Name the object" not in json.dumps(found["fix"])


def test_text_that_only_a_deployment_knows_is_unknown(updated):
    (found,) = updated(written("batch/v1", "Job", job()), {"Ref": "Text"})
    assert found["outcome"] == "unknown"
    assert "undecided" in found["because"][0]
