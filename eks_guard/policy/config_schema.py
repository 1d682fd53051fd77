"""The shape of eks-guard.yaml."""

from __future__ import annotations

from pydantic import Field

from eks_guard.policy.written import SeverityName, Written


class DeclaredLayerFile(Written):
    """What is in a layer that the assembly cannot tell."""

    arn: str
    kubectl: str
    helm: str | None = None


class DeclaredClusterFile(Written):
    """The version of an imported cluster; `name` is a glob."""

    name: str
    version: str


class DeclaredSubnetFile(Written):
    """Whether subnets of another app lead out of their VPC; `id` is a glob."""

    id: str
    egress: bool


class DeclareFile(Written):
    """What the assembly cannot say."""

    layers: list[DeclaredLayerFile] = Field(default=[])
    clusters: list[DeclaredClusterFile] = Field(default=[])
    subnets: list[DeclaredSubnetFile] = Field(default=[])
    parameters: dict[str, str] = Field(default={})


class WaiverFile(Written):
    """A decision to live with a failure, until a date."""

    policy: str
    subject: str = Field(description="a glob on the construct path")
    reason: str = Field(min_length=1)
    expires: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the last day on which it holds")


class ConfigFile(Written):
    """`eks-guard.yaml`."""

    packs: list[str] | None = Field(None, description="the packs to use instead of the default ones")
    facts: list[str] = Field([], description="entry points of installed packages that add facts")
    policies: list[str] = Field([], description="policy files or folders of them, relative to this file")
    select: list[str] = Field([], description="ids, packs or globs to use in addition to `packs`")
    ignore: list[str] = Field([], description="ids, packs or globs to skip")
    disable: list[str] = Field([], description="ids of policies to skip; an older spelling of `ignore`")
    fail_on: SeverityName | None = Field(None, alias="fail-on", description="the lowest severity that fails")
    strict: bool = Field(False, description="whether unknown results fail")
    format: str | None = Field(None, description="what `check` prints")
    output: list[str] = Field([], description="reports to write, each FORMAT=PATH, relative to this file")
    severity: dict[str, SeverityName] = Field(default={})
    data: str | None = Field(
        None, description="a folder with tables that replace the built-in ones, relative to this file"
    )
    declare: DeclareFile = DeclareFile()
    waivers: list[WaiverFile] = Field(default=[])
