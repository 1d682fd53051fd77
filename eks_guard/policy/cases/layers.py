"""The layers of a handler: kubectl and Helm, and the AWS CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.errors import PolicyError
from eks_guard.model.version import Version
from eks_guard.policy.cases.cloudformation import OPEN, REGION, Resources, ref, resource
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.policy.cases.schema import ClusterWords

LAYER = "AWS::Lambda::LayerVersion"
NONE = "none"
AWS_CLI = "AwsCliLayer"


@dataclass(frozen=True, slots=True)
class Hashes:
    """Assets that are known by their hashes, one for each kind.

    `published`: a kubectl layer by the minor that it carries (None: one without kubectl).
    `oci_handlers`: the code of a handler by whether it takes OCI charts whatever the Helm.
    """

    published: Mapping[str | None, str]
    oci_handlers: Mapping[bool, str]

    def published_layer(self, text: str) -> str:
        """The hash of a layer that carries a version or `none`. Raises PolicyError if no such layer was published."""
        minor = None if text == NONE else str(Version.parse(text).of_minor)
        if minor not in self.published:
            known = ", ".join(sorted((known or NONE for known in self.published), key=_by_number))
            raise PolicyError([f"found no published layer with kubectl {text}, expected one of {known}"])
        return self.published[minor]


def _by_number(text: str) -> Version:
    return Version(0, 0) if text == NONE else Version.parse(text)


def layers_of(words: ClusterWords, number: int, hashes: Hashes) -> tuple[Resources, list[Any]]:
    """The layers of one handler, and the entries of its `Layers`."""
    made, entries = _kubectl_layers(words, number, hashes)
    if words.handler_aws_cli is True:
        made[AWS_CLI] = _layer("awscli.zip", "/opt/awscli/aws")
        entries.append(ref(AWS_CLI))
    return made, entries


def _kubectl_layers(words: ClusterWords, number: int, hashes: Hashes) -> tuple[Resources, list[Any]]:
    """Of a handler without the AWS CLI, the layer is a published one: of no other is it known what it lacks."""
    name = f"KubectlLayer{number}"
    if words.witnesses:
        first, *others = words.witnesses
        text = f"/opt/kubectl/kubectl {others[0]}" if others else None
        return {name: _layer(f"{hashes.published_layer(first)}.zip", text)}, [ref(name)]
    version = words.kubectl[number]
    if version == NONE:
        return {}, []
    if version == OPEN:
        return {}, [OPEN]
    content = "kubectl.zip" if words.handler_aws_cli is not False else f"{hashes.published_layer(version)}.zip"
    if words.helm == OPEN:
        # kubectl covers whatever an unknown layer below it carries, and leaves open which Helm that brings
        return {name: _layer(content, f"/opt/kubectl/kubectl {version}")}, [OPEN, ref(name)]
    return {name: _layer(content, f"/opt/kubectl/kubectl {version}; /opt/helm/helm {words.helm}")}, [ref(name)]


def _layer(key: str, description: str | None) -> dict[str, Any]:
    content = {"S3Bucket": f"assets-{REGION}", "S3Key": key}
    return resource(LAYER, {"Content": content, "Description": description})
