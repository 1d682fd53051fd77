"""Versions that a CustomResourceDefinition stops declaring although objects are stored in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.change.wording import old_place
from eks_guard.kubernetes.parts import listed, mapping
from eks_guard.model.change import Effect, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import OPEN_PART, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.change.objects import KubernetesObject

CRD = "CustomResourceDefinition"
KEEP_VERSION = (
    "Keep the version in spec.versions with `served: false` and `storage: false`. Remove it once every object has been "
    "written again in the new version and status.storedVersions does not list it."
)


def dropped_versions(old: KubernetesObject, new: KubernetesObject) -> Iterator[Effect]:
    """The versions that a definition loses, each of which the API server keeps asking for while it is stored.

    https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version
    """
    if old.kind != CRD:
        return
    before, after = _versions(old), _versions(new)
    is_open = not after or any(OPEN_PART in str(name) for name in (*before, *after))
    for name, row in before.items():
        if name not in after and not is_open:
            yield _dropped(old, new, name, is_stored=row.get("storage") is True)


def _dropped(old: KubernetesObject, new: KubernetesObject, version: str, *, is_stored: bool) -> Effect:
    place = new.manifest.place
    steps = (
        Step(0, "before", f"{old.words} has the version {version} in PREVIOUS", old_place(old.manifest)),
        Step(1, "after", f"{new.words} does not", place),
    )
    if not is_stored:
        reason = (
            f"whether {new.words} may lose the version {version} is unknown: the API server refuses it while "
            "status.storedVersions lists the version, as it does if that was the stored one earlier"
        )
        return Effect(Question.IMMUTABLE, Unknown(reason), reason, place, steps, KEEP_VERSION)
    says = (
        f"{new.words} loses the version {version}, in which objects are stored, and the API server refuses it: "
        f"status.storedVersions[0]: {version} must appear in spec.versions"
    )
    return Effect(Question.IMMUTABLE, Known(says), says, place, steps, KEEP_VERSION)


def _versions(item: KubernetesObject) -> dict[Any, dict[Any, Any]]:
    rows = [mapping(row) for row in listed(mapping(item.body.get("spec")).get("versions"))]
    return {row.get("name"): row for row in rows}
