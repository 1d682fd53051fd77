"""The shape of the files that people write: policies, their cases, and the project's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eks_guard.policy.names import nearest

if TYPE_CHECKING:
    from eks_guard.policy.source import Source

Name = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
SeverityName = Literal["info", "low", "medium", "high"]
OutcomeName = Literal["pass", "fail", "unknown", "not-applicable"]


class _Written(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class LineFile(_Written):
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


class EditFile(_Written):
    """What to write in one language, with what it needs."""

    lines: str = Field("", description="the lines at the construct or the resource")
    import_: str | None = Field(None, alias="import", description="lines at the top of the file")
    install: str | None = Field(None, description="commands for a shell")


class FixFile(_Written):
    """The lines to write, per language: a text, or its parts."""

    title: str | None = Field(None, min_length=1, description="what the edit does; without it, the remediation")
    disposition: Literal["safe", "needs-review"] = "needs-review"
    typescript: str | EditFile
    python: str | EditFile
    cloudformation: str | EditFile | None = Field(None, description="YAML below the Properties of the resource")


class ControlFile(_Written):
    """A control of a published standard."""

    id: str
    title: str
    source: str


class PolicyFile(_Written):
    """One policy file: one question."""

    id: str = Name
    title: str = Field(min_length=1, description="a claim that is true when the policy passes")
    severity: SeverityName
    match: str | list[str] = Field(
        description=(
            "one or more of cluster, nodegroup, self-managed-nodegroup, addon, service-account, "
            "manifest, object, patch, helm-chart, handler, or a resource type"
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
    controls: list[ControlFile] = []
    references: list[str] = []


class ManifestWords(_Written):
    """A manifest for a case; an object is written `apiVersion Kind namespace/name`, or without the namespace.

    A `$` in it is a part that only the deployment knows.
    """

    objects: list[str] | Literal["unknown"]
    after: list[int] = Field([], description="the manifests, by their place in the list, that are applied before it")
    overwrite: bool = False


class ClusterWords(_Written):
    """A cluster for a case, in a few words that expand to a template; what is not said is as in a good cluster."""

    version: str = "1.33"
    origin: Literal["custom-resource", "cloudformation", "imported"] = "custom-resource"
    kubectl: list[str] = Field([], description="one used handler each: a version, `none` or `unknown`")
    used: bool = True
    prune: bool = True
    public: bool | Literal["unknown"] = False
    private: bool | Literal["unknown"] = True
    cidrs: list[str] = ["0.0.0.0/0"]
    logging: list[str] | Literal["unknown"] = []
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
    auto_mode: dict[Literal["compute", "storage", "load_balancing"], bool | Literal["unknown"]] = {}
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


class CaseFile(_Written):
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
            raise ValueError(f"found the subject {self.subject!r}, expected a logical id of a resource in template")
        return self


class CasesFile(_Written):
    """`<id>.test.yaml`, beside its policy."""

    policy: str
    cases: list[CaseFile] = Field(min_length=1)


class DeclaredLayerFile(_Written):
    """What is in a layer that the assembly cannot tell."""

    arn: str
    kubectl: str
    helm: str | None = None


class DeclaredClusterFile(_Written):
    """The version of an imported cluster; `name` is a glob."""

    name: str
    version: str


class DeclaredSubnetFile(_Written):
    """Whether subnets of another app lead out of their VPC; `id` is a glob."""

    id: str
    egress: bool


class DeclareFile(_Written):
    """What the assembly cannot say."""

    layers: list[DeclaredLayerFile] = []
    clusters: list[DeclaredClusterFile] = []
    subnets: list[DeclaredSubnetFile] = []
    parameters: dict[str, str] = {}


class WaiverFile(_Written):
    """A decision to live with a failure, until a date."""

    policy: str
    subject: str = Field(description="a glob on the construct path")
    reason: str = Field(min_length=1)
    expires: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the last day on which it holds")


class ConfigFile(_Written):
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
    severity: dict[str, SeverityName] = {}
    data: str | None = Field(
        None, description="a folder with tables that replace the built-in ones, relative to this file"
    )
    declare: DeclareFile = DeclareFile()
    waivers: list[WaiverFile] = []


M = TypeVar("M", bound=_Written)


def validate(model: type[M], source: Source) -> M | None:
    """Check a file's shape; every mistake goes to the source, and there is no result if there is one."""
    try:
        return model.model_validate({} if source.data is None else source.data)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            source.wrong(tuple(mistake["loc"]), _in_words(model, dict(mistake)))
        return None


def _in_words(model: type[BaseModel], mistake: dict[str, Any]) -> str:
    """A mistake as what was found and what was expected."""
    found, context = mistake["input"], mistake.get("ctx", {})
    match mistake["type"]:
        case "missing":
            return "missing"
        case "extra_forbidden":
            return "not a known key" + nearest(str(mistake["loc"][-1]), _keys(model, mistake["loc"][:-1]))
        case "literal_error":
            hint = nearest(found, str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
            return f"found {found!r}, expected {context['expected']}{hint}"
        case "string_pattern_mismatch":
            return f"found {found!r}, expected text like {_EXAMPLES.get(context['pattern'], context['pattern'])}"
        case "value_error":
            return str(context["error"])
        case "too_short" if context.get("min_length", 1) > 1:
            return f"found {context['actual_length']}, expected at least {context['min_length']} entries"
        case "too_long":
            return f"found {context['actual_length']} entries, expected at most {context['max_length']}"
        case "string_type" if isinstance(found, int | float) and not isinstance(found, bool):
            return f"found the number {found!r}, expected text: write it in quotes, YAML reads 1.30 as 1.3"
    return f"found {_excerpt(found)}, expected {_EXPECTED.get(mistake['type'], mistake['msg'].lower())}"


_EXAMPLES = {
    r"^\d{4}-\d{2}-\d{2}$": "2026-12-31",
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "my-policy: lower-case words joined by dashes",
}
_EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "too_short": "at least one entry",
    "string_too_short": "at least one character",
}


def _keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that are known at a place of the file."""
    current: Any = model
    for key in location:
        if isinstance(key, int) or current is None:
            continue
        current = _inner_model(current.model_fields[key].annotation) if key in current.model_fields else None
    return [field.alias or name for name, field in current.model_fields.items()] if current else []


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((inner for part in getattr(annotation, "__args__", ()) if (inner := _inner_model(part))), None)


def _excerpt(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
