"""Each rule finds the one thing that is wrong with an object, and says where."""

from __future__ import annotations

import pytest
from sound_objects import GONE, JUDGE, OBJECTS, SINCE, changed

from eks_guard.kubernetes.custom import judge_custom
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import OpenText
from eks_guard.model.value import Unknown

POD = "spec.template.spec."
C = POD + "containers.0."
P = "spec.containers.0."
MINORS = (25, 28, 31, 34, 37)
OPEN = OpenText((None,))
OPEN_NUMBER: Unknown[int] = Unknown("a number that only the deployment knows")

REFUSED = [
    ("unknown-field", "deployment", {C + "enviroment": []}, "spec.template.spec.containers[0].enviroment"),
    ("unknown-field", "cron", {"spec.jobTemplate.spec.backoff": 1}, "spec.jobTemplate.spec.backoff"),
    ("unknown-field", "claim", {"spec.size": "1Gi"}, "spec.size"),
    ("unknown-field", "namespace", {"metadata.label": {}}, "metadata.label"),
    ("field-type", "deployment", {"spec.replicas": "2"}, "spec.replicas"),
    ("field-type", "deployment", {"spec.replicas": 3_000_000_000}, "spec.replicas"),
    ("field-type", "deployment", {C + "env.0.value": True}, "spec.template.spec.containers[0].env[0].value"),
    ("field-type", "config", {"data.port": 80}, "data[port]"),
    ("field-type", "service", {"spec.selector": ["app"]}, "spec.selector"),
    ("field-type", "deployment", {"spec.paused": "yes"}, "spec.paused"),
    ("field-type", "deployment", {"spec.replicas": OPEN}, "spec.replicas"),
    ("required", "namespace", {"metadata.name": GONE}, "metadata.name"),
    ("required", "namespace", {"metadata": GONE}, "metadata.name"),
    ("required", "deployment", {"spec.template": GONE}, "spec.template"),
    ("required", "pod", {"spec.containers": []}, "spec.containers"),
    ("name", "service", {"metadata.name": "Mill"}, "metadata.name"),
    ("name", "namespace", {"metadata.name": "a.b"}, "metadata.name"),
    ("name", "namespace", {"metadata.name": "m" * 64}, "metadata.name"),
    ("name", "role", {"metadata.name": "a/b"}, "metadata.name"),
    ("name", "config", {"metadata.namespace": "Mills"}, "metadata.namespace"),
    ("name", "custom", {"metadata.name": "Blue_One"}, "metadata.name"),
    ("name", "config", {"metadata.name": OpenText(("Mill-", None))}, "metadata.name"),
    ("label", "config", {"metadata.labels": {"team": "the millers"}}, "metadata.labels[team]"),
    ("label", "config", {"metadata.labels": {"a/b/c": "d"}}, "metadata.labels[a/b/c]"),
    ("label", "config", {"metadata.labels": {"team": OpenText(("two words ", None))}}, "metadata.labels[team]"),
    ("label", "config", {"metadata.annotations": {"-a": "b"}}, "metadata.annotations[-a]"),
    ("selector", "deployment", {"spec.selector.matchLabels": {"app": "other"}}, "spec.template.metadata.labels"),
    ("selector", "deployment", {"spec.selector": {}}, "spec.selector"),
    (
        "selector",
        "budget",
        {"spec.selector": {"matchExpressions": [{"key": "app", "operator": "In"}]}},
        "spec.selector.matchExpressions[0].values",
    ),
    ("selector", "job", {"spec.selector": {"matchLabels": {"a": "b"}}}, "spec.selector"),
    ("enum", "deployment", {C + "imagePullPolicy": "always"}, "spec.template.spec.containers[0].imagePullPolicy"),
    ("enum", "service", {"spec.ports.0.protocol": "tcp"}, "spec.ports[0].protocol"),
    ("enum", "claim", {"spec.accessModes": ["RWO"]}, "spec.accessModes[0]"),
    ("enum", "cluster-binding", {"roleRef.kind": "Role"}, "roleRef.kind"),
    (
        "port",
        "deployment",
        {C + "ports.0.containerPort": 70000},
        "spec.template.spec.containers[0].ports[0].containerPort",
    ),
    ("port", "deployment", {C + "ports.0.name": "a-name-of-a-port"}, "spec.template.spec.containers[0].ports[0].name"),
    (
        "port",
        "deployment",
        {C + "ports.1": {"name": "http", "containerPort": 1}},
        "spec.template.spec.containers[0].ports[1].name",
    ),
    ("port", "service", {"spec.ports.0.targetPort": "8080"}, "spec.ports[0].targetPort"),
    ("port", "pod", {"spec.hostNetwork": True, P + "ports.0.hostPort": 1}, "spec.containers[0].ports[0].hostPort"),
    ("service", "service", {"spec.ports": []}, "spec.ports"),
    ("service", "service", {"spec": GONE}, "spec.ports"),
    ("required", "deployment", {"spec": None}, "spec.selector"),
    ("service", "service", {"spec.ports.1": {"port": 81}}, "spec.ports[0].name"),
    ("service", "service", {"spec.ports.0.nodePort": 30100}, "spec.ports[0].nodePort"),
    ("service", "service", {"spec.type": "NodePort", "spec.ports.0.nodePort": 8080}, "spec.ports[0].nodePort"),
    ("service", "service", {"spec.type": "ExternalName"}, "spec.externalName"),
    ("service", "service", {"spec.externalTrafficPolicy": "Local"}, "spec.externalTrafficPolicy"),
    ("service", "service", {"spec.loadBalancerSourceRanges": ["10.0.0.0/8"]}, "spec.loadBalancerSourceRanges"),
    ("service", "service", {"spec.type": "LoadBalancer", "spec.clusterIP": "None"}, "spec.clusterIP"),
    ("container", "deployment", {POD + "initContainers.0.name": "mill"}, "spec.template.spec.initContainers[0].name"),
    ("container", "deployment", {C + "name": "Mill"}, "spec.template.spec.containers[0].name"),
    (
        "container",
        "deployment",
        {POD + "initContainers.0.livenessProbe": {"exec": {"command": ["a"]}}},
        "spec.template.spec.initContainers[0].livenessProbe",
    ),
    ("container", "pod", {P + "image": " a"}, "spec.containers[0].image"),
    (
        "env",
        "deployment",
        {C + "env.0.valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        "spec.template.spec.containers[0].env[0].valueFrom",
    ),
    (
        "env",
        "deployment",
        {C + "env.0": {"name": "A", "valueFrom": {}}},
        "spec.template.spec.containers[0].env[0].valueFrom",
    ),
    ("env", "deployment", {C + "env.0": {"name": "A=B"}}, "spec.template.spec.containers[0].env[0].name"),
    (
        "env",
        "deployment",
        {C + "env.0": {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.replicas"}}}},
        "spec.template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath",
    ),
    (
        "quantity",
        "deployment",
        {C + "resources.limits.memory": "64MB"},
        "spec.template.spec.containers[0].resources.limits[memory]",
    ),
    ("quantity", "claim", {"spec.resources.requests.storage": "2 Gi"}, "spec.resources.requests[storage]"),
    (
        "resources",
        "deployment",
        {C + "resources.requests.memory": "1Gi"},
        "spec.template.spec.containers[0].resources.requests[memory]",
    ),
    (
        "resources",
        "deployment",
        {C + "resources.requests.gpu": 1},
        "spec.template.spec.containers[0].resources.requests[gpu]",
    ),
    (
        "resources",
        "deployment",
        {C + "resources.requests.nvidia~com/gpu": 1},
        "spec.template.spec.containers[0].resources.requests[nvidia.com/gpu]",
    ),
    ("resources", "limits", {"spec.limits.0.max.cpu": "500m"}, "spec.limits[0].default[cpu]"),
    (
        "volume",
        "deployment",
        {C + "volumeMounts.0.name": "meal"},
        "spec.template.spec.containers[0].volumeMounts[0].name",
    ),
    (
        "volume",
        "deployment",
        {C + "volumeMounts.1": {"name": "flour", "mountPath": "/flour"}},
        "spec.template.spec.containers[0].volumeMounts[1].mountPath",
    ),
    ("volume", "deployment", {POD + "volumes.1": {"name": "flour"}}, "spec.template.spec.volumes[1].name"),
    ("volume", "deployment", {POD + "volumes.0.hostPath": {"path": "/a"}}, "spec.template.spec.volumes[0]"),
    (
        "volume",
        "deployment",
        {POD + "volumes.0": {"name": "flour", "secret": {"secretName": "a", "defaultMode": 644}}},
        "spec.template.spec.volumes[0].secret.defaultMode",
    ),
    (
        "volume",
        "stateful",
        {C + "volumeMounts.0.name": "wheat"},
        "spec.template.spec.containers[0].volumeMounts[0].name",
    ),
    (
        "probe",
        "deployment",
        {C + "livenessProbe.tcpSocket": {"port": 1}},
        "spec.template.spec.containers[0].livenessProbe",
    ),
    ("probe", "deployment", {C + "readinessProbe": {}}, "spec.template.spec.containers[0].readinessProbe"),
    (
        "probe",
        "deployment",
        {C + "livenessProbe.successThreshold": 2},
        "spec.template.spec.containers[0].livenessProbe.successThreshold",
    ),
    (
        "probe",
        "deployment",
        {C + "livenessProbe.periodSeconds": -1},
        "spec.template.spec.containers[0].livenessProbe.periodSeconds",
    ),
    (
        "security-context",
        "deployment",
        {C + "securityContext": {"privileged": True, "allowPrivilegeEscalation": False}},
        "spec.template.spec.containers[0].securityContext",
    ),
    (
        "security-context",
        "deployment",
        {C + "securityContext": {"seccompProfile": {"type": "Localhost"}}},
        "spec.template.spec.containers[0].securityContext.seccompProfile.localhostProfile",
    ),
    (
        "security-context",
        "deployment",
        {POD + "securityContext": {"fsGroup": -1}},
        "spec.template.spec.securityContext.fsGroup",
    ),
    ("pod", "deployment", {POD + "dnsPolicy": "None"}, "spec.template.spec.dnsConfig.nameservers"),
    ("pod", "deployment", {POD + "tolerations.0.value": "a"}, "spec.template.spec.tolerations[0].value"),
    ("pod", "deployment", {POD + "hostAliases": [{"ip": "localhost"}]}, "spec.template.spec.hostAliases[0].ip"),
    ("pod", "pod", {"spec.ephemeralContainers": [{"name": "a", "image": "b"}]}, "spec.ephemeralContainers"),
    ("restart-policy", "job", {POD + "restartPolicy": GONE}, "spec.template.spec.restartPolicy"),
    (
        "restart-policy",
        "cron",
        {"spec.jobTemplate.spec.template.spec.restartPolicy": "Always"},
        "spec.jobTemplate.spec.template.spec.restartPolicy",
    ),
    ("restart-policy", "daemons", {POD + "restartPolicy": "OnFailure"}, "spec.template.spec.restartPolicy"),
    ("schedule", "cron", {"spec.schedule": "0 3 * * 7"}, "spec.schedule"),
    ("schedule", "cron", {"spec.schedule": "0 0 3 * * *"}, "spec.schedule"),
    ("schedule", "cron", {"spec.schedule": "@nightly"}, "spec.schedule"),
    ("schedule", "cron", {"spec.timeZone": "Mars/Olympus"}, "spec.timeZone"),
    ("job", "cron", {"metadata.name": "g" * 53}, "metadata.name"),
    ("job", "job", {"spec.completionMode": "Indexed"}, "spec.completions"),
    ("job", "job", {"spec.backoffLimit": -1}, "spec.backoffLimit"),
    ("int-or-percent", "budget", {"spec.minAvailable": "1"}, "spec.minAvailable"),
    ("int-or-percent", "budget", {"spec.minAvailable": "120%"}, "spec.minAvailable"),
    (
        "strategy",
        "deployment",
        {"spec.strategy": {"type": "Recreate", "rollingUpdate": {}}},
        "spec.strategy.rollingUpdate",
    ),
    (
        "strategy",
        "deployment",
        {"spec.strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}},
        "spec.strategy.rollingUpdate.maxUnavailable",
    ),
    ("strategy", "deployment", {"spec.minReadySeconds": 600}, "spec.progressDeadlineSeconds"),
    ("strategy", "deployment", {"spec.replicas": -1}, "spec.replicas"),
    (
        "strategy",
        "daemons",
        {"spec.updateStrategy": {"rollingUpdate": {"maxSurge": 1}}},
        "spec.updateStrategy.rollingUpdate.maxSurge",
    ),
    ("pdb", "budget", {"spec.maxUnavailable": 1}, "spec"),
    ("hpa", "autoscaler", {"spec.minReplicas": 5}, "spec.maxReplicas"),
    ("hpa", "autoscaler", {"spec.metrics.0.resource": GONE}, "spec.metrics[0].resource"),
    (
        "hpa",
        "autoscaler",
        {"spec.metrics.0.resource.target": {"type": "Value", "value": 1}},
        "spec.metrics[0].resource.target",
    ),
    ("ingress", "ingress", {"spec.rules": []}, "spec"),
    ("ingress", "ingress", {"spec.rules.0.http.paths.0.path": "mill"}, "spec.rules[0].http.paths[0].path"),
    ("ingress", "ingress", {"spec.rules.0.host": "10.0.0.1"}, "spec.rules[0].host"),
    (
        "ingress",
        "ingress",
        {"spec.rules.0.http.paths.0.backend.service.port.number": 1},
        "spec.rules[0].http.paths[0].backend.service.port",
    ),
    (
        "ingress",
        "ingress",
        {"spec.ingressClassName": "alb", "metadata.annotations": {"kubernetes.io/ingress.class": "nginx"}},
        "metadata.annotations[kubernetes.io/ingress.class]",
    ),
    ("networkpolicy", "network", {"spec.ingress.0.from.0": {}}, "spec.ingress[0].from[0]"),
    (
        "networkpolicy",
        "network",
        {"spec.ingress.0.from.0.ipBlock.except": ["10.2.0.0/24"]},
        "spec.ingress[0].from[0].ipBlock.except[0]",
    ),
    (
        "networkpolicy",
        "network",
        {"spec.ingress.0.from.0.ipBlock.cidr": "10.1.0.0"},
        "spec.ingress[0].from[0].ipBlock.cidr",
    ),
    (
        "networkpolicy",
        "network",
        {"spec.ingress.0.ports": [{"port": 9, "endPort": 8}]},
        "spec.ingress[0].ports[0].endPort",
    ),
    ("rbac", "role", {"rules.0.resources": []}, "rules[0].resources"),
    ("rbac", "role", {"rules.0": {"nonResourceURLs": ["/healthz"], "verbs": ["get"]}}, "rules[0].nonResourceURLs"),
    ("rbac", "cluster-binding", {"subjects.0.namespace": GONE}, "subjects[0].namespace"),
    ("rbac", "cluster-binding", {"subjects.0.apiGroup": "rbac.authorization.k8s.io"}, "subjects[0].apiGroup"),
    ("storage", "claim", {"spec.resources": {}}, "spec.resources.requests[storage]"),
    ("storage", "claim", {"spec.resources.requests.storage": 0}, "spec.resources.requests[storage]"),
    ("storage", "volume", {"spec.csi": GONE}, "spec"),
    ("data", "config", {"data.a/b": "c"}, "data[a/b]"),
    ("data", "config", {"binaryData": {"grain.txt": "cnll"}}, "data[grain.txt]"),
    ("data", "secret", {"data.key": "plain text"}, "data[key]"),
    ("data", "secret", {"type": "kubernetes.io/tls"}, "data[tls.crt]"),
    ("data", "secret", {"type": "kubernetes.io/basic-auth"}, "data[username]"),
    ("size", "config", {"data.big": "x" * 1_100_000}, "data"),
    ("size", "config", {"metadata.annotations": {"big": "x" * 262_200}}, "metadata.annotations"),
    ("crd", "definition", {"metadata.name": "windmill.mill.example.org"}, "metadata.name"),
    ("crd", "definition", {"spec.versions.0.storage": False}, "spec.versions"),
    ("crd", "definition", {"spec.versions.0.schema": GONE}, "spec.versions[0].schema.openAPIV3Schema"),
    (
        "crd",
        "definition",
        {"spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.sails.type": GONE},
        "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[sails].type",
    ),
    ("webhook", "webhook", {"webhooks.0.name": "weights"}, "webhooks[0].name"),
    ("webhook", "webhook", {"webhooks.0.clientConfig.url": "http://mill.example.org"}, "webhooks[0].clientConfig.url"),
    ("webhook", "webhook", {"webhooks.0.clientConfig": {}}, "webhooks[0].clientConfig"),
    ("webhook", "webhook", {"webhooks.0.timeoutSeconds": 60}, "webhooks[0].timeoutSeconds"),
    ("priority", "priority", {"value": 2_000_000_000}, "value"),
    ("priority", "priority", {"metadata.name": "system-mill"}, "metadata.name"),
    ("unknown-field", "custom", {"spec.color": "blue"}, "spec.color"),
    ("custom-resource", "custom", {"spec.sails": "4"}, "spec.sails"),
    ("custom-resource", "custom", {"spec.sails": 1}, "spec.sails"),
    ("custom-resource", "custom", {"spec.sails": GONE}, "spec.sails"),
    ("custom-resource", "custom", {"spec.wind": "west"}, "spec.wind"),
    ("custom-resource", "custom", {"spec.names": ["a", "a"]}, "spec.names[1]"),
    ("custom-resource", "custom", {"spec.code": "A1"}, "spec.code"),
]
ACCEPTED = [
    ("deployment", {C + "env.1": {"name": "GRAIN", "value": "oats"}}, "a variable twice"),
    ("deployment", {C + "ports": [{"containerPort": 1}, {"containerPort": 1}]}, "unnamed ports twice"),
    ("deployment", {C + "livenessProbe.httpGet.port": "nowhere"}, "a probe on a port that no container has"),
    ("service", {"spec.ports.0.targetPort": "nowhere"}, "a target port that no container has"),
    ("deployment", {POD + "volumes.0": {"name": "flour"}}, "a volume without a source"),
    (
        "deployment",
        {POD + "volumes.0": {"name": "flour", "configMap": {"name": "nowhere"}}},
        "a ConfigMap that is not there",
    ),
    ("class", {"metadata.namespace": "mills"}, "a namespace on an object of the whole cluster"),
    ("deployment", {"status": {}, "metadata.creationTimestamp": None}, "what kubectl get -o yaml prints"),
    ("deployment", {"spec.strategy": None, POD + "affinity": None, C + "args": None}, "null"),
    ("budget", {"spec.minAvailable": GONE}, "a budget without bounds"),
    ("role", {"rules": GONE}, "a role without rules"),
    ("config", {"metadata.labels": {"empty": ""}}, "an empty label"),
    ("config", {"metadata.annotations": {"Any/Case": "{free text}, é"}}, "any value of an annotation"),
    ("deployment", {POD + "terminationGracePeriodSeconds": -1}, "a negative grace period"),
    ("stateful", {"spec.volumeClaimTemplates.0.spec": {}}, "what is inside a claim template"),
    ("stateful", {C + "volumeMounts.0.name": "corn"}, "a mount of a claim"),
    ("network", {"spec.podSelector": GONE}, "a network policy for all pods"),
    ("cluster-binding", {"roleRef.apiGroup": GONE}, "a group that the server fills in"),
    ("deployment", {C + "resources.requests.cpu": 0.1}, "a quantity as a number"),
    ("deployment", {"spec.replicas": 2.0}, "a whole number with a dot"),
    ("deployment", {C + "image": " "}, "blanks around the image of a template"),
    ("service", {"spec.ports": [], "spec.clusterIP": "None"}, "a headless Service without ports"),
    ("secret", {"data.key": "cn\nll"}, "line breaks in base64"),
    ("secret", {"type": "kubernetes.io/tls", "stringData": {"tls.crt": "a", "tls.key": "b"}}, "keys under stringData"),
    ("cron", {"spec.schedule": "@every 1h30m"}, "an interval"),
    ("cron", {"spec.schedule": "0 0 ? * SUN"}, "a question mark"),
    ("namespace", {"metadata.name": GONE, "metadata.generateName": "mill-"}, "a name that the server makes up"),
    ("deployment", {C + "env.0.value": OPEN}, "open text"),
    ("deployment", {"spec.replicas": OPEN_NUMBER}, "an open number"),
    ("service", {"metadata.name": OPEN}, "an open name"),
    ("service", {"spec.type": OPEN, "spec.ports.0.nodePort": 30100}, "an open type"),
    ("deployment", {"spec.selector.matchLabels.app": OPEN}, "an open label"),
    ("deployment", {"spec.template.metadata.labels": {OpenText((None,)): "mill"}}, "an open key"),
    ("deployment", {POD + "containers": OPEN_NUMBER}, "an open list"),
    (
        "custom",
        {"spec.sails": OPEN_NUMBER, "spec.port": "http", "spec.wind": None},
        "open and absent parts of a custom resource",
    ),
    (
        "config",
        {"metadata.labels": {"role": OpenText(("role-", None, ".x"))}},
        "a label that the deployment can complete",
    ),
]


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_without_mistakes_is_taken_by_every_minor(name: str, minor: int) -> None:
    verdict = JUDGE.judge(OBJECTS[name], minor)
    assert verdict.judged or name in SINCE
    assert [str(mistake) for mistake in verdict.mistakes] == []


@pytest.mark.parametrize(("rule", "name", "edits", "path"), REFUSED, ids=[f"{r}-{n}-{p}" for r, n, _, p in REFUSED])
def test_one_mistake_is_found_where_it_is(rule: str, name: str, edits: dict, path: str) -> None:
    body = changed(name, edits)
    for minor in MINORS:
        found = JUDGE.judge(body, minor).mistakes
        assert (rule, path) in {(m.rule, m.path) for m in found if m.certain}, (minor, list(map(str, found)))


@pytest.mark.parametrize(("name", "edits", "why"), ACCEPTED, ids=[why for _, _, why in ACCEPTED])
def test_what_only_looks_refused_is_taken(name: str, edits: dict, why: str) -> None:
    for minor in MINORS:
        assert [str(m) for m in JUDGE.judge(changed(name, edits), minor).mistakes] == [], why


@pytest.mark.parametrize(
    ("name", "edits", "refused", "taken"),
    [
        ("service", {"metadata.name": "2mills"}, 35, 37),
        ("deployment", {C + "env.0.name": "2nd grain"}, 31, 32),
        ("cron", {"spec.schedule": "TZ=Europe/Berlin 0 3 * * *"}, 29, 28),
        ("stateful", {"metadata.name": "silo.big"}, 27, 26),
        (
            "deployment",
            {
                POD + "initContainers.0.restartPolicy": "Always",
                POD + "initContainers.0.startupProbe": {"exec": {"command": ["a"]}},
            },
            28,
            29,
        ),
        ("deployment", {POD + "hostUsers": False, C + "resizePolicy": []}, 26, 27),
        (
            "ingress",
            {"spec.ingressClassName": "alb", "metadata.annotations": {"kubernetes.io/ingress.class": "alb"}},
            26,
            27,
        ),
        ("service", {"spec.trafficDistribution": "PreferSameZone"}, 32, 34),
        ("deployment", {POD + "dnsConfig": {"searches": ["_tcp.mill"]}}, 32, 33),
        ("network", {"spec.ingress.0.from.0.ipBlock": {"cidr": "10.1.2.3/16"}}, 36, 35),
        ("network", {"spec.ingress.0.from.0.ipBlock": {"cidr": "010.1.0.0/16"}}, 36, 35),
        ("service", {"spec.externalIPs": ["203.000.113.7"]}, 36, 35),
        ("service", {"spec.externalIPs": ["::ffff:203.0.113.7"]}, 36, 35),
        ("service", {"spec.type": "LoadBalancer", "spec.loadBalancerSourceRanges": ["10.1.2.3/8"]}, 36, 35),
        ("deployment", {POD + "hostAliases": [{"ip": "10.00.0.1"}]}, 36, 35),
    ],
)
def test_a_rule_that_changed_holds_in_its_minors(name: str, edits: dict, refused: int, taken: int) -> None:
    body = changed(name, edits)
    assert [m for m in JUDGE.judge(body, refused).mistakes if m.certain]
    assert JUDGE.judge(body, taken).mistakes == ()


def test_a_bundle_that_another_tool_fills_in_is_left_open() -> None:
    """On creation the API server takes it: https://github.com/kubernetes/kubernetes/pull/124061"""
    client = {"caBundle": "Cg==", "service": {"name": "mill", "namespace": "mills"}}
    body = changed(
        "definition",
        {
            "spec.conversion": {
                "strategy": "Webhook",
                "webhook": {"conversionReviewVersions": ["v1"], "clientConfig": client},
            }
        },
    )
    (mistake,) = JUDGE.judge(body, 31).mistakes
    assert not mistake.certain
    assert JUDGE.judge(body, 30).mistakes == ()


def test_whether_a_beta_rule_is_on_is_left_open() -> None:
    (mistake,) = JUDGE.judge(changed("service", {"metadata.name": "2mills"}), 36).mistakes
    assert not mistake.certain


def test_skipped_validation_drops_unknown_fields_and_nothing_else() -> None:
    body = changed("deployment", {"spec.replica": 1, "spec.replicas": "1"})
    assert [m.path for m in JUDGE.judge(body, 34, skips_validation=True).mistakes] == ["spec.replicas"]


def test_an_object_in_a_list_needs_what_openapi_requires() -> None:
    body = changed("cluster-binding", {"roleRef.apiGroup": GONE})
    assert [m.path for m in JUDGE.judge(body, 34, in_list=True).mistakes] == ["roleRef.apiGroup"]
    assert JUDGE.judge(body, 36, in_list=True).mistakes == ()


def test_a_kind_that_nothing_defines_is_not_judged_but_its_labels_are() -> None:
    foreign = {"apiVersion": "other.example.org/v1", "kind": "Tower", "metadata": {"name": "a"}, "any": 1}
    verdict = JUDGE.judge(foreign, 34)
    assert not verdict.judged
    assert verdict.mistakes == ()
    labelled = {**foreign, "metadata": {"name": "a", "labels": {"a": "b c"}}}
    assert [m.path for m in JUDGE.judge(labelled, 34).mistakes] == ["metadata.labels[a]"]


def test_a_kind_that_is_not_served_is_left_to_another_policy() -> None:
    verdict = JUDGE.judge({"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "spec": 1}, 34)
    assert (verdict.judged, verdict.mistakes) == (False, ())


def test_the_copy_that_kubectl_keeps_counts_for_the_size() -> None:
    body = changed("config", {"data.big": "x" * 262_000})
    assert [m.rule for m in JUDGE.judge(body, 34, size=262_300).mistakes] == ["size"]
    assert JUDGE.judge(changed("config", {"data.big": "x" * 200_000}), 34, size=200_300).mistakes == ()


def test_an_open_value_without_quotes_may_be_no_text() -> None:
    (mistake,) = JUDGE.judge(changed("config", {"data.number": OPEN_NUMBER}), 34).mistakes
    assert not mistake.certain


def test_a_pattern_that_only_go_reads_is_left_to_the_server() -> None:
    notes = Notes(34)
    judge_custom({"a": "b"}, {"type": "object", "properties": {"a": {"type": "string", "pattern": r"\pL+"}}}, notes)
    assert [m.certain for m in notes.mistakes] == [False]


@pytest.mark.parametrize(
    ("name", "edits"),
    [
        ("deployment", {"spec.selector": {"matchExpressions": [{"key": {"a": 1}, "operator": "In", "values": ["a"]}]}}),
        ("deployment", {"spec.selector": {"matchExpressions": [{"key": [], "operator": "Exists"}]}}),
        ("service", {"spec.ipFamilies": [{"a": 1}, ["b"]]}),
        ("config", {"metadata.annotations": {"a": "\ud800"}}),
        ("config", {"data": {OpenText((None,)): "a"}}),
        ("config", {"data": {"a": float("nan")}}),
        ("deployment", {C + "resources.limits.cpu": float("inf")}),
    ],
)
def test_parts_of_odd_types_are_judged_without_a_fall(name: str, edits: dict) -> None:
    JUDGE.judge(changed(name, edits), 34, size=300_000)


def test_what_is_too_deep_to_follow_is_left_open() -> None:
    schema: dict = {"type": "string"}
    for _ in range(400):
        schema = {"type": "object", "properties": {"a": schema}}
    (mistake,) = JUDGE.judge(changed("definition", {"spec.versions.0.schema.openAPIV3Schema": schema}), 34).mistakes
    assert not mistake.certain


@pytest.mark.parametrize(
    ("pattern", "value", "certain"),
    [
        ("^[a-z]+$", "abc", None),
        ("^[a-z]+$", "ABC", True),
        ("^[a-z]+$", "é", True),
        (r"^\w+$", "é", False),
        ("^[a-z]+$", "abc\n", False),
        ("^[[:alpha:]]+$", "1", False),
        ("(?i)^a$", "b", False),
        (r"\pL+", "a", False),
        ("^(a+)+$", "a" * 40 + "b", True),
        ("^(a|a)*$", "a" * 4000, None),
        ("a" * 2000, "b", False),
    ],
)
def test_a_pattern_is_matched_in_time_or_left_to_the_server(pattern: str, value: str, certain: bool | None) -> None:
    notes = Notes(34)
    judge_custom({"a": value}, {"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}}, notes)
    assert [mistake.certain for mistake in notes.mistakes] == ([] if certain is None else [certain])
