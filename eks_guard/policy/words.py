"""A subject out of the few words of a case, so that the facts' own code runs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.model.cluster import (
    AssumedRole,
    AutoMode,
    Chart,
    Cluster,
    Endpoint,
    Evidence,
    Fargate,
    Handler,
    KubectlProvider,
    Layer,
    Manifest,
    ManifestObject,
    Origin,
    ProviderFunction,
)
from eks_guard.model.finding import Subject
from eks_guard.model.identity import Identity, IrsaRole, ServiceAccount, TrustCondition, TrustStatement
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.model.version import Version
from eks_guard.policy.kinds import resource_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.policy.schema import CaseFile, ClusterWords, ManifestWords

T = TypeVar("T")

HERE = Place("case.template.json", "/Resources/Cluster")
NOT_TOLD = "the case leaves it open"


def subject_of(case: CaseFile, match: tuple[str, ...]) -> Subject | None:
    """The subject of a case; None for a case without one, in which nothing is asked.

    Of a policy about several kinds, a resource is of the kind that its type spells.
    """
    cluster = build_cluster(case.cluster, case.resource) if case.cluster is not None else None
    if match == ("cluster",):
        return Subject("cluster", "Case/Cluster", "Case", HERE, cluster=cluster) if cluster else None
    if "manifest" in match and cluster and cluster.manifests and case.resource is None:
        manifest = cluster.manifests[-1]
        return Subject("manifest", manifest.id, "Case", manifest.place, cluster=cluster, manifest=manifest)
    if case.resource is not None:
        provider = next(iter(cluster.kubectl), None) if cluster else None
        body = _with_unknowns(case.resource)
        kind = next((kind for kind in match if case.resource.get("Type") in resource_types(kind)), match[0])
        return Subject(kind, "Case/Resource", "Case", HERE, cluster=cluster, provider=provider, body=body)
    return None


def _with_unknowns(value: Any) -> Any:
    if value == "unknown":
        return Unknown(NOT_TOLD)
    if isinstance(value, dict):
        return {key: _with_unknowns(inner) for key, inner in value.items()}
    return [_with_unknowns(inner) for inner in value] if isinstance(value, list) else value


def build_cluster(words: ClusterWords, resource: Mapping[str, Any] | None) -> Cluster:
    """The cluster that some words stand for; a resource that is a chart is one of its charts."""
    public = _known(words.public)
    cidrs = tuple(words.cidrs)
    known_cidrs: Value[tuple[str, ...]] = Known((), HERE) if words.public is False else Known(cidrs, HERE)
    version, malformed = _version(words.version)
    return Cluster(
        id="Case/Cluster",
        origin=Origin(words.origin),
        stack="Case",
        place=HERE,
        version_place=HERE,
        name=Known(None, HERE),
        version=version,
        malformed_version=malformed,
        endpoint=Endpoint(public, _known(words.private), known_cidrs),
        logging=_texts(words.logging),
        secrets_key=_known(words.secrets_key),
        authentication_mode=_text(words.authentication_mode),
        oidc_provider=_known(words.oidc_provider),
        pod_identity=Known(words.pod_identity, HERE),
        deploys_workloads=_known(words.workloads),
        kubectl=_providers(words),
        functions=(ProviderFunction("Case/Handler0", HERE, _text(words.handler_runtime)),),
        fargate=Fargate(
            () if words.fargate is None else (HERE,), _known(words.fargate or False), _known(words.fargate_coredns)
        ),
        deletion_protection=_known(words.deletion_protection),
        support_type=Known("EXTENDED", HERE),
        auto_mode=AutoMode(
            _switch(words.auto_mode.get("compute")),
            _switch(words.auto_mode.get("storage")),
            _switch(words.auto_mode.get("load_balancing")),
        ),
        access_entries=(HERE,) * words.access_entries,
        oidc_providers=(HERE,) * words.oidc_providers,
        pod_identity_agents=(HERE,) * words.pod_identity_agents,
        service_accounts=tuple(_account(text) for text in words.service_accounts),
        irsa_roles=() if words.trust is None else (IrsaRole("Case/Role", HERE, (_trust(words.trust),)),),
        charts=(_chart(resource, words.chart_after),) if resource else (),
        manifests=tuple(_manifest(number, manifest) for number, manifest in enumerate(words.manifests)),
    )


def _switch(value: bool | str | None) -> Value[bool | None]:
    return Unknown(NOT_TOLD, HERE) if isinstance(value, str) else Known(value, HERE)


def _account(text: str) -> ServiceAccount:
    namespace, _, name = text.partition("/")
    return ServiceAccount(namespace, name, Identity.IRSA, HERE, HERE)


def _trust(words: list[str] | str) -> TrustStatement:
    if isinstance(words, str):
        return TrustStatement(HERE, Unknown(NOT_TOLD, HERE))
    conditions = []
    for text in words:
        operator, key, value = text.split(" ", 2)
        issuer, _, claim = key.rpartition(":")
        conditions.append(TrustCondition(operator, issuer, claim, (value,)))
    return TrustStatement(HERE, Known(tuple(conditions), HERE))


def _chart(resource: Mapping[str, Any], after: list[int]) -> Chart:
    properties = resource.get("Properties", {})
    namespace, creates = properties.get("Namespace"), properties.get("CreateNamespace", False)
    return Chart(
        HERE, _text(namespace) if namespace else Known(None), _known(creates), frozenset(map(_place_of, after))
    )


def _manifest(number: int, words: ManifestWords) -> Manifest:
    objects: Value[tuple[ManifestObject, ...]] = (
        Unknown(NOT_TOLD, HERE) if isinstance(words.objects, str) else Known(tuple(map(_object, words.objects)), HERE)
    )
    after = frozenset(_place_of(other) for other in words.after)
    return Manifest(f"Case/Manifest{number}", _place_of(number), objects, Known(words.overwrite, HERE), after)


def _object(text: str) -> ManifestObject:
    api_version, kind, name = text.split(" ")
    namespace, separator, plain = name.rpartition("/")
    return ManifestObject(api_version, kind, namespace if separator else None, plain, open="$" in name)


def _place_of(number: int) -> Place:
    return Place("case.template.json", f"/Resources/Manifest{number}")


def _providers(words: ClusterWords) -> tuple[KubectlProvider, ...]:
    if words.witnesses:
        evidence = tuple(
            Evidence("description" if index else "asset-hash", _carried(text), None, text)
            for index, text in enumerate(words.witnesses)
        )
        layer = Layer("Case/Layer", HERE, None, Known(evidence[0].kubectl, HERE), Known(None), evidence)
        return (_provider(words, 0, Known(evidence[0].kubectl, HERE), (layer,)),)
    return tuple(
        _provider(words, index, Unknown(NOT_TOLD, HERE) if text == "unknown" else Known(_carried(text), HERE), ())
        for index, text in enumerate(words.kubectl)
    )


def _provider(
    words: ClusterWords, index: int, kubectl: Value[Version | None], layers: tuple[Layer, ...]
) -> KubectlProvider:
    return KubectlProvider(
        id=f"Case/Handler{index}",
        handler=Known(
            Handler(
                HERE,
                _text(words.handler_runtime),
                Known(words.handler_in_vpc),
                _text(words.handler_architecture),
                memory=_known(words.handler_memory),
                timeout=_known(words.handler_timeout),
                aws_cli=_known(words.handler_aws_cli),
                unreachable=_texts(words.handler_unreachable),
                takes_oci_charts=_known(words.handler_takes_oci_charts),
            )
        ),
        consumers=(HERE,) if words.used else (),
        layers=layers,
        kubectl=kubectl,
        helm=Unknown(NOT_TOLD, HERE) if words.helm == "unknown" else Known(Version.parse(words.helm), HERE),
        prunes=Known(words.prune, HERE),
        roles=()
        if words.role_trusts_handler is None
        else (
            AssumedRole(
                "Case/Role", HERE, _known(words.role_trusts_handler), handler_may=_known(words.handler_may_take_role)
            ),
        ),
    )


def _text(text: str) -> Value[str]:
    return Unknown(NOT_TOLD, HERE) if text == "unknown" else Known(text, HERE)


def _carried(text: str) -> Version | None:
    return None if text == "none" else Version.parse(text)


def _version(text: str) -> tuple[Value[Version], str | None]:
    if text == "unknown":
        return Unknown(NOT_TOLD, HERE), None
    if text.startswith("number "):
        says = f"found the number {text.removeprefix('number ')}"
        return Unknown(says, HERE), says
    return Known(Version.parse(text), HERE), None


def _texts(words: list[str] | str) -> Value[tuple[str, ...]]:
    return Unknown(NOT_TOLD, HERE) if isinstance(words, str) else Known(tuple(words), HERE)


def _known(value: T | str) -> Value[T]:
    """A word is a value, or `unknown`."""
    return Unknown(NOT_TOLD, HERE) if isinstance(value, str) else Known(value, HERE)
