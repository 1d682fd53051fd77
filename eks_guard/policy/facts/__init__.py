"""What can be asked of a subject: facts, each named, typed, documented and tested through the policies that use it."""

from __future__ import annotations

from eks_guard.policy.facts import (
    addon,
    calendar,
    change,
    chart,
    cluster,
    fargate,
    handler,
    identity,
    kubectl,
    manifest,
    node,
    objects,
    patch,
    release,
    runtime,
)

MODULES = (
    cluster,
    calendar,
    kubectl,
    handler,
    runtime,
    identity,
    fargate,
    manifest,
    objects,
    patch,
    release,
    chart,
    node,
    addon,
    change,
)
FACTS = {fact.name: fact for module in MODULES for fact in module.FACTS}
