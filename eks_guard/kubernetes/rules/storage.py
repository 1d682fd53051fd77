"""Claims and volumes: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation (volumes)."""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import has_open_keys, is_open, lacks, listed, mapping, text
from eks_guard.kubernetes.quantities import amount

STORAGE = "storage"
OF_EVERY_VOLUME = frozenset(
    {"accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy"}
    | {"storageClassName", "volumeAttributesClassName", "volumeMode"}
)


def claim(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a PersistentVolumeClaim."""
    _judge_modes(value, path, notes)
    source = mapping(value.get("dataSourceRef"))
    kind = text(source.get("kind"))
    if kind and kind != "PersistentVolumeClaim" and lacks(source, "apiGroup"):
        says = f'required with "{kind}": without it, only a PersistentVolumeClaim can be the source'
        notes.wrong(f"{path}.dataSourceRef.apiGroup", STORAGE, says)
    resources = value.get("resources")
    if not is_open(resources) and not is_open(mapping(resources).get("requests")) and not has_open_keys(value):
        _judge_size(mapping(mapping(resources).get("requests")), f"{path}.resources.requests", notes)


def _judge_modes(value: dict[Any, Any], path: str, notes: Notes) -> None:
    modes = listed(value.get("accessModes"))
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        notes.wrong(f"{path}.accessModes", STORAGE, "may not use ReadWriteOncePod with other access modes")


def _judge_size(amounts: dict[Any, Any], path: str, notes: Notes) -> None:
    if amounts.get("storage") is None:
        if not has_open_keys(amounts):
            notes.wrong(f"{path}[storage]", STORAGE, "required: the storage that is asked for is missing")
        return
    size = amount(amounts["storage"])
    if size is not None and size <= 0:
        notes.wrong(f"{path}[storage]", STORAGE, f"{amounts['storage']} must be greater than zero")


def persistent_volume(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a PersistentVolume: its size, and one place where it is."""
    _judge_modes(value, path, notes)
    capacity = value.get("capacity")
    if isinstance(capacity, dict):
        _judge_size(capacity, f"{path}.capacity", notes)
        for name in capacity:
            if isinstance(name, str) and name != "storage":
                notes.wrong(of_key(f"{path}.capacity", name), STORAGE, 'unsupported value, supported values: "storage"')
    sources = [key for key in value if isinstance(key, str) and key not in OF_EVERY_VOLUME]
    given = notes.at_most_one(value, path, sources, STORAGE, "volume type")
    if not given and not has_open_keys(value):
        notes.wrong(path, STORAGE, "required: must specify a volume type, such as csi")
    if "local" in given and value.get("nodeAffinity") is None:
        notes.wrong(f"{path}.nodeAffinity", STORAGE, "required: a local volume requires node affinity")


RULES = {
    "core.v1.PersistentVolumeClaimSpec": (claim,),
    "core.v1.PersistentVolumeSpec": (persistent_volume,),
}
