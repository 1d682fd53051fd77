"""Lines to write that depend on the cluster: the layer of its minor, the version after its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.policy import Fix
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version, minors_between

if TYPE_CHECKING:
    from eks_guard.data import LayerPackage, Tables
    from eks_guard.model.cluster import Cluster


def layer_fix(cluster: Cluster, tables: Tables) -> Fix | None:
    """The lines that give the cluster the layer of its own minor, or of the nearest one within the supported skew."""
    return None if isinstance(cluster.version, Unknown) else _layer(cluster, cluster.version.value, tables)


def upgrade_fix(cluster: Cluster, tables: Tables) -> Fix | None:
    """The lines that raise the version by one minor, which is all that EKS takes at once, and the layer with it."""
    if isinstance(cluster.version, Unknown):
        return None
    following = Version(cluster.version.value.major, cluster.version.value.minor + 1)
    if following not in tables.eks_versions:
        return None
    constant = f"eks.KubernetesVersion.V{following.major}_{following.minor}"
    layer = _layer(cluster, following, tables) if _takes_layer(cluster) else None
    if layer is None:
        return Fix(f"version: {constant}", f"version={constant}")
    return Fix(
        _before_last(layer.typescript, f"version: {constant},"), _before_last(layer.python, f"version={constant},")
    )


def protection_fix(cluster: Cluster) -> Fix | None:
    """The property of `eks.Cluster`, behind which there is no CfnCluster that could be set."""
    if cluster.origin is not Origin.CUSTOM_RESOURCE:
        return None
    return Fix(
        "deletionProtection: true  // aws-cdk-lib 2.258 or newer",
        "deletion_protection=True  # aws-cdk-lib 2.258 or newer",
    )


def _before_last(lines: str, line: str) -> str:
    """What is installed and imported comes first, then the properties."""
    *setup, last = lines.splitlines()
    return "\n".join([*setup, line, last])


def _takes_layer(cluster: Cluster) -> bool:
    return any(isinstance(provider.kubectl, Known) and provider.kubectl.value for provider in cluster.kubectl)


def _layer(cluster: Cluster, minor: Version, tables: Tables) -> Fix | None:
    package = nearest_package(minor, tables)
    if package is None:
        return None
    install = f"npm install {package.npm}" if package.npm else f"# {package.class_name} is published for Python only"
    typescript = f"kubectlLayer: new {package.class_name}(this, 'Kubectl')"
    python = f'kubectl_layer={package.class_name}(self, "Kubectl")'
    if cluster.origin is Origin.CLOUDFORMATION:  # the construct of aws-eks-v2
        typescript = f"kubectlProviderOptions: {{ {typescript} }}"
        python = f"kubectl_provider_options=eks.KubectlProviderOptions({python})"
    return Fix(
        f"{install}\nimport {{ {package.class_name} }} from '{package.npm or 'aws-cdk-lib'}';\n{typescript}",
        f"pip install {package.pypi}\nfrom {package.python_module} import {package.class_name}\n{python}",
    )


def nearest_package(version: Version, tables: Tables) -> LayerPackage | None:
    """The layer package of a minor, or of the nearest one within the supported skew; npm's before Python's only."""
    within = [package for minor, package in tables.layer_packages.items() if abs(minors_between(minor, version)) <= 1]
    return min(
        within,
        key=lambda package: (package.npm is None, abs(minors_between(package.minor, version))),
        default=None,
    )
