"""The recipes: one file each, and its line here."""

from __future__ import annotations

from eks_guard.fix.recipes import control_plane_logging, kubectl_layer

RECIPES = (
    kubectl_layer.RECIPE,
    control_plane_logging.RECIPE,
)
