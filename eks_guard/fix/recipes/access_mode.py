"""Access entries and the aws-auth ConfigMap are used side by side."""

from __future__ import annotations

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import constant_writer, owned_call
from eks_guard.fix.setting import set_property
from eks_guard.fix.source import Refusal

ANNOUNCES = (
    ("Custom::AWSCDK-EKS-Cluster", ("Config.accessConfig",)),
    ("AWS::EKS::Cluster", ("AccessConfig",)),
)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that set the authentication mode which takes both."""
    call = owned_call(job)
    if isinstance(call, Refusal):
        return call
    write = constant_writer(job.names, call, "AuthenticationMode", "API_AND_CONFIG_MAP")
    edits = set_property(job.names, call, "authenticationMode", write)
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), call.place, f"access of {call.place}", ANNOUNCES)


RECIPE = Recipe(
    ("access-mode-consistent",),
    propose,
    Safety.REVIEW,
    "access mode",
    "the mode can only move towards API, never back",
)
