"""ConfigMaps and Secrets: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation ."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from eks_guard.kubernetes.formats import config_key
from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, mapping, text

DATA = "data"
MOST_BYTES = 1024 * 1024
TLS = ("tls.crt", "tls.key")
DOCKER = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}
ACCOUNT = "kubernetes.io/service-account.name"


def config_map(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The keys of a ConfigMap, and how much it holds."""
    plain, binary = mapping(value.get("data")), mapping(value.get("binaryData"))
    _judge_keys(value, ("data", "binaryData"), notes)
    for key in plain.keys() & binary.keys():
        notes.wrong(of_key("data", key), DATA, "duplicate of a key in binaryData")
    size = sum(map(_length, plain.values())) + sum(len(_decoded(item) or b"") for item in binary.values())
    _judge_size(size, notes)


def secret(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The keys of a Secret, and what its type asks for."""
    _judge_keys(value, ("data", "stringData"), notes)
    encoded, plain = mapping(value.get("data")), mapping(value.get("stringData"))
    _judge_size(sum(len(_decoded(item) or b"") for item in encoded.values()) + sum(map(_length, plain.values())), notes)
    if any(is_open(value.get(name)) for name in ("data", "stringData")) or any(
        map(has_open_keys, (value, encoded, plain))
    ):
        return
    kind, keys = text(value.get("type")), encoded.keys() | plain.keys()
    if kind == "kubernetes.io/tls":
        for key in TLS:
            if key not in keys:
                notes.wrong(of_key("data", key), DATA, f"required: a Secret of type {kind} has {' and '.join(TLS)}")
    elif kind == "kubernetes.io/basic-auth" and not keys & {"username", "password"}:
        notes.wrong("data[username]", DATA, f"required: a Secret of type {kind} has username or password")
    elif kind == "kubernetes.io/ssh-auth" and not any(is_given(m.get("ssh-privatekey")) for m in (encoded, plain)):
        notes.wrong("data[ssh-privatekey]", DATA, f"required: a Secret of type {kind} has ssh-privatekey")
    elif kind == "kubernetes.io/service-account-token":
        annotations = mapping(value.get("metadata")).get("annotations")
        if not is_open(annotations) and not is_given(mapping(annotations).get(ACCOUNT)):
            notes.wrong(of_key("metadata.annotations", ACCOUNT), DATA, f"required for a Secret of type {kind}")
    elif kind in DOCKER:
        _judge_docker(DOCKER[kind], encoded, plain, notes)


def _judge_docker(key: str, encoded: dict[Any, Any], plain: dict[Any, Any], notes: Notes) -> None:
    found = plain.get(key, encoded.get(key))
    if found is None:
        notes.wrong(of_key("data", key), DATA, f"required: a Secret of this type has {key}")
    content = plain.get(key) if key in plain else _decoded(found)
    if isinstance(content, str | bytes):
        try:
            json.loads(content)
        except ValueError:
            notes.wrong(of_key("data", key), DATA, "invalid: must be JSON, as Docker writes it")


def _judge_keys(value: dict[Any, Any], fields: tuple[str, ...], notes: Notes) -> None:
    for field in fields:
        for key in mapping(value.get(field)):
            notes.note_entry(field, key, DATA, config_key(key))


def _judge_size(size: int, notes: Notes) -> None:
    if size > MOST_BYTES:
        notes.wrong("data", "size", f"Too long: must have at most {MOST_BYTES} bytes, but has {size}")


def _length(value: Any) -> int:
    return len(value.encode(errors="surrogatepass")) if isinstance(value, str) else 0


def _decoded(value: Any) -> bytes | None:
    try:
        return base64.b64decode(value) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        return None


RULES = {"core.v1.ConfigMap": (config_map,), "core.v1.Secret": (secret,)}
