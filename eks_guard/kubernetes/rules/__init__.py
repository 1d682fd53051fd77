"""The rules beyond types, by the definition that each is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.rules import (
    configs,
    containers,
    definitions,
    endpoints,
    jobs,
    metadata,
    networks,
    pods,
    quotas,
    rbac,
    scaling,
    selectors,
    services,
    storage,
    volumes,
    webhooks,
    workloads,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.kubernetes.walker import Rule

MODULES = (
    *(configs, containers, definitions, endpoints, jobs, metadata, networks, pods, quotas, rbac, scaling, selectors),
    *(services, storage, volumes, webhooks, workloads),
)
RULES: Mapping[str, tuple[Rule, ...]] = {name: rules for module in MODULES for name, rules in module.RULES.items()}
