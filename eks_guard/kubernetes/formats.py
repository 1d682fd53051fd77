"""The formats of text in Kubernetes objects: names, labels, ports, addresses.

https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.parts import OpenText
from eks_guard.matching import regex
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Format:
    """A whole text, the characters that may be in it, and how long it may be."""

    pattern: re.Pattern[str]
    characters: re.Pattern[str]
    longest: int
    says: str


def _format(pattern: str, characters: str, longest: int, says: str) -> Format:
    return Format(regex(pattern), regex(f"{characters}*"), longest, f"must consist of {says}")


_ALNUM = "lower-case alphanumeric characters"
_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_NAME = "[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
DNS_LABEL = _format(
    _LABEL, "[-a-z0-9]", 63, f"{_ALNUM} or '-', with one of the former at both ends (a DNS label, RFC 1123)"
)
DNS_1035_LABEL = _format(
    "[a-z](?:[-a-z0-9]*[a-z0-9])?",
    "[-a-z0-9]",
    63,
    f"{_ALNUM} or '-', begin with a letter and end with a letter or digit (a DNS-1035 label)",
)
DNS_SUBDOMAIN = _format(
    rf"{_LABEL}(?:\.{_LABEL})*",
    "[-a-z0-9.]",
    253,
    f"{_ALNUM}, '-' or '.', with one of the former at both ends (a subdomain, RFC 1123)",
)
WILDCARD_DOMAIN = _format(
    rf"\*\.{_LABEL}(?:\.{_LABEL})*", "[-*a-z0-9.]", 253, f"'*.' and then {_ALNUM}, '-' or '.' (a wildcard subdomain)"
)
LABEL_VALUE = _format(
    f"(?:{_NAME})?",
    "[-A-Za-z0-9_.]",
    63,
    "alphanumeric characters, '-', '_' or '.', with one of the former at both ends (a valid label), or be empty",
)
NAME_PART = _format(
    _NAME,
    "[-A-Za-z0-9_.]",
    63,
    "alphanumeric characters, '-', '_' or '.', with one of the former at both ends (the name part of a key)",
)
CONFIG_KEY = _format(
    "[-._a-zA-Z0-9]+", "[-._a-zA-Z0-9]", 253, "alphanumeric characters, '-', '_' or '.' (a valid config key)"
)
ENV_NAME = _format(
    "[-._a-zA-Z][-._a-zA-Z0-9]*",
    "[-._a-zA-Z0-9]",
    10_000,
    "letters, digits, '_', '-' or '.', and not begin with a digit (a valid environment variable name)",
)
RELAXED_ENV_NAME = _format("[ -<>-~]+", "[ -<>-~]", 10_000, "printable ASCII characters other than '='")
HEADER_NAME = _format("[-A-Za-z0-9]+", "[-A-Za-z0-9]", 10_000, "alphanumeric characters or '-' (a valid HTTP header)")
SYSCTL = _format(
    "(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?",
    "[-_a-z0-9./]",
    253,
    "lower-case alphanumeric characters, '-', '_', '.' or '/' (a sysctl)",
)
CSI_DRIVER = replace(DNS_SUBDOMAIN, longest=63)
PATH_SEGMENT_EXCLUDES = ("/", "%")


def violates(rule: Format, value: Any) -> str | None:
    """What is wrong with a text; None where nothing is, or where the deployment can make it right."""
    if isinstance(value, str):
        if len(value) > rule.longest:
            return f"{_shown(value)} must be no more than {rule.longest} characters"
        return None if rule.pattern.fullmatch(value) else f"{_shown(value)} {rule.says}"
    if isinstance(value, OpenText):
        if sum(map(len, value.fixed)) > rule.longest:
            return f"{_shown(value)} must be no more than {rule.longest} characters"
        if not all(rule.characters.fullmatch(piece) for piece in value.fixed):
            return f"{_shown(value)} {rule.says}"
    return None


def _shown(value: Any) -> str:
    shown = str(value)
    return f'"{shown[:77]}…"' if len(shown) > 80 else f'"{shown}"'  # noqa: PLR2004 (what fits beside the rest)


def dns_label(value: Any) -> str | None:
    """What is wrong with a DNS label."""
    return violates(DNS_LABEL, value)


def subdomain(value: Any) -> str | None:
    """What is wrong with a DNS subdomain."""
    return violates(DNS_SUBDOMAIN, value)


def label_value(value: Any) -> str | None:
    """What is wrong with the value of a label."""
    return violates(LABEL_VALUE, value)


def qualified_name(value: Any) -> str | None:
    """What is wrong with a key: `name`, or `prefix.of.dns/name`."""
    if isinstance(value, OpenText):
        fixed = "".join(value.fixed)
        return None if re.fullmatch(r"[-A-Za-z0-9_./]*", fixed) else f"{_shown(value)} {NAME_PART.says}"
    if not isinstance(value, str):
        return None
    prefix, slash, name = value.rpartition("/")
    if slash and (not prefix or "/" in prefix):
        return f"{_shown(value)} must be a name part, or a DNS subdomain, '/' and a name part"
    if slash and (wrong := subdomain(prefix)):
        return f"prefix part {wrong}"
    wrong = violates(NAME_PART, name)
    return f"name part {wrong}" if wrong else None


def domain_prefixed(value: Any) -> str | None:
    """What is wrong with a path behind a domain: `example.com/controller`."""
    if not isinstance(value, str):
        return None
    prefix, slash, path = value.partition("/")
    if not slash or not path or subdomain(prefix):
        return f'{_shown(value)} must be a domain-prefixed path, such as "example.com/name"'
    return None


def annotation_key(value: Any) -> str | None:
    """What is wrong with the key of an annotation, of which the case does not matter."""
    return qualified_name(value.lower() if isinstance(value, str) else value)


def path_segment(value: Any) -> str | None:
    """What is wrong with a name that may be anything which fits into a path."""
    if value in (".", ".."):
        return f"{_shown(value)} may not be '.' or '..'"
    pieces = value.fixed if isinstance(value, OpenText) else (value,) if isinstance(value, str) else ()
    bad = next((bad for bad in PATH_SEGMENT_EXCLUDES for piece in pieces if bad in piece), None)
    return f"{_shown(value)} may not contain '{bad}'" if bad else None


def port_name(value: Any) -> str | None:
    """What is wrong with the name of a port (IANA_SVC_NAME, RFC 6335)."""
    pieces = value.fixed if isinstance(value, OpenText) else (value,) if isinstance(value, str) else None
    if pieces is None:
        return None
    whole = "".join(pieces)
    if len(whole) > 15:  # noqa: PLR2004 (RFC 6335)
        return f"{_shown(value)} must be no more than 15 characters"
    if not re.fullmatch(r"[-a-z0-9]*", whole):
        return f"{_shown(value)} must contain only lower-case alphanumeric characters (a-z, 0-9) and '-'"
    if any("--" in piece for piece in pieces):
        return f"{_shown(value)} must not contain consecutive hyphens"
    if isinstance(value, OpenText):
        return None
    if not re.search("[a-z]", whole):
        return f"{_shown(value)} must contain at least one letter (a-z); write a port number without quotes"
    if whole.startswith("-") or whole.endswith("-"):
        return f"{_shown(value)} must not begin or end with a hyphen"
    return None


def config_key(value: Any) -> str | None:
    """What is wrong with a key of a ConfigMap or a Secret."""
    if isinstance(value, str) and (value == "." or value.startswith("..")):
        return f"{_shown(value)} must not be '.' or begin with '..'"
    return violates(CONFIG_KEY, value)


def absolute_path(value: Any) -> str | None:
    """What is wrong with a path that has to begin at the root."""
    first = value.pieces[0] if isinstance(value, OpenText) and value.pieces else value
    return f"{_shown(value)} must be an absolute path" if isinstance(first, str) and not first.startswith("/") else None


def local_path(value: Any) -> str | None:
    """What is wrong with a path below a volume."""
    if not isinstance(value, str):
        return None
    if value.startswith("/"):
        return f"{_shown(value)} must be a relative path"
    return no_backsteps(value)


def no_backsteps(value: Any) -> str | None:
    """What is wrong with a path that may not lead upwards."""
    upwards = isinstance(value, str) and ".." in value.split("/")
    return f"{_shown(value)} must not contain '..'" if upwards else None


FORMATS: dict[str, Callable[[Any], str | None]] = {
    "dns-label": dns_label,
    "subdomain": subdomain,
    "label-value": label_value,
    "qualified-name": qualified_name,
    "path-segment": path_segment,
    "port-name": port_name,
    "config-key": config_key,
    "absolute-path": absolute_path,
    "local-path": local_path,
    "no-backsteps": no_backsteps,
    "header-name": lambda value: violates(HEADER_NAME, value),
    "annotation-key": annotation_key,
    "csi-driver": lambda value: violates(CSI_DRIVER, value.lower() if isinstance(value, str) else value),
    "sysctl": lambda value: violates(SYSCTL, value),
}
"""The formats by the names that the table of fields uses."""


OF_SCHEMAS = {
    "date-time": regex(r"\d{4}-\d{2}-\d{2}[Tt ].+"),
    "date": regex(r"\d{4}-\d{2}-\d{2}"),
    "uuid": regex("[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}"),
    "ipv4": regex(r"\d{1,3}(?:\.\d{1,3}){3}"),
    "cidr": regex(r"[0-9A-Fa-f.:]+/\d{1,3}"),
}
"""How texts look by the `format` of a schema.

Others are surely refused; the server knows more formats, and reads these more strictly.
"""
