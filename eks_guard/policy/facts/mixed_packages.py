"""Whether a custom resource and its handler are of one package, aws-eks or aws-eks-v2.

Resources of aws-eks give the handler a role to take, those of aws-eks-v2 do not:
https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/custom-resource-handlers/lib
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.fix import Disposition, Edit, Fix, Language
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Handler, KubectlProvider
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.workloads import Chart, Manifest, ObjectValue, Patch

REMEDY = (
    "Import the cluster with the package of the handler, aws-eks: its manifests, charts and patches name the role that "
    "the handler takes. Or let the import of aws-eks-v2 create a handler with `kubectlProviderOptions`, and give the "
    "role of that handler an access entry."
)
TYPESCRIPT = """// an import of aws-eks instead of aws-eks-v2, with the provider of the stack that creates `cluster`:
kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(this, 'Provider', {
  functionArn: eks.KubectlProvider.getOrCreate(this, cluster).serviceToken,
  kubectlRoleArn: cluster.kubectlRole!.roleArn,
  handlerRole: (eks.KubectlProvider.getOrCreate(this, cluster) as eks.KubectlProvider).handlerRole,
})"""
PYTHON = """# an import of aws-eks instead of aws-eks-v2, with the provider of the stack that creates `cluster`:
kubectl_provider=eks.KubectlProvider.from_kubectl_provider_attributes(
    self, "Provider",
    function_arn=eks.KubectlProvider.get_or_create(self, cluster).service_token,
    kubectl_role_arn=cluster.kubectl_role.role_arn,
    handler_role=eks.KubectlProvider.get_or_create(self, cluster).handler_role,
)"""
FIX = Fix(
    "Import the cluster with aws-eks, the package of its handler",
    Disposition.REVIEW,
    (
        Edit(Language.TYPESCRIPT, TYPESCRIPT, ("import * as eks from 'aws-cdk-lib/aws-eks';",)),
        Edit(Language.PYTHON, PYTHON, ("from aws_cdk import aws_eks as eks",)),
    ),
)


def needs_role(provider: KubectlProvider) -> bool:
    """Return whether a handler surely fails for a custom resource without `RoleArn`."""
    return isinstance(provider.handler, Known) and provider.handler.value.reads_role == Known(value=True)


def told_by_handler(cluster: Cluster) -> Mapping[ResourceId, Mapping[ResourceId, bool]]:
    """For each handler of a cluster, which of its custom resources name the role to take."""
    return {
        provider.handler.value.resource: {consumer: told for consumer, _, told in provider.acts_as}
        for provider in cluster.kubectl
        if isinstance(provider.handler, Known)
    }


def of_another_package(
    thing: Manifest | Chart | Patch | ObjectValue,
    provider: KubectlProvider,
    handler: Handler,
    told: Mapping[ResourceId, bool],
) -> Observation | None:
    """Return that a resource of aws-eks-v2 runs on a handler of aws-eks, or may; None where it does not.

    `told`: which resources of the handler name the role to take.
    """
    if told.get(thing.at.resource, True) or handler.reads_role == Known(value=False):
        return None
    lacks = f"{thing.at.id} has no RoleArn, as aws-eks-v2 writes it"
    if isinstance(handler.reads_role, Unknown):
        if not any(told.values()):
            return None
        says = (
            f"{lacks}; whether {provider.id} needs it, as other resources of it have one: {handler.reads_role.reason}"
        )
        return _observed(thing, provider, Unknown(says, thing.at.place), says)
    says = (
        f"{lacks}, but {provider.id} is a handler of aws-eks, which needs one: the deploy will fail with “Message "
        "returned: Error: 'RoleArn'”, the KeyError of the handler"
    )
    return _observed(thing, provider, Known(value=False, place=thing.at.place), says)


def _observed(
    thing: Manifest | Chart | Patch | ObjectValue, provider: KubectlProvider, value: Value[bool], says: str
) -> Observation:
    step = Step(0, "service token", "no RoleArn", thing.at.place)
    return Observation(value, says, thing.at.place, (step, *provider.trace), fix=FIX, remedy=REMEDY)
