"""What the conditions of a trust for service accounts let through, as IAM compares them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import glob
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.identity import OPEN, UNREAD
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.identity import TrustCondition
    from eks_guard.model.value import Value

SUBJECT = "system:serviceaccount:"
_SUBJECT = regex(rf"{SUBJECT}[^:]+:[^:]+", re.IGNORECASE)
_NO_NAME = regex(r"[^a-z0-9.:*?-]")
"""A letter that no namespace and no service account has in its name.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""
STS = "sts.amazonaws.com"
"""The audience of the tokens of pods, in China as well: https://github.com/eksctl-io/eksctl/issues/1910"""
EKS_SENDS = frozenset([STS])
_PART_OF_ISSUER = regex(r"\$<(host|id) of [^>]*>")
_ISSUER = regex(r"\$<issuer of ([^>]*)>")
_KNOWN_PART = regex(r"<[^>]*>")
_UNFILLED = regex(r"\$\{[^}]*\}")
"""What `Fn::Sub` would fill in, in a text that it does not stand over."""
IF_EXISTS = "IfExists"
_EXACT = ("StringEquals", "StringEqualsIgnoreCase")
_NEGATED = ("StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike")
_POSITIVE = (*_EXACT, "StringLike")
_KNOWN = (*_POSITIVE, *_NEGATED)


def mistake_of(
    conditions: tuple[TrustCondition, ...], issuer: str | None, audiences: frozenset[str] = EKS_SENDS
) -> str | None:
    """What makes conditions impossible to meet, for whatever pod; None if they can be met.

    `issuer` is that of the trusted provider, `audiences` what the tokens of the pods are for.
    """
    for condition in conditions:
        found = impossible(condition, audiences) or _of_another_issuer(condition, issuer)
        if found:
            return found
    return None


def impossible(condition: TrustCondition, audiences: frozenset[str] = EKS_SENDS) -> str | None:
    """What makes one condition impossible to meet; None if it can be met."""
    if _plain(condition) in _NEGATED:
        return None
    if condition.claim not in ("sub", "aud"):
        return None if _takes_absence(condition) else _of_nothing(condition)
    wrong = _of_key(condition)
    if wrong:
        return None if _takes_absence(condition) else wrong
    return _of_nothing(condition) or _of_values(condition, audiences)


def _of_nothing(condition: TrustCondition) -> str | None:
    """Why no value meets a condition that lists none: one of those listed has to.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html
    """
    if condition.values or _plain(condition) not in _POSITIVE:
        return None
    key = shown(f"{condition.issuer}:{condition.claim}")
    return f"{condition.operator} lists no value for {key}, and a token has to have one of those listed"


def _of_key(condition: TrustCondition) -> str | None:
    """Why no token of a pod has the key of a condition; None where one may have it."""
    key = f"{condition.issuer}:{condition.claim}"
    if not condition.issuer:
        return f'the condition key "{key}" names no issuer, and no token contains such a key'
    unfilled = _UNFILLED.search(condition.issuer)
    if unfilled:
        return f"the condition key {key} keeps {unfilled[0]} as it is written: CloudFormation fills in nothing in a key"
    if "arn:" in condition.issuer or ":oidc-provider/" in condition.issuer:
        return f"the condition key {shown(key)} holds the ARN of the provider, not the issuer's host and path"
    part = _PART_OF_ISSUER.fullmatch(condition.issuer)
    if part:
        return f"the condition key names only the {part[1]} of the issuer; it takes its host and path"
    if condition.issuer.startswith("https://"):
        return f"the condition key {shown(key)} begins with https://, but the issuer in a key must not"
    if condition.issuer.endswith("/"):
        return f"the issuer in the condition key {shown(key)} ends with /, but that of a cluster does not"
    return None


def shown(text: str) -> str:
    """A text for people, in which an ellipsis stands for what only the deployment knows."""
    return _KNOWN_PART.sub("", text).replace(OPEN, "…")


def _of_values(condition: TrustCondition, audiences: frozenset[str]) -> str | None:
    values = condition.values
    if values and all(map(_UNFILLED.search, values)):
        return f"it expects {', '.join(values)} as it is written: no Fn::Sub fills that in"
    if condition.claim == "aud" and values and not any(accepts(condition, audience) for audience in audiences):
        return f"it expects the audience {', '.join(values)}, but EKS sends {', '.join(sorted(audiences))}"
    if _plain(condition) == "Null" and values == ("true",):
        return f"it wants a token without {condition.claim}, but each token of a pod has one"
    if condition.claim != "sub" or not values:
        return None
    return _of_exact(condition, values) if is_exact(condition) else _of_patterns(condition, values)


def _of_exact(condition: TrustCondition, values: tuple[str, ...]) -> str | None:
    if all("*" in value or "?" in value for value in values):
        return f"{condition.operator} compares {', '.join(values)} literally; a wildcard needs StringLike"
    if not any(OPEN in value or _SUBJECT.fullmatch(value) for value in values):
        return f"it expects {', '.join(values)}, but EKS sends {SUBJECT}<namespace>:<name>"
    return _of_letters(values) if _plain(condition) == "StringEquals" else None


def _of_patterns(condition: TrustCondition, values: tuple[str, ...]) -> str | None:
    if _plain(condition) != "StringLike" or any(OPEN in value for value in values):
        return None
    if not any(map(_may_begin_subject, values)):
        return f"it expects {', '.join(values)}, but EKS sends {SUBJECT}<namespace>:<name>"
    return _of_letters(values)


