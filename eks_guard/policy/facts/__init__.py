"""What can be asked of a subject: facts, each named, typed, documented and tested through the policies that use it."""

from __future__ import annotations

from eks_guard.policy.facts import (
    addon,
    association,
    calendar,
    change,
    chart,
    cluster,
    fargate,
    handler,
    identity,
    irsa,
    kubectl,
    manifest,
    node,
    objects,
    once,
    patch,
    pods,
    portable,
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
    irsa,
    fargate,
    manifest,
    objects,
    patch,
    pods,
    release,
    chart,
    node,
    addon,
    change,
    association,
    once,
    portable,
)
FACTS = {fact.name: fact for module in MODULES for fact in module.FACTS}
