"""The composition: an assembly becomes an estate, estate and policies become findings. Also the Python API."""

from eks_guard.audit.apps import app_of
from eks_guard.audit.compose import Examined, audit, examine, summary, survey
from eks_guard.audit.options import Options
from eks_guard.audit.update import load_update

__all__ = ["Examined", "Options", "app_of", "audit", "examine", "load_update", "summary", "survey"]
