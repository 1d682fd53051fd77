"""SHA-256, by a library that takes longer to load than most checks take to judge: loaded when something asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import IO

SHORT = 32
"""Digits that tell findings apart."""
PIECE = 64 * 1024
"""Bytes that are read of a file at once."""


def digest_of(text: str) -> str:
    """Return the hash of a text, halves of characters included, as 64 digits."""
    from hashlib import sha256  # noqa: PLC0415

    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def digest_of_part(about: str, stream: IO[bytes], size: int) -> str:
    """Return the hash of a text and of so many bytes of a stream, or of those up to its end, as 64 digits."""
    from hashlib import sha256  # noqa: PLC0415

    found = sha256(about.encode(errors="surrogatepass"))
    while size > 0 and (piece := stream.read(min(size, PIECE))):
        found.update(piece)
        size -= len(piece)
    return found.hexdigest()


def fingerprint_of(*parts: str) -> str:
    """Return what tells findings with these parts from others, the same after each synth."""
    return digest_of("\0".join(parts))[:SHORT]
