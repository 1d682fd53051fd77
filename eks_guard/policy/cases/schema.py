"""The shape of the file with a policy's cases."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from eks_guard.policy.names import nearest
from eks_guard.policy.written import OutcomeName, SeverityName, Written


class ManifestWords(Written):
    """A manifest for a case; an object is written `apiVersion Kind namespace/name`, or without the namespace.

    A `$` in it is a part that only the deployment knows.
    """

    objects: list[str] | Literal["unknown"]
    after: list[int] = Field([], description="the manifests, by their place in the list, that are applied before it")
    overwrite: bool = False


class ClusterWords(Written):
    """A cluster for a case, in a few words that expand to a template; what is not said is as in a good cluster."""

    version: str = "1.33"
    origin: Literal["custom-resource", "cloudformation", "imported"] = "custom-resource"
    kubectl: list[str] = Field([], description="one used handler each: a version, `none` or `unknown`")
    used: bool = True
    prune: bool = True
    public: bool | Literal["unknown"] = False
    private: bool | Literal["unknown"] = True
    cidrs: list[str] = Field(default=["0.0.0.0/0"])
    logging: list[str] | Literal["unknown"] = Field(default=[])
    secrets_key: bool | Literal["unknown"] = False
    authentication_mode: str = "CONFIG_MAP"
    workloads: bool | Literal["unknown"] = False
    oidc_provider: bool | Literal["unknown"] = Field(
        False, description="`unknown` is for an imported cluster; for a cluster of the app, the template says"
    )
    pod_identity: bool = False
    handler_in_vpc: bool = True
    handler_runtime: str = "python3.13"
    handler_architecture: Literal["x86_64", "arm64", "unknown"] = "x86_64"
    handler_aws_cli: bool | Literal["unknown"] = True
    handler_memory: int | Literal["unknown"] = 1024
    handler_timeout: int | Literal["unknown"] = 900
    handler_unreachable: list[str] | Literal["unknown"] = Field([], description="the AWS services that it cannot call")
    handler_takes_oci_charts: bool | Literal["unknown"] = True
    helm: str = "3.18"
    role_trusts_handler: bool | Literal["unknown"] | None = None
    handler_may_take_role: bool | Literal["unknown"] = True
    deletion_protection: bool | Literal["unknown"] = False
    auto_mode: dict[Literal["compute", "storage", "load_balancing"], bool | Literal["unknown"]] = Field(default={})
    fargate: bool | Literal["unknown"] | None = Field(
        None, description="whether Fargate is all that it has; without it there are no Fargate profiles"
    )
    fargate_coredns: bool | Literal["unknown"] = False
    access_entries: int = 0
    oidc_providers: int = 0
    pod_identity_agents: int = 0
    service_accounts: list[str] = Field([], description="namespace/name of accounts that name the role of `trust`")
    trust: list[str] | Literal["unknown"] | None = Field(
        None, description='the conditions of a role, such as "StringEquals $:sub system:serviceaccount:default:app"'
    )
    manifests: list[ManifestWords] = Field([], description="a policy about manifests is asked about the last one")
    chart_after: list[int] = Field([], description="the manifests that are applied before the chart of the case")
    witnesses: list[str] = Field(
        [], max_length=2, description="what a layer's published hash and its description say: versions or `none`"
    )


class CaseFile(Written):
    """One case of a policy: a subject and the outcome that it must have."""

    name: str
    outcome: OutcomeName
    severity: SeverityName | None = None
    cluster: ClusterWords | None = None
    resource: dict[str, Any] | None = Field(
        None,
        description="the CloudFormation resource that is judged; the text `unknown` is a value that is decided when "
        "the stack is deployed. What names its cluster, and what runs for it, need not be written",
    )
    template: dict[str, Any] | None = Field(
        None, description="a whole CloudFormation template, in place of the words and the resource"
    )
    subject: str | None = Field(None, description="the logical id of what is judged in `template`")
    before: dict[str, Any] | None = Field(None, description="of a policy about an update: the resources as deployed")
    after: dict[str, Any] | None = Field(None, description="the resources as they will be deployed")
    cdk: str = Field("2.276.0", description="the release of aws-cdk-lib whose handlers run; or `unknown`")
    today: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")

    @model_validator(mode="after")
    def _is_one_thing(self) -> CaseFile:
        """Words and a whole template exclude each other."""
        beside = [key for key in ("cluster", "resource") if getattr(self, key) is not None]
        if self.template is not None and beside:
            raise ValueError(f"found both template and {beside[0]}, expected a whole template or its words")
        if self.subject is not None and self.subject not in (self.template or {}).get("Resources", {}):
            hint = nearest(self.subject, sorted((self.template or {}).get("Resources", {})))
            raise ValueError(
                f"found the subject {self.subject!r}, expected a logical id of a resource in template{hint}"
            )
        return self


class CasesFile(Written):
    """`<id>.test.yaml`, beside its policy."""

    policy: str
    cases: list[CaseFile] = Field(min_length=1)
