"""Lines to write that depend on the cluster: the layer of its minor, the version after its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Origin
from eks_guard.model.fix import Disposition, Edit, Fix, Language, in_comment
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version, minors_between
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.data import Tables
    from eks_guard.data.rows import LayerPackage
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import ResourceId, Site
    from eks_guard.model.value import Value

ALPHA = ("@aws-cdk/aws-eks-v2-alpha", "aws_cdk.aws_eks_v2_alpha")
"""The package that became aws-eks-v2 of aws-cdk-lib; its handler is a copy that no upgrade of aws-cdk-lib changes:
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-eks-v2-alpha-readme.html"""
MENDED = "2.244.0"
"""The first aws-cdk-lib whose handler gives `oci://` charts to Helm 4: https://github.com/aws/aws-cdk/issues/37143"""

FEW = 64
"""More minors than the clusters of an app have."""
OUT_OF_ALPHA = (
    "Remove @aws-cdk/aws-eks-v2-alpha, which bundles its own copy of the handler that aws-cdk-lib releases do not "
    f"fix, and import aws-eks-v2 from aws-cdk-lib {MENDED} or newer."
)


def layer_fix(cluster: Cluster, version: Value[Version], tables: Tables) -> Fix | None:
    """The lines that give the cluster the layer of its own minor, or of the nearest one within the supported skew.

    Where the minor is not known, they show the newest layer that may fit, and say which one is meant.
    """
    if isinstance(version, Known):
        return _layer(cluster, version.value, tables)
    minors = {candidate.value.of_minor for candidate in version.candidates} or set(tables.eks_versions)
    packages = [package for package in tables.layer_packages.values() if package.npm and package.minor in minors]
    newest = max((package.minor for package in packages), default=None)
    shown = _layer(cluster, newest, tables) if newest else None
    return shown and _for_any_minor(shown, newest)


def _for_any_minor(shown: Fix, minor: Version | None) -> Fix:
    """Lines for one minor, which say that they are about another one, too."""
    says = f"{minor.minor if minor else ''}: put the minor of your cluster here"
    comments = {Language.TYPESCRIPT: f"  // {says}", Language.PYTHON: f"  # {says}"}
    edits = tuple(replace(edit, lines=f"{edit.lines}{comments[edit.language]}") for edit in shown.edits)
    return Fix("Give the cluster the kubectl layer for its minor", Disposition.REVIEW, edits)


def upgrade_fix(cluster: Cluster, tables: Tables) -> Fix | None:
    """The lines that raise the version by one minor, which is all that EKS takes at once, and the layer with it."""
    if isinstance(cluster.version, Unknown):
        return None
    following = Version(cluster.version.value.major, cluster.version.value.minor + 1)
    return version_fix(cluster, following, tables) if following in tables.eks_versions else None


def newest_fix(cluster: Cluster, tables: Tables) -> Fix | None:
    """The lines that give the cluster the newest version which has a layer, and that layer: it is not deployed yet."""
    newest = [minor for minor, package in tables.layer_packages.items() if package.npm and minor in tables.eks_versions]
    return version_fix(cluster, max(newest), tables) if newest else None


def version_fix(cluster: Cluster, following: Version, tables: Tables) -> Fix:
    """The lines that give the cluster a version, and the kubectl layer that goes with it."""
    constant = f"KubernetesVersion.V{following.major}_{following.minor}"
    layer = _layer(cluster, following, tables) if takes_layer(cluster) else None
    version = {
        Language.TYPESCRIPT: f"version: eks.{constant}",
        Language.PYTHON: f"version=eks.{constant}",
        Language.CLOUDFORMATION: f'Version: "{following}"',
    }
    edits = tuple(_with_layer(Edit(language, line), layer) for language, line in version.items())
    return Fix(f"Set the version to {following}", Disposition.REVIEW, edits, following)