def _may_begin_subject(pattern: str) -> bool:
    """Whether what a pattern has before its first wildcard may begin a subject."""
    begin = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return begin.startswith(SUBJECT) or (SUBJECT.startswith(begin) and begin != pattern)


def _of_letters(values: tuple[str, ...]) -> str | None:
    if all(OPEN not in value and _NO_NAME.search(value) for value in values):
        return f"it expects {', '.join(values)}, but names in Kubernetes are made of a-z, 0-9, - and . only"
    return None


def _of_another_issuer(condition: TrustCondition, issuer: str | None) -> str | None:
    if issuer is None or condition.claim not in ("sub", "aud") or _takes_absence(condition):
        return None
    return _names_another(condition, issuer)


def _names_another(condition: TrustCondition, issuer: str) -> str | None:
    one, other = condition.issuer, issuer
    are_of_clusters = _of_cluster(one) and _of_cluster(other)
    if one.lower() == other.lower() or (OPEN in f"{one}{other}" and not are_of_clusters):
        return None
    return (
        f"the condition key {_issuer(one)}:{condition.claim} belongs to another issuer than {_issuer(other)}, which it "
        "trusts"
    )


def _of_cluster(issuer: str) -> str | None:
    """The cluster of the app that an issuer is of, and nothing else."""
    found = _ISSUER.fullmatch(issuer)
    return found[1] if found else None


def _issuer(text: str) -> str:
    cluster = _of_cluster(text)
    return f"<issuer of {cluster}>" if cluster else shown(text)


def _takes_absence(condition: TrustCondition) -> bool:
    """Whether a comparison holds for a token that does not bring its key."""
    prefix, _, operator = condition.operator.rpartition(":")
    return operator.endswith(IF_EXISTS) or prefix == "ForAllValues" or _plain(condition) in _NEGATED


def _asks_for_presence(condition: TrustCondition) -> bool:
    """Whether a condition holds for each token, because each has its key."""
    return condition.operator == "Null" and condition.values == ("false",)


def _plain(condition: TrustCondition) -> str:
    return condition.operator.rpartition(":")[2].removesuffix(IF_EXISTS)


def is_exact(condition: TrustCondition) -> bool:
    """Whether values are compared as a whole, without wildcards."""
    return _plain(condition) in _EXACT


def accepts(condition: TrustCondition, subject: str) -> bool:
    """Whether a comparison may let a text through, whatever its open parts are; one that is not understood does."""
    match _plain(condition):
        case "StringLike":
            return any(fnmatchcase(subject, _glob(value.replace("[", "[[]"))) for value in condition.values)
        case "StringEquals":
            return any(fnmatchcase(subject, _glob(glob.escape(value))) for value in condition.values)
        case "StringEqualsIgnoreCase":
            return any(fnmatchcase(subject.lower(), _glob(glob.escape(value.lower()))) for value in condition.values)
    return True


def _glob(pattern: str) -> str:
    """A pattern with a wildcard for each part that the deployment decides."""
    return _KNOWN_PART.sub("", pattern).replace(OPEN, "*")


def is_open(condition: TrustCondition) -> bool:
    """Whether the deployment decides more of what a claim is compared with than a part of it, or the names in it."""
    values = condition.values
    if condition.claim not in ("sub", "aud") or _plain(condition) in _NEGATED:
        return False
    if _plain(condition) == "Null":
        return any(OPEN in value for value in values)
    return bool(values) and all(
        _KNOWN_PART.sub("", value) == OPEN or _begins_open(condition, value) for value in values
    )


def _begins_open(condition: TrustCondition, value: str) -> bool:
    return condition.claim == "sub" and OPEN in value and not value.startswith(SUBJECT)


def is_unread(condition: TrustCondition) -> bool:
    """Whether a key names a part of a text that is not understood."""
    return condition.claim in ("sub", "aud") and UNREAD in condition.issuer


def widest(conditions: tuple[TrustCondition, ...], issuer: str | None) -> Value[str | None]:
    """Whom conditions let in beyond named service accounts; None if they name them.

    What compares a key that no token has, of another issuer than that of the provider, say, keeps nobody out.
    """
    subjects = [c for c in conditions if c.claim == "sub" and not _of_key(c) and not _asks_for_presence(c)]
    subjects = [c for c in subjects if issuer is None or not _names_another(c, issuer)]
    subjects = [c for c in subjects if c.values or _plain(c) not in _NEGATED]  # who excepts nobody lets all in
    strange = next((condition for condition in subjects if _plain(condition) not in _KNOWN), None)
    if strange:
        return Unknown(f"the effect of {strange.operator} is unknown")
    if not subjects:
        return Known("every service account of the cluster")
    positive = [condition for condition in subjects if _plain(condition) not in _NEGATED]
    if not positive:
        return Known(f"all except {_listed(subjects)}")
    if any(is_exact(c) or not any(map(_has_wildcard, c.values)) for c in positive if not _is_open_pattern(c)):
        return Known(None)
    if any(not any(map(_has_wildcard, c.values)) for c in positive):
        return Unknown("a part that is decided when the stack is deployed may contain a wildcard")
    return Known(f"all that match {_listed(positive)}")


def _listed(conditions: Sequence[TrustCondition]) -> str:
    """All that conditions compare with, open parts as `…`."""
    return ", ".join(value.replace(OPEN, "…") for one in conditions for value in one.values)


def _is_open_pattern(condition: TrustCondition) -> bool:
    return not is_exact(condition) and any(OPEN in value for value in condition.values)


def _has_wildcard(value: str) -> bool:
    return "*" in value or "?" in value
