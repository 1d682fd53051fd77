"""The rules of a plan, one family a file; a new family is one file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.upgrade.rules import addons, cdk, changes, controllers, insights, kubectl, nodes, objects, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.upgrade import Item
    from eks_guard.upgrade.journey import Journey

RULES: tuple[Callable[[Journey], Iterator[Item]], ...] = (
    version.items,
    cdk.items,
    kubectl.items,
    objects.items,
    changes.items,
    nodes.items,
    controllers.items,
    addons.items,
    insights.items,
)
"""The families, in the order in which their items stand in a phase."""
