"""The frame of a page: one file whose policy lets in its own style and script, and nothing else."""

from __future__ import annotations

import base64
import hashlib

from eks_guard import __version__
from eks_guard.report.page.markup import Markup, tag


def document(title: str, style: str, *parts: Markup | None, script: str = "") -> str:
    """Return a whole page of HTML with these parts; a script gets a place to speak to screen readers."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag(
        "body",
        *parts,
        tag("footer", tag("p", f"Written by eks-guard {__version__}. This page asks nothing of any network.")),
        tag("p", role="status", class_="unseen spoken") if script else None,
        tag("script", Markup(script)) if script else None,
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en').html}\n"


def _policy(style: str, script: str) -> str:
    """Return the content security policy: https://www.w3.org/TR/CSP3/."""
    scripts = f"script-src {_hash(script)}; " if script else ""
    return f"default-src 'none'; style-src {_hash(style)}; {scripts}base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
