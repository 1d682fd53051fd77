"""Compare `inspect` with independently found answers: agreement per field, and every disagreement.

The answers stand in a folder beside the checkout (`../shared/corpus/EXPECTED.json`) or in one that is given;
users do not have it. A disagreement that was looked into stands in EXPLAINED, with the decision record that
argues it from the template.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.audit import Options, survey
from eks_guard.data import Tables
from eks_guard.errors import EksGuardError
from eks_guard.model.cluster import Origin
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Value

DEFAULT = Path(__file__).parent.parent.parent / "shared" / "corpus"
EXPLAINED = {
    ("derived/fn_if_in_config", "version"): "0004: the stack's region decides the condition",
    ("derived/fn_if_in_config", "endpoint_public"): "0004: the stack's region decides the condition",
    ("derived/fn_if_in_config", "logging_types"): "0004: the stack's region decides the condition",
    ("derived/three_clusters_one_template", "kubectl_version"): "0005: nothing ties the second cluster to the handler",
    ("*eks-legacy*", "handler"): "0006: the handler that runs kubectl, not the one that makes the cluster",
    ("npm_aws-eks_1.10.1/*", "handler"): "0006: the handler that runs kubectl, not the one that makes the cluster",
    ("pahud__aws-cdk-examples/eks_jest_snap", "kubectl_version"): "the published hash also tells the patch",
}
UNKNOWN = "unknown"


def main() -> int:
    """Print the comparison; 1 if a disagreement is not explained, 0 if the answers are not at hand."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not (folder / "EXPECTED.json").exists():
        print(f"{folder}: no EXPECTED.json there, nothing to compare with")
        return 0
    agreed: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    unexplained = 0
    for record in json.loads((folder / "EXPECTED.json").read_text(encoding="utf-8")):
        for field, name, expected, found in compare(folder, record):
            asked[field] += 1
            if expected == found:
                agreed[field] += 1
                continue
            why = _explanation(record["id"], field)
            unexplained += why is None
            print(
                f"{record['id']}  {name}  {field}: expected {expected!r}, found {found!r}{f'  ({why})' if why else ''}"
            )
    for field, count in sorted(asked.items()):
        print(f"{field:<24}{agreed[field]:>4} of {count} agree")
    print(f"{unexplained} unexplained")
    return 1 if unexplained else 0


def compare(folder: Path, record: dict[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Field, subject, expected and found value, for everything that a record says."""
    options = Options(path=str(folder / record["id"]), today=datetime.date.min)
    try:
        assembly, estate = survey(options, Tables())
        clusters = estate.clusters
    except EksGuardError as error:
        yield "readable", record["id"], True, str(error)
        return
    own = {(c.place.template, c.place.logical_id): c for c in clusters if c.origin is not Origin.IMPORTED}
    expected = [cluster for cluster in record["clusters"] if cluster["in_manifest"] is not False or _yaml_twin(cluster)]
    yield "clusters", record["id"], sorted((c["template"], c["logical_id"]) for c in expected), sorted(own)
    for answer in expected:
        cluster = own.get((answer["template"], answer["logical_id"]))
        if cluster:
            for field, wanted, found in fields(answer, cluster):
                yield field, answer["logical_id"], wanted, found
    accounts = sum(len(cluster.identity.accounts) for cluster in clusters)
    yield "service_accounts", record["id"], record["service_account_manifests"], accounts
    roles = {
        f"{r.at.place.template}:{r.at.resource.logical_id}" for cluster in clusters for r in cluster.identity.roles
    }
    yield "irsa_roles", record["id"], sorted(record.get("irsa_role_ids") or []), sorted(roles)
    stale = (
        [] if any(_yaml_twin(cluster) for cluster in record["clusters"]) else record["stale_templates_not_in_manifest"]
    )
    yield "stale_templates", record["id"], stale, list(assembly.stale_templates)


def fields(answer: dict[str, Any], cluster: Cluster) -> Iterator[tuple[str, Any, Any]]:
    """Field, expected and found value of one cluster; EKS's defaults stand in where a key is absent."""
    cidrs = answer["public_cidrs"] or ["0.0.0.0/0"]
    public = _settled(answer["endpoint_public"], default=True)
    yield "version", _settled(answer["version"], default=UNKNOWN), _shown(cluster.version)
    yield "endpoint_public", public, _shown(cluster.endpoint.public)
    yield "endpoint_private", _settled(answer["endpoint_private"], default=False), _shown(cluster.endpoint.private)
    if public is True and all(isinstance(cidr, str) for cidr in cidrs):
        yield "public_cidrs", cidrs, _shown(cluster.endpoint.public_cidrs)
    logging = answer["logging_types"]
    yield "logging_types", UNKNOWN if isinstance(logging, str) else sorted(logging), _sorted(_shown(cluster.logging))
    yield "secrets_encryption", _settled(answer["secrets_encryption"], default=False), _shown(cluster.secrets_key)
    mode = _settled(answer["authentication_mode"], default="CONFIG_MAP")
    yield "authentication_mode", mode, _shown(cluster.access.mode)
    kubectl = answer["kubectl"]
    first = cluster.kubectl[0] if cluster.kubectl else None
    yield "has_provider", kubectl["status"] != "no kubectl provider" and kubectl.get("note") is None, first is not None
    found = _shown(first.kubectl) if first else None
    yield "kubectl_version", _exact(kubectl), None if found == UNKNOWN else found
    if first and isinstance(first.handler, Known) and kubectl.get("handler"):
        place = first.handler.value.place
        yield "handler", kubectl["handler"], f"{place.template}:{place.logical_id}"
    if first and kubectl.get("layer_logical_id"):
        yield "layer", kubectl["layer_logical_id"], first.layers[-1].place.logical_id if first.layers else None


def _explanation(record: str, field: str) -> str | None:
    known = (why for (pattern, about), why in EXPLAINED.items() if about == field and fnmatchcase(record, pattern))
    return next(known, None)


def _exact(kubectl: dict[str, Any]) -> str | None:
    """The version as exact as the record knows it: the published hash tells the patch that a description leaves out."""
    checked = str(kubectl.get("hash_cross_check") or "")
    return checked.removeprefix("hash says ") if checked.startswith("hash says ") else kubectl.get("kubectl_version")


def _settled(value: Any, *, default: Any) -> Any:
    return UNKNOWN if isinstance(value, dict) else default if value is None else value


def _shown(value: Value[Any]) -> Any:
    if not isinstance(value, Known):
        return UNKNOWN
    plain = value.value
    return (
        plain if isinstance(plain, bool) or plain is None else list(plain) if isinstance(plain, tuple) else str(plain)
    )


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _yaml_twin(cluster: dict[str, Any]) -> bool:
    """A converted template stands in for the one that the manifest names, so it is part of the app."""
    return str(cluster["template"]).endswith(".yaml")


if __name__ == "__main__":
    sys.exit(main())
