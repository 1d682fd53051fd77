"""What becomes of access where aws-auth goes with the manifest that holds it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.change.custom_resources import CLUSTERS
from eks_guard.change.wording import old_place
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.objects import Identity, KubernetesObject

AWS_AUTH: Identity = ("", "ConfigMap", "kube-system", "aws-auth")
ACCESS = "Create access entries for the nodes and users first, in a separate deploy."


def lost_access(fates: Fates, auth: KubernetesObject) -> Iterator[Effect]:
    """Who is shut out once aws-auth is deleted; nothing where access entries alone count, or its roles go, too."""
    mode, place = _mode_of(fates, auth.manifest), old_place(auth.manifest)
    if mode == "API" or _maps_what_goes(fates, auth):
        return
    steps = (Step(0, "manifest", "aws-auth is in PREVIOUS", place),)
    lost = "kubectl deletes the ConfigMap aws-auth, and the nodes and users it maps lose access"
    if mode in (None, "CONFIG_MAP"):
        says = f"{lost}: the cluster's authentication mode is CONFIG_MAP"
        yield Effect(Question.LOST_OBJECTS, Known(says), says, place, steps, ACCESS)
        return
    reason = f"{lost} unless they have an access entry; the authentication mode is {mode}"
    yield Effect(Question.LOST_OBJECTS, Unknown(reason), reason, place, steps, ACCESS)


def _maps_what_goes(fates: Fates, auth: KubernetesObject) -> bool:
    """Whether aws-auth maps roles alone that go in the same update, as the masters role of releases up to 2.79."""
    data = auth.body.get("data")
    texts = [data.get(key) for key in ("mapRoles", "mapUsers", "mapAccounts")] if isinstance(data, dict) else []
    try:
        roles, *others = [json.loads(text) if isinstance(text, str) else [] for text in texts]
    except ValueError:
        return False
    if any(others) or not isinstance(roles, list):
        return False
    parts = [auth.open_parts.get(str(row.get("rolearn"))) if isinstance(row, dict) else None for row in roles]
    return all(isinstance(part, Attribute) and fates.of(part.resource).fate is Fate.DELETED for part in parts)


def _mode_of(fates: Fates, manifest: Resource) -> str | None:
    """The authentication mode of the manifest's cluster in the new assembly; `unknown` where it is not."""
    found = fates.at(manifest, Property.CLUSTER).follow()
    cluster = fates.of(found.resource).new if isinstance(found, Attribute) else None
    if cluster is None or cluster.type not in CLUSTERS:
        return "unknown"
    match fates.at(cluster, Property.AUTHENTICATION_MODE).follow():
        case Absent():
            return None
        case Literal(at):
            return str(at.raw)
    return "unknown"
