"""Volumes, where they come from, and where containers mount them.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (ValidateVolumes)
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import has_open_keys, is_open, listed, mapping, text
from eks_guard.kubernetes.quantities import amount
from eks_guard.matching import regex

VOLUME = "volume"
DEVICES = ("persistentVolumeClaim", "ephemeral")
RECURSIVE = 31
"""The minor from which on mounts that are read-only with all below them are not behind a gate."""
DOWNWARD = regex(r"metadata\.(?:name|namespace|uid|labels|annotations)|metadata\.(?:labels|annotations)\['[^']+'\]")


def judge_volumes(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    """The volumes of a pod have names of their own, and each mount names one of them."""
    volumes = listed(spec.get("volumes"))
    names = [(f"{path}.volumes[{index}].name", text(mapping(row).get("name"))) for index, row in enumerate(volumes)]
    notes.unique((pair for pair in names if pair[1]), VOLUME)
    known = {name for _, name in names if name} | set(notes.claims or ())
    open_ = (
        is_open(spec.get("volumes"))
        or has_open_keys(spec)
        or notes.claims is None
        or any(is_open(row) or is_open(mapping(row).get("name")) for row in volumes)
    )
    files = {text(row.get("name")) for row in map(mapping, volumes) if not open_ and _holds_files(row)}
    for field in ("containers", "initContainers", "ephemeralContainers"):
        for index, row in enumerate(listed(spec.get(field))):
            place = f"{path}.{field}[{index}]"
            _judge_mounts(mapping(row), place, notes, None if open_ else known)
            _judge_devices(mapping(row), place, notes, files)


def _holds_files(volume: dict[Any, Any]) -> bool:
    """Whether a volume is surely none that can be a block device."""
    return not has_open_keys(volume) and not any(volume.get(source) is not None for source in DEVICES)


def _judge_devices(container: dict[Any, Any], path: str, notes: Notes, files: set[str | None]) -> None:
    for index, row in enumerate(map(mapping, listed(container.get("volumeDevices")))):
        if row.get("name") is not None and text(row["name"]) in files:
            says = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            notes.wrong(f"{path}.volumeDevices[{index}].name", VOLUME, says)


def _judge_mounts(container: dict[Any, Any], path: str, notes: Notes, known: set[str] | None) -> None:
    mounts = [mapping(row) for row in listed(container.get("volumeMounts"))]
    paths = [(f"{path}.volumeMounts[{index}].mountPath", text(m.get("mountPath"))) for index, m in enumerate(mounts)]
    notes.unique((pair for pair in paths if pair[1]), VOLUME)
    for field in ("volumeMounts", "volumeDevices"):
        for index, row in enumerate(listed(container.get(field))):
            name = text(mapping(row).get("name"))
            if name and known is not None and name not in known:
                there = f"there are {', '.join(sorted(known))}" if known else "there are none"
                says = f'not found: the pod has no volume "{name}", {there}'
                notes.wrong(f"{path}.{field}[{index}].name", VOLUME, says)
    privileged = mapping(container.get("securityContext")).get("privileged")
    for index, mount in enumerate(mounts):
        if mount.get("subPath") and mount.get("subPathExpr"):
            notes.wrong(
                f"{path}.volumeMounts[{index}].subPathExpr", VOLUME, "subPathExpr and subPath are mutually exclusive"
            )
        if mount.get("mountPropagation") == "Bidirectional" and privileged in (None, False):
            says = "Bidirectional mount propagation is available only to privileged containers"
            notes.wrong(f"{path}.volumeMounts[{index}].mountPropagation", VOLUME, says)
        recursive = mount.get("recursiveReadOnly")
        if (
            recursive in ("Enabled", "IfPossible")
            and notes.minor >= RECURSIVE
            and mount.get("readOnly") in (None, False)
        ):
            says = "may only be specified when readOnly is true"
            notes.wrong(f"{path}.volumeMounts[{index}].recursiveReadOnly", VOLUME, says)


def volume(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A volume has at most one source; without any it is an emptyDir."""
    notes.at_most_one(
        value, path, [key for key in value if isinstance(key, str) and key != "name"], VOLUME, "volume type"
    )


def empty_dir(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The size of an emptyDir."""
    size = amount(value.get("sizeLimit"))
    if size is not None and size < 0:
        notes.wrong(f"{path}.sizeLimit", VOLUME, f"{value['sizeLimit']} must be greater than or equal to 0")


def projection(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """One source of a projected volume."""
    notes.at_most_one(value, path, [key for key in value if isinstance(key, str)], VOLUME, "projection source")


def downward_file(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A file with a field of the pod in it."""
    notes.exactly_one(value, path, ("fieldRef", "resourceFieldRef"), VOLUME, "source")
    field = text(mapping(value.get("fieldRef")).get("fieldPath"))
    if field and not DOWNWARD.fullmatch(field):
        says = f'unsupported value "{field}", supported values: metadata.annotations, .labels, .name, .namespace, .uid'
        notes.wrong(f"{path}.fieldRef.fieldPath", VOLUME, says)
    reference = value.get("resourceFieldRef")
    if isinstance(reference, dict):
        notes.require(reference, f"{path}.resourceFieldRef", ("containerName",))


RULES = {
    "core.v1.Volume": (volume,),
    "core.v1.EmptyDirVolumeSource": (empty_dir,),
    "core.v1.VolumeProjection": (projection,),
    "core.v1.DownwardAPIVolumeFile": (downward_file,),
}
