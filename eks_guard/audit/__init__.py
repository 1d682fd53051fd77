"""The composition: an assembly becomes an estate, estate and policies become findings. Also the Python API."""

from eks_guard.audit.compose import Options, audit, summary, survey

__all__ = ["Options", "audit", "summary", "survey"]
