"""The shape of a policy's file."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from eks_guard.policy.written import Name, SeverityName, Written


class LineFile(Written):
    """`fact` or `path`, and exactly one operator."""

    fact: str | None = Field(None, description="the name of a fact; `eks-guard facts` lists them")
    path: str | None = Field(None, description="a JSONPath from the resource, such as $.Properties.AmiType")
    equals: Any = Field(None, description="the observed value is this one")
    one_of: Any = Field(None, description="the observed value is one of these")
    contains: Any = Field(None, description="the observed list or text has all of these")
    excludes: Any = Field(None, description="the observed list or text has none of these")
    at_least: Any = Field(None, description="the observed number or version is this or more")
    at_most: Any = Field(None, description="the observed number or version is this or less")
    between: Any = Field(None, description="the observed number or version is in [lowest, highest]")
    matches: Any = Field(None, description="the observed text matches this regular expression somewhere")
    exists: Any = Field(None, description="whether there is a value at all")
    default: Any = Field(None, description="the value to use if a path finds nothing")
    absent: Literal["fail", "pass", "skip"] | None = Field(
        None, description="the outcome of the line if a path finds nothing; without it, the line fails"
    )


class ConditionFile(LineFile):
    """One line of `when`: the part of the app that the policy is for, or what has to hold of the subject."""

    stack: Any = Field(None, description="a glob of the subject's stack, or a list of them")
    account: Any = Field(None, description="a glob of the account that the stack is deployed to, or a list of them")
    region: Any = Field(None, description="a glob of the region, or a list of them")
    environment: Any = Field(None, description="a glob of account/region, or a list of them")
    stage: Any = Field(None, description="a glob of the stage's construct path, or a list of them")
    tag: Any = Field(None, description="a glob of a tag of the stack or the cluster, as key or key=value, or a list")


class ExpectationFile(LineFile):
    """One line of `expect`: `fact` or `path` with an operator, or alternatives of which one has to hold."""

    any_of: list[LineFile] | None = Field(None, min_length=2, description="lines of which one is enough")
    severity: SeverityName | None = Field(None, description="the severity of a failure of this line alone")


class EditFile(Written):
    """What to write in one language, with what it needs."""

    lines: str = Field("", description="the lines at the construct or the resource")
    import_: str | None = Field(None, alias="import", description="lines at the top of the file")
    install: str | None = Field(None, description="commands for a shell")


class FixFile(Written):
    """The lines to write, per language: a text, or its parts."""

    title: str | None = Field(None, min_length=1, description="what the edit does; without it, the remediation")
    disposition: Literal["safe", "needs-review"] = "needs-review"
    typescript: str | EditFile
    python: str | EditFile
    cloudformation: str | EditFile | None = Field(None, description="YAML below the Properties of the resource")


class ControlFile(Written):
    """A control of a published standard."""

    id: str
    title: str
    source: str


class PolicyFile(Written):
    """One policy file: one question."""

    id: str = Name
    title: str = Field(min_length=1, description="a claim that is true when the policy passes")
    severity: SeverityName
    match: str | list[str] = Field(
        description=(
            "one or more of cluster, nodegroup, self-managed-nodegroup, fargate-profile, addon, capability, manifest, "
            "object, patch, object-value, helm-chart, handler, role, service-account, service-account-role, "
            "access-entry, oidc-provider, pod-identity-association, or a resource type"
        )
    )
    kinds: list[str] = Field([], description="for `match: object`: the kinds to judge, such as Deployment")
    when: list[ConditionFile] = Field([], description="all must hold, else the policy is not applicable")
    expect: list[ExpectationFile] = Field(min_length=1, description="all must hold, for every observation")
    unknown: Literal["report", "fail", "pass"] = "report"
    rationale: str = Field(min_length=1, description="why it matters, in sentences")
    shows: str | None = Field(None, min_length=1, description="what you see if the policy fails, in sentences")
    remediation: str = Field(min_length=1)
    fix: FixFile | None = None
    controls: list[ControlFile] = Field(default=[])
    references: list[str] = Field(default=[])