def leave_alpha_fix(package: str | None) -> Fix | None:
    """The lines that take the handler from aws-cdk-lib where it comes from the alpha package, which has its own."""
    if package not in ALPHA:
        return None
    typescript = Edit(
        Language.TYPESCRIPT,
        "// eks.Cluster, eks.HelmChart and the other classes keep their names",
        ("import * as eks from 'aws-cdk-lib/aws-eks-v2';",),
        ("npm uninstall @aws-cdk/aws-eks-v2-alpha", f"npm install 'aws-cdk-lib@>={MENDED}'"),
    )
    python = Edit(
        Language.PYTHON,
        "# eks.Cluster, eks.HelmChart and the other classes keep their names",
        ("from aws_cdk import aws_eks_v2 as eks",),
        ("pip uninstall aws-cdk.aws-eks-v2-alpha", f"pip install 'aws-cdk-lib>={MENDED}'"),
    )
    return Fix("Import aws-eks-v2 from aws-cdk-lib", Disposition.REVIEW, (typescript, python))


def protection_fix(cluster: Cluster) -> Fix | None:
    """The property of `eks.Cluster`, behind which there is no CfnCluster that could be set."""
    if cluster.origin is not Origin.CUSTOM_RESOURCE:
        return None
    return Fix.of(
        "Enable deletion protection",
        typescript="deletionProtection: true  // aws-cdk-lib 2.258 or newer",
        python="deletion_protection=True  # aws-cdk-lib 2.258 or newer",
        disposition=Disposition.SAFE,
    )


def ami_fix(ami: Value[Any], instance_types: Value[Any], tables: Tables) -> Fix | None:
    """The AMI type of today for the architecture and the accelerators of a node group; None where it has none."""
    successors = tables.ami_successors.get(ami.value, {}) if isinstance(ami, Known) else {}
    names = instance_types.value if isinstance(instance_types, Known) and instance_types.value else [""]
    texts = [name if isinstance(name, str) else "" for name in names]
    found = {next((kind for start, kind in successors.items() if text.startswith(start)), None) for text in texts}
    kind = found.pop() if len(found) == 1 else None
    if kind is None:
        return None
    return ami_type_fix(kind)


def ami_type_fix(kind: str) -> Fix:
    """The AMI type of a node group."""
    return Fix.of(
        f"Set the AMI type to {kind}",
        typescript=f"amiType: eks.NodegroupAmiType.{kind.upper()}",
        python=f"ami_type=eks.NodegroupAmiType.{kind.upper()}",
        cloudformation=f"AmiType: {kind}",
    )


def addon_fix(version: str) -> Fix:
    """The version of an add-on that EKS lists for the minor of its cluster."""
    otherwise = "or leave it out: EKS picks the version for the cluster"
    return _addon_version("the add-on", version, f"  // {otherwise}", f"  # {otherwise}")


def vpc_cni_fix(minor: Version, tables: Tables) -> Fix | None:
    """The newest version of vpc-cni of one of its minors, where the table has one."""
    listed = tables.addons.get("vpc-cni", {}).values()
    found = next((row.newest for row in listed if row.newest.startswith(f"v{minor}.")), None)
    return _addon_version("vpc-cni", found) if found else None


def _addon_version(addon: str, version: str, comment: str = "", other_comment: str = "") -> Fix:
    return Fix.of(
        f"Set the version of {addon} to {version}",
        typescript=f"addonVersion: '{version}'{comment}",
        python=f'addon_version="{version}"{other_comment}',
        cloudformation=f"AddonVersion: {version}{other_comment}",
    )


def order_fix(later: Site, first: Site, names: tuple[str, str] = ("app", "namespace")) -> Fix:
    """The dependency that makes CloudFormation deploy one resource after another; `names` stand for them in code."""
    one, other = names
    comment = in_comment(f"{one} is {_with_line(later)}, {other} {_with_line(first)}")
    waits, awaited = _in_one_template(later.resource, first.resource)
    below = f"DependsOn: {awaited}, beside Properties of {waits}"
    return Fix.of(
        f"Deploy {later.id} after {first.id}",
        typescript=f"{one}.node.addDependency({other});  // {comment}",
        python=f"{one}.node.add_dependency({other})  # {comment}",
        cloudformation=f"# {in_comment(below)}",
    )


