"""What becomes of the volumes of claims: refused to grow, or deleted with their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.change.lines import expand_class
from eks_guard.change.wording import old_place
from eks_guard.kubernetes.parts import mapping
from eks_guard.kubernetes.quantities import amount
from eks_guard.model.change import Effect, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from eks_guard.change.objects import Identity, KubernetesObject

    Find = Callable[[Identity], KubernetesObject | None]

CLAIM = "PersistentVolumeClaim"
SIZE = "spec.resources.requests.storage"
EBS = frozenset({"ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs"})
"""The drivers that delete the data with the volume."""
OF_EKS = "gp2"
"""The class that EKS makes in each cluster: https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html"""
EXPAND = "Set `allowVolumeExpansion: true` on the StorageClass in an earlier deploy."


def refused_growth(old: KubernetesObject, new: KubernetesObject, find: Find) -> Iterator[Effect]:
    """A claim that grows although its StorageClass does not let it; `find` finds an object of the new app.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
    """
    before, after = _size(old), _size(new)
    if old.kind != CLAIM or before is None or after is None or after <= before:
        return
    name, place = _spec(old).get("storageClassName"), new.manifest.place
    class_ = find(_of_class(name))
    if class_ is None and name == OF_EKS:
        reason = (
            f"whether {SIZE} of {new.words} may grow is unknown: EKS made StorageClass {OF_EKS} without "
            "allowVolumeExpansion, and the API server refuses it unless that was set since"
        )
        yield Effect(Question.IMMUTABLE, Unknown(reason), reason, place, remedy=EXPAND)
    if class_ is None or class_.body.get("allowVolumeExpansion") is True:
        return
    says = (
        f"{SIZE} of {new.words} grows, and the API server refuses it: StorageClass {name} does not set "
        "allowVolumeExpansion"
    )
    steps = (
        Step(0, "before", f"a smaller {SIZE} of {old.words}", old_place(old.manifest)),
        Step(0, "class", f"{class_.words} without allowVolumeExpansion", class_.manifest.place),
        Step(1, "after", f"a larger {SIZE} of {new.words}", place),
    )
    yield Effect(Question.IMMUTABLE, Known(says), says, place, steps, EXPAND, fix=expand_class(class_.words))


def volume_lost(claim: KubernetesObject, verb: str, find: Find) -> Value[str] | None:
    """What a deleted claim takes along, in words; None where its volume is surely kept."""
    spec = _spec(claim)
    volume, class_ = find(_of_volume(spec.get("volumeName"))), find(_of_class(spec.get("storageClassName")))
    if volume is not None:
        held = _spec(volume)
        policy, driver = held.get("persistentVolumeReclaimPolicy", "Retain"), mapping(held.get("csi")).get("driver")
    elif class_ is not None and not spec.get("volumeName"):
        policy, driver = class_.body.get("reclaimPolicy", "Delete"), class_.body.get("provisioner")
    else:
        return Unknown(f"{_whether(claim, verb)}, and neither its volume nor its StorageClass is in the app")
    if policy == "Retain":
        return None
    if policy == "Delete" and driver in EBS:
        return Known(f"{claim.words} {verb}, and its volume with the data on it")
    return Unknown(f"{_whether(claim, verb)}, and {driver} deletes its volume")


def _whether(claim: KubernetesObject, verb: str) -> str:
    return f"whether the data of {claim.words} survives is unknown: the claim {verb}"


def _of_class(name: Any) -> Identity:
    return "storage.k8s.io", "StorageClass", "default", str(name)


def _of_volume(name: Any) -> Identity:
    return "", "PersistentVolume", "default", str(name)


def _spec(item: KubernetesObject) -> dict[Any, Any]:
    return mapping(item.body.get("spec"))


def _size(item: KubernetesObject) -> Fraction | None:
    return amount(mapping(mapping(_spec(item).get("resources")).get("requests")).get("storage"))
