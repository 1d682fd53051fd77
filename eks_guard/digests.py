"""SHA-256, of a library that takes longer to load than most checks take to judge: loaded when something asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 32
"""Digits that tell findings apart."""


def digest_of(text: str) -> str:
    """Return the hash of a text, halves of characters included, as 64 digits."""
    from hashlib import sha256  # noqa: PLC0415

    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the hash of a file as 64 digits. Raises OSError if it cannot be read."""
    from hashlib import file_digest  # noqa: PLC0415

    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def fingerprint_of(*parts: str) -> str:
    """Return what tells findings with these parts from others, the same after each synth."""
    return digest_of("\0".join(parts))[:SHORT]
