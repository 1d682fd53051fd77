"""The ways in which a template spells a cluster, each as the names under which its settings stand.

CDK's custom resource takes the EKS API's camelCase, CloudFormation's own resource takes PascalCase:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-cluster.html
"""

from __future__ import annotations

from eks_guard.model.cluster import Origin
from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class Spelling:
    """Where the settings of a cluster stand below `Properties`."""

    type: str
    origin: Origin
    at: tuple[str, ...]
    capital: bool

    def keys(self, *names: str) -> tuple[str, ...]:
        """The path of a setting, given in camelCase."""
        return (*self.at, *(name[0].upper() + name[1:] if self.capital else name for name in names))


SPELLINGS = (
    Spelling("Custom::AWSCDK-EKS-Cluster", Origin.CUSTOM_RESOURCE, ("Config",), capital=False),
    Spelling("AWS::EKS::Cluster", Origin.CLOUDFORMATION, (), capital=True),
)
BY_TYPE = {spelling.type: spelling for spelling in SPELLINGS}
CLUSTER_TYPES = tuple(BY_TYPE)
