"""The standards that packs stand for, out of the table of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.errors import UsageError
from eks_guard.model.coverage import Coverage, Standard, StandardControl
from eks_guard.policy.names import nearest

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from eks_guard.data import Tables


def standard_of(pack: str, tables: Tables) -> Standard:
    """The standard of a pack. Raises UsageError for a pack that stands for none."""
    known = tables.standards
    if pack not in known:
        expected = f"expected one of {', '.join(known)}{nearest(pack, list(known))}"
        raise UsageError(f"--coverage: found {pack!r}, which follows no standard; {expected}")
    return _read(pack, known[pack])


def standards(packs: Collection[str], asked: Collection[str], tables: Tables) -> tuple[Standard, ...]:
    """The standards of the packs of an audit; a control whose policies were not asked is not judged in it."""
    return tuple(_asked(standard_of(pack, tables), asked) for pack in packs if pack in tables.standards)


def _read(pack: str, row: dict[str, Any]) -> Standard:
    return Standard(
        pack, row["name"], row["version"], row["source"], row["note"], tuple(map(_control, row["controls"]))
    )


def _control(row: dict[str, Any]) -> StandardControl:
    policies = tuple(row.get("policies", ()))
    return StandardControl(row["id"], row["title"], Coverage(row["state"]), policies, row.get("why"))


def _asked(standard: Standard, asked: Collection[str]) -> Standard:
    controls = (
        control
        if control.state is not Coverage.JUDGED or set(control.policies) & set(asked)
        else StandardControl(control.id, control.title, Coverage.NOT_YET, control.policies, _not_asked(control))
        for control in standard.controls
    )
    return Standard(standard.pack, standard.name, standard.version, standard.source, standard.note, tuple(controls))


def _not_asked(control: StandardControl) -> str:
    names = " or ".join(control.policies)
    return f"{names} would judge it, and was not asked: add --select {control.policies[0]}"
