"""Facts about Kubernetes objects, pods, patches and charts; what judges them is imported when one of them is asked.

The tables and rules behind them take longer to import than all the rest of a plain `check`.
"""

from __future__ import annotations

from functools import partial

from eks_guard.model.fix import snake_case
from eks_guard.policy.facts.fact import Fact, later
from eks_guard.policy.operators import BOOLEAN

OBJECTS, PODS = "eks_guard.policy.facts.objects_judged", "eks_guard.policy.facts.pods_judged"
APIS = "eks_guard.policy.facts.apis_judged"
PATCHES, RELEASES = "eks_guard.policy.facts.patches_judged", "eks_guard.policy.facts.releases_judged"
POD_SECURITY = {
    "windowsHostProcess": "no container of a pod is a Windows HostProcess container",
    "hostNamespaces": "a pod shares no network, process or IPC namespace with its node",
    "privileged": "no container of a pod is privileged",
    "capabilities_baseline": "a pod adds only the capabilities that containers have by default",
    "hostPathVolumes": "a pod mounts no directory of its node",
    "hostPorts": "a pod binds no port of its node",
    "hostProbesAndHostLifecycle": "a pod's probes and lifecycle hooks set no host (from Kubernetes 1.34 on)",
    "appArmorProfile": "a pod keeps AppArmor's default profile or sets a local one",
    "seLinuxOptions": "a pod keeps the SELinux user and role, and one of the types for containers",
    "procMount": "a pod keeps the default masking of /proc",
    "seccompProfile_baseline": "a pod does not turn seccomp off",
    "sysctls": "a pod sets only safe sysctls",
    "restrictedVolumes": "a pod mounts only the volume types that the restricted standard allows",
    "allowPrivilegeEscalation": "each container of a pod disallows privilege escalation",
    "runAsNonRoot": "a pod, or each of its containers, must run as a non-root user",
    "runAsUser": "a pod does not set root as its user",
    "seccompProfile_restricted": "a pod, or each of its containers, sets a seccomp profile",
    "capabilities_restricted": "each container of a pod drops all capabilities and adds only NET_BIND_SERVICE",
}
"""What each check of the Pod Security Standards wants, by the ids of the Kubernetes project."""


def _named(check: str) -> str:
    """The name of a fact: `pod.host_namespaces`."""
    return f"pod.{snake_case(check)}"


FACTS = (
    Fact(
        "manifest.readable",
        BOOLEAN,
        "Whether a manifest is a list of objects, each with an API version and a kind.",
        "true",
        later(OBJECTS, "readable"),
        match=("manifest",),
    ),
    Fact(
        "manifest.updatable",
        BOOLEAN,
        "Whether each object has a name, so that later changes can be applied to it.",
        "true",
        later(OBJECTS, "updatable"),
        match=("manifest",),
    ),
    Fact(
        "manifest.keys_single",
        BOOLEAN,
        "Whether no object in a manifest has a key twice, of which kubectl gets the last alone.",
        "true",
        later(OBJECTS, "keys_single"),
        match=("manifest",),
    ),
    Fact(
        "manifest.valid",
        BOOLEAN,
        "Whether the API server accepts each object: fields, types, names, and rules across fields.",
        "true",
        later(OBJECTS, "valid"),
        match=("manifest",),
        by_version=True,
    ),
    Fact(
        "manifest.apis_served",
        BOOLEAN,
        "Whether the control plane serves the API version of each object.",
        "true",
        later(APIS, "served"),
        match=("manifest",),
        by_version=True,
    ),
    Fact(
        "manifest.apis_lasting",
        BOOLEAN,
        "Whether the API version of each object that is served now is served two minors later, too.",
        "true",
        later(APIS, "lasting"),
        match=("manifest",),
        by_version=True,
    ),
    Fact(
        "manifest.pods_admitted",
        BOOLEAN,
        "Whether pods meet the Pod Security level that their namespace enforces, if the app sets the label.",
        "true",
        later("eks_guard.policy.facts.pods_admitted", "admitted"),
        match=("manifest",),
        by_version=True,
    ),
    *(
        Fact(
            _named(check),
            BOOLEAN,
            f"Whether {POD_SECURITY[check]}: the check {check} of the Pod Security Standards.",
            "true",
            partial(later(PODS, "fits"), check=check),
            match=("object",),
            by_version=True,
        )
        for check in POD_SECURITY
    ),
    Fact(
        "patch.applicable",
        BOOLEAN,
        (
            "Whether kubectl can apply a patch and its restore patch: the form matches the patch type, and the type "
            "suits the object."
        ),
        "true",
        later(PATCHES, "applicable"),
        match=("patch",),
    ),
    Fact(
        "chart.values_nested",
        BOOLEAN,
        "Whether no top-level key of a chart's values contains a dot.",
        "true",
        later(RELEASES, "values_nested"),
        match=("helm-chart",),
    ),
    Fact(
        "chart.release_single",
        BOOLEAN,
        "Whether no other chart of the cluster installs the same release in the same namespace.",
        "true",
        later(RELEASES, "release_single"),
        match=("helm-chart",),
    ),
    Fact(
        "chart.accepted",
        BOOLEAN,
        "Whether Helm accepts a chart's release name and version and, for a chart in an asset, its Chart.yaml.",
        "true",
        later(RELEASES, "accepted"),
        match=("helm-chart",),
        by_version=True,
    ),
)
