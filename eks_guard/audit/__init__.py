"""The composition: an assembly becomes an estate, estate and policies become findings. Also the Python API."""

from eks_guard.audit.compose import Options, audit, summary, survey
from eks_guard.audit.update import load_update

__all__ = ["Options", "audit", "load_update", "summary", "survey"]
