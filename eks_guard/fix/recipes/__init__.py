"""The recipes: one file each, and its line here."""

from __future__ import annotations

from eks_guard.fix.recipes import (
    access_mode,
    control_plane_logging,
    deletion_protected,
    endpoint_private,
    helm_timeout,
    kubectl_layer,
    node_ami,
    version_step,
)

RECIPES = (
    kubectl_layer.RECIPE,
    control_plane_logging.RECIPE,
    helm_timeout.RECIPE,
    endpoint_private.RECIPE,
    access_mode.RECIPE,
    deletion_protected.RECIPE,
    node_ami.RECIPE,
    version_step.RECIPE,
)