def _in_one_template(later: ResourceId, first: ResourceId) -> tuple[str, str]:
    """The logical ids of two resources, or of the nested stacks that hold them, in the template that has both."""
    paths = [(*found.stack.split("/"), found.logical_id) for found in (later, first)]
    level = next((at for at, (one, other) in enumerate(zip(*paths, strict=False)) if one != other), 0)
    return paths[0][level], paths[1][level]


def _with_line(site: Site) -> str:
    return f"{site.id} ({site.source})" if site.source else site.id


def without_auto_mode_fix(cluster: Cluster) -> Fix | None:
    """What to undo where `eks.Cluster` of aws-eks, which has no Auto Mode, was given a part of it by an override."""
    if cluster.origin is not Origin.CUSTOM_RESOURCE:
        return None
    instead = "remove what overrides Config.computeConfig and the like, or use aws-eks-v2, whose Cluster has Auto Mode"
    return Fix.of("Leave Auto Mode off", typescript=f"// {instead}", python=f"# {instead}")


def _with_layer(version: Edit, layer: Fix | None) -> Edit:
    """The edit of a version, with the layer that has to be raised together with it."""
    added = layer.edit(version.language) if layer else None
    return replace(added, lines=f"{version.lines},\n{added.lines}") if added else version


def takes_layer(cluster: Cluster) -> bool:
    """Whether kubectl comes, or has to come, by a layer."""
    return any(
        provider.used or (isinstance(provider.kubectl, Known) and provider.kubectl.value)
        for provider in cluster.kubectl
    )


def _layer(cluster: Cluster, minor: Version, tables: Tables) -> Fix | None:
    return _layer_of(minor, tables, by_options=cluster.origin is Origin.CLOUDFORMATION and not is_import_of_v1(cluster))


@lru_cache(FEW)
def _layer_of(minor: Version, tables: Tables, *, by_options: bool) -> Fix | None:
    """The same lines for all clusters of a minor; `by_options`: whether these take the layer among other options."""
    package = nearest_package(minor, tables)
    if package is None:
        return None
    typescript = f"kubectlLayer: new {package.class_name}(this, 'Kubectl')"
    python = f'kubectl_layer={package.class_name}(self, "Kubectl")'
    if by_options:
        typescript = f"kubectlProviderOptions: {{ {typescript} }}"
        python = f"kubectl_provider_options=eks.KubectlProviderOptions({python})"
    imports = f"from {package.python_module} import {package.class_name}"
    edits = [Edit(Language.PYTHON, python, (imports,), (f"pip install {package.pypi}",))]
    if package.npm:
        imports = f"import {{ {package.class_name} }} from '{package.npm}';"
        edits.insert(0, Edit(Language.TYPESCRIPT, typescript, (imports,), (f"npm install {package.npm}",)))
    return Fix(f"Give the cluster the kubectl layer for {package.minor}", Disposition.SAFE, tuple(edits), minor)


def is_import_of_v1(cluster: Cluster) -> bool:
    """Whether handlers belong to an import by aws-eks, whose resources name the role to take, unlike those of v2."""
    told = (told for provider in cluster.kubectl for _, _, told in provider.acts_as)
    return bool(next(told, False)) and all(told)


def nearest_package(version: Version, tables: Tables) -> LayerPackage | None:
    """The layer package of a minor, or of the nearest one within the supported skew; npm's before Python's only."""
    within = [package for minor, package in tables.layer_packages.items() if abs(minors_between(minor, version)) <= 1]
    return min(
        within,
        key=lambda package: (package.npm is None, abs(minors_between(package.minor, version))),
        default=None,
    )
